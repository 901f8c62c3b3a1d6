import { describe, expect, test } from 'bun:test'
import { fieldNames } from './reading.ts'
import { stage } from './sandbox.fake.ts'
import type { ScenarioName } from './scenarios.ts'

const unsupported = (verb: string, id: string) =>
  `Unsupported ${verb} request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, ` +
  'or does not support this operation. Please read the Graph API documentation at ' +
  'https://developers.facebook.com/docs/graph-api'

describe('nodes', () => {
  test('default fields', async () => {
    const { sandbox, ask } = stage()
    expect((await ask('/me')).body).toEqual({ name: 'Sandbox System User', id: expect.any(String) })
    expect((await ask(`/${sandbox.businessAccountId}`)).body).toEqual({
      id: sandbox.businessAccountId,
      name: 'Sandbox Account',
      currency: 'USD',
      timezone_id: '1',
      message_template_namespace: expect.any(String),
    })
    expect((await ask(`/${sandbox.phoneNumberId}`)).body).toMatchObject({
      id: sandbox.phoneNumberId,
      quality_rating: 'GREEN',
    })
    expect(Object.keys((await ask(`/${sandbox.appId}`)).body)).toEqual(['category', 'link', 'name', 'id'])
  })

  test('asked fields, the id with them', async () => {
    const { sandbox, ask } = stage()
    const { body } = await ask(`/v23.0/${sandbox.phoneNumberId}?fields=status,throughput{level},messaging_limit_tier`)
    expect(body).toEqual({
      status: 'CONNECTED',
      throughput: { level: 'STANDARD' },
      messaging_limit_tier: 'TIER_1K',
      id: sandbox.phoneNumberId,
    })
    expect(fieldNames('id, a{b,c{d}},e.limit(1,2){f}')).toEqual(['id', 'a', 'e'])
  })

  test('one unknown field refuses the read and shows the kind of node', async () => {
    const { sandbox, ask } = stage()
    const messageOf = async (path: string) => (await ask(path)).body.error.message
    const { businessAccountId, phoneNumberId } = sandbox
    expect(await messageOf(`/v23.0/${businessAccountId}?fields=id,verified_name`)).toBe(
      '(#100) Tried accessing nonexisting field (verified_name) on node type (WhatsAppBusinessAccount)',
    )
    expect(await messageOf(`/v24.0/${phoneNumberId}?fields=messaging_limit_tier`)).toBe(
      '(#100) Tried accessing nonexisting field (messaging_limit_tier) on node type (WhatsAppBusinessPhoneNumber)',
    )
    expect(await messageOf(`/${phoneNumberId}/phone_numbers`)).toBe(
      '(#100) Tried accessing nonexisting field (phone_numbers) on node type (WhatsAppBusinessPhoneNumber)',
    )
  })

  test('unknown ids, paths and callers', async () => {
    const { sandbox, ask } = stage()
    const errorOf = async (path: string, bearer?: string | null) => (await ask(path, bearer)).body.error
    expect(await errorOf('/v23.0/12345')).toMatchObject({
      message: unsupported('get', '12345'),
      type: 'GraphMethodException',
      code: 100,
      error_subcode: 33,
    })
    expect(await errorOf('/v99.0/me')).toMatchObject({ message: 'Unknown path components: /me', code: 2500 })
    expect(await errorOf('/nothing')).toMatchObject({ message: 'Unknown path components: /nothing', code: 2500 })
    expect(await errorOf(`/${sandbox.phoneNumberId}/nothing`)).toMatchObject({ code: 2500 })
    expect(await errorOf(`/${sandbox.phoneNumberId}`, null)).toMatchObject({ code: 104 })
    expect(await errorOf('/me', null)).toMatchObject({ code: 2500 })
  })

  test('a token in the query: 400 instead of 401', async () => {
    const { sandbox, ask } = stage()
    expect((await ask(`/me?access_token=${sandbox.token}`, null)).status).toBe(200)
    expect((await ask('/me?access_token=xxxx', null)).status).toBe(400)
    expect((await ask('/me', 'xxxx')).status).toBe(401)
  })

  test('retired versions are forwarded', async () => {
    const { ask } = stage()
    const answeredBy = async (path: string) => (await ask(path)).headers.get('facebook-api-version')
    expect(await answeredBy('/v19.0/me')).toBe('v21.0')
    expect(await answeredBy('/v25.0/me')).toBe('v25.0')
    expect(await answeredBy('/v20.0/me')).toBe('v21.0')
    expect(await answeredBy('/v27.0/me')).toBe('v27.0')
    expect((await ask('/v19.0/me')).status).toBe(200)
    expect((await ask('/v28.0/me')).body.error.code).toBe(2500)
  })

  test('the account has fields that came with v24.0', async () => {
    const { sandbox, ask } = stage()
    const query = `${sandbox.businessAccountId}?fields=whatsapp_business_manager_messaging_limit`
    expect((await ask(`/v25.0/${query}`)).body.whatsapp_business_manager_messaging_limit).toBe('TIER_250')
    expect((await ask(`/v23.0/${query}`)).body.error.message).toContain('nonexisting field')
  })
})

describe('what the scenarios do to reads', () => {
  const reads: [ScenarioName, number, number, number][] = [
    // scenario, code of the account, of its numbers, of the number (0: read)
    ['permanent', 0, 0, 0],
    ['scope-missing', 200, 200, 200],
    ['renamed-scope', 0, 0, 0],
    ['account-unassigned', 100, 100, 100],
    ['account-lost-in-targets', 0, 0, 0],
    ['account-locked', 131031, 131031, 131031],
    ['phone-unassigned', 0, 0, 100],
    ['phone-foreign', 0, 0, 0],
    ['revoked', 190, 190, 190],
    ['failing', 2, 2, 2],
  ]
  for (const [scenario, ...expected] of reads) {
    test(scenario, async () => {
      const { sandbox, ask } = stage({ scenario })
      const { businessAccountId, phoneNumberId } = sandbox
      const paths = [businessAccountId, `${businessAccountId}/phone_numbers`, phoneNumberId]
      const codes = await Promise.all(paths.map(async (path) => (await ask(`/v23.0/${path}`)).body.error?.code ?? 0))
      expect(codes).toEqual(expected)
    })
  }

  test('scope-missing is a 403', async () => {
    const { sandbox, ask } = stage({ scenario: 'scope-missing' })
    const { status, body } = await ask(`/v23.0/${sandbox.businessAccountId}`)
    expect(status).toBe(403)
    expect(body.error.message).toBe('(#200) You do not have permission to access this field.')
  })

  test('which numbers the account lists', async () => {
    const { sandbox, ask } = stage()
    const listed = async (scenario: ScenarioName) => {
      sandbox.play(scenario)
      const { body } = await ask(`/v23.0/${sandbox.businessAccountId}/phone_numbers?fields=id`)
      return body.data.some(({ id }: { id: string }) => id === sandbox.phoneNumberId)
    }
    expect(await listed('permanent')).toBe(true)
    expect(await listed('phone-unassigned')).toBe(true)
    expect(await listed('phone-foreign')).toBe(false)
  })

  test('pages: a next link, with the token in it, only if there is another page', async () => {
    const { sandbox, ask } = stage()
    const first = (await ask(`/v23.0/${sandbox.businessAccountId}/phone_numbers?limit=1&fields=id`)).body
    expect(first.data).toEqual([{ id: sandbox.phoneNumberId }])
    expect(first.paging.next).toContain(`access_token=${sandbox.token}`)
    const { pathname, search } = new URL(first.paging.next)
    const second = (await ask(pathname + search, null)).body
    expect(second.data).toHaveLength(1)
    expect(second.data[0].id).not.toBe(sandbox.phoneNumberId)
    expect(second.paging.next).toBeUndefined()
    expect((await ask(`/v23.0/${sandbox.businessAccountId}/phone_numbers?after=xyz`)).body).toEqual({ data: [] })
  })

  test('subscribed apps', async () => {
    const { sandbox, ask } = stage()
    const ids = async () =>
      (await ask(`/v23.0/${sandbox.businessAccountId}/subscribed_apps`)).body.data.map(
        (each: any) => each.whatsapp_business_api_data.id,
      )
    expect(await ids()).toEqual([sandbox.appId])
    sandbox.play('unsubscribed')
    expect(await ids()).toEqual(['2202427980234937'])
  })

  const health: [ScenarioName, string, string[]][] = [
    ['permanent', 'AVAILABLE', []],
    ['phone-blocked', 'BLOCKED', ['PHONE_NUMBER 141000']],
    ['payment-missing', 'BLOCKED', ['WABA 141006']],
    ['name-declined', 'LIMITED', ['PHONE_NUMBER 138024', 'APP 138025']],
  ]
  for (const [scenario, overall, causes] of health) {
    test(`health_status of the number: ${scenario}`, async () => {
      const { sandbox, ask } = stage({ scenario })
      const { health_status } = (await ask(`/v23.0/${sandbox.phoneNumberId}?fields=health_status`)).body
      expect(health_status.can_send_message).toBe(overall)
      const shown = health_status.entities.flatMap((entity: any) =>
        (entity.errors ?? []).map((error: any) => `${entity.entity_type} ${error.error_code}`),
      )
      expect(shown).toEqual(causes)
    })
  }
})
