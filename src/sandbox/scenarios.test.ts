import { describe, expect, test } from 'bun:test'
import { IDS } from './ids.ts'
import { type Answer, proofOf, stage } from './sandbox.fake.ts'

const codes = ({ status, body }: Answer) => [status, body.error?.code, body.error?.error_subcode]
const errorOf = ({ body }: Answer) => body.error.message

type Stage = ReturnType<typeof stage>

/** Every kind of read, and a message. */
const everyCall = ({ sandbox, ask, inspect, send }: Stage) => [
  inspect(),
  inspect(sandbox.token),
  ask('/me'),
  ask(`/v23.0/${sandbox.businessAccountId}`),
  ask(`/v23.0/${sandbox.businessAccountId}/phone_numbers`),
  ask(`/v23.0/${sandbox.businessAccountId}/subscribed_apps`),
  ask(`/v23.0/${sandbox.phoneNumberId}`),
  send(),
]

describe('the app', () => {
  test('deleted: every call is a 401', async () => {
    for (const answer of await Promise.all(everyCall(stage({ scenario: 'app-deleted' })))) {
      expect(codes(answer)).toEqual([401, 190, undefined])
      expect(errorOf(answer)).toBe('Error validating application. Application has been deleted.')
    }
  })

  test('blocked: every call is a 400 with code 200', async () => {
    for (const answer of await Promise.all(everyCall(stage({ scenario: 'app-blocked' })))) {
      expect(answer.status).toBe(400)
      expect(answer.body.error).toMatchObject({ code: 200, type: 'OAuthException', message: 'API access blocked.' })
    }
  })

  test('denies our address to its own token and to calls with a proof or a secret, not to a token alone', async () => {
    const all = stage({ scenario: 'address-denied' })
    const { sandbox, ask, inspect } = all
    const proof = proofOf(sandbox.token, sandbox)
    const refused = [
      await inspect(),
      await ask(`/me?appsecret_proof=${proof}`),
      await ask(`/oauth/revoke?client_id=1&client_secret=${sandbox.appSecret}&revoke_token=x`),
    ]
    for (const answer of refused) {
      expect(codes(answer)).toEqual([400, 5, undefined])
      expect(errorOf(answer)).toBe('(#5) Unauthorized source IP address')
    }
    const [, ...byToken] = await Promise.all(everyCall(all))
    expect(byToken.map(({ status }) => status)).toEqual(byToken.map(() => 200))
  })

  test('a reset secret does not hide that the token was revoked', async () => {
    const { sandbox, ask, inspect } = stage({ scenario: 'secret-reset' })
    const { businessAccountId, token } = sandbox
    expect(codes(await inspect())).toEqual([400, 190, undefined])
    expect(errorOf(await inspect())).toBe('Invalid OAuth access token signature.')
    for (const path of [businessAccountId, `${businessAccountId}/phone_numbers`, 'me'])
      for (const query of ['', `?appsecret_proof=${proofOf(token, sandbox)}`])
        expect(codes(await ask(`/v23.0/${path}${query}`))).toEqual([401, 190, 466])
  })
})

test('a checkpoint ends the token and keeps its scopes', async () => {
  const { sandbox, ask, inspect } = stage({ scenario: 'checkpoint' })
  const message = 'Error validating access token: The user is enrolled in a blocking, logged-in checkpoint'
  const { data } = (await inspect()).body
  expect(data).toMatchObject({ is_valid: false, error: { code: 190, subcode: 490, message } })
  expect(data.scopes).toHaveLength(4)
  for (const answer of [await inspect(sandbox.token), await ask('/me')]) {
    expect(codes(answer)).toEqual([401, 190, 490])
    expect(errorOf(answer)).toBe(message)
  }
})

describe('the account', () => {
  test.each([
    ['account-disabled', { status: 'DISABLED', account_review_status: 'APPROVED' }],
    ['account-rejected', { status: 'ACTIVE', account_review_status: 'REJECTED' }],
  ] as const)('%s shows in one field, and not in its health', async (scenario, fields) => {
    const { sandbox, ask } = stage({ scenario })
    const { body } = await ask(`/${sandbox.businessAccountId}?fields=status,account_review_status,health_status`)
    expect(body).toMatchObject({ ...fields, health_status: { can_send_message: 'AVAILABLE' } })
  })

  test('is a Page: neither it nor its edges can be read, and its number can', async () => {
    const { sandbox, ask, send } = stage({ scenario: 'page-as-account' })
    const id = sandbox.businessAccountId
    for (const path of [id, `${id}/phone_numbers`, `${id}/subscribed_apps`]) {
      const answer = await ask(`/v23.0/${path}`)
      expect(codes(answer)).toEqual([400, 100, undefined])
      expect(errorOf(answer)).toBe(
        '(#100) Object does not exist, cannot be loaded due to missing permission or reviewable feature, or does not ' +
          "support this operation. This endpoint requires the 'pages_read_engagement' permission or the 'Page Public " +
          "Content Access' feature or the 'Page Public Metadata Access' feature. Refer to " +
          'https://developers.facebook.com/docs/apps/review/login-permissions#manage-pages for details.',
      )
    }
    const number = await ask(`/v23.0/${sandbox.phoneNumberId}?fields=health_status`)
    expect(number.body.health_status.entities.map(({ id: each }: { id: string }) => each)).not.toContain(id)
    expect((await send()).status).toBe(200)
  })

  test('may be closed to the token while its edges are open', async () => {
    const { sandbox, ask } = stage({ scenario: 'account-permission' })
    const id = sandbox.businessAccountId
    const answer = await ask(`/v23.0/${id}?fields=id`)
    expect([...codes(answer), errorOf(answer)]).toEqual([400, 100, undefined, '(#100) Missing Permission'])
    for (const path of [`${id}/phone_numbers`, `${id}/subscribed_apps`, sandbox.phoneNumberId])
      expect((await ask(`/v23.0/${path}`)).status).toBe(200)
  })
})

describe('the number', () => {
  test('never registered: CONNECTED, no messages, and well once it is registered', async () => {
    const { sandbox, ask, send } = stage({ scenario: 'never-registered' })
    const path = `/v23.0/${sandbox.phoneNumberId}`
    const state = async () => {
      const { body } = await ask(`${path}?fields=status,platform_type`)
      return [body.status, body.platform_type, (await send()).body.error?.code]
    }
    expect(await state()).toEqual(['CONNECTED', 'NOT_APPLICABLE', 133010])
    const body = new URLSearchParams({ messaging_product: 'whatsapp', pin: '123456' })
    await ask(`${path}/register`, undefined, { method: 'POST', body })
    expect(await state()).toEqual(['CONNECTED', 'CLOUD_API', undefined])
  })

  test('by its digits is an unknown object', async () => {
    const { ask } = stage()
    expect(codes(await ask('/v23.0/15555550123'))).toEqual([400, 100, 33])
  })

  test('telephone-number: unknown by this id, and the account lists it under another', async () => {
    const { sandbox, ask, send } = stage({ scenario: 'telephone-number' })
    const { businessAccountId, phoneNumberId } = sandbox
    expect(codes(await ask(`/v23.0/${phoneNumberId}`))).toEqual([400, 100, 33])
    expect(codes(await send())).toEqual([400, 100, 33])
    const { data } = (await ask(`/v23.0/${businessAccountId}/phone_numbers?fields=id,display_phone_number`)).body
    expect(data).toEqual([{ id: IDS.secondPhoneNumber, display_phone_number: '+106 070 809 010 203' }])
    expect(data[0].display_phone_number.replace(/\D/g, '')).toBe(phoneNumberId)
    expect((await ask(`/v23.0/${data[0].id}`)).status).toBe(200)
  })

  test('is on the second page, which no cursor leads to', async () => {
    const { sandbox, ask } = stage({ scenario: 'numbers-cut' })
    const { body } = await ask(`/v23.0/${sandbox.businessAccountId}/phone_numbers?fields=id&limit=100`)
    expect(body).toEqual({ data: [{ id: IDS.secondPhoneNumber }], paging: { next: expect.any(String) } })
    const { pathname, search } = new URL(body.paging.next)
    const second = (await ask(pathname + search, null)).body
    expect(second.data).toEqual([{ id: sandbox.phoneNumberId }])
    expect(second.paging.next).toBeUndefined()
  })
})

describe('answers', () => {
  test.each([
    ['v23.0', 'v26.0'],
    ['v25.0', 'v26.0'],
    ['v26.0', 'v27.0'],
    ['v27.0', 'v28.0'],
    ['v19.0', 'v26.0'],
  ])('newer-version: %s is answered by %s, errors too', async (asked, served) => {
    const { ask } = stage({ scenario: 'newer-version' })
    for (const path of ['me', '12345'])
      expect((await ask(`/${asked}/${path}`)).headers.get('facebook-api-version')).toBe(served)
  })

  test('newer-version: the fields are those of the newer one', async () => {
    const { sandbox, ask } = stage({ scenario: 'newer-version' })
    const path = `/v23.0/${sandbox.phoneNumberId}?fields=`
    expect((await ask(`${path}messaging_limit_tier`)).status).toBe(400)
    expect((await ask(`${path}whatsapp_business_manager_messaging_limit`)).status).toBe(200)
  })

  test('wait-on-good: they are good, and ask for a wait', async () => {
    const all = stage({ scenario: 'wait-on-good' })
    for (const { status, headers } of await Promise.all(everyCall(all))) {
      expect([status, headers.get('retry-after')]).toEqual([200, '86400'])
      const usage = JSON.parse(headers.get('x-business-use-case-usage') ?? '')
      expect(usage[IDS.business]).toBeUndefined()
      expect(Object.values(usage)).toEqual([
        [expect.objectContaining({ type: 'ads_management', call_count: 100, estimated_time_to_regain_access: 600 })],
      ])
    }
    all.sandbox.play('permanent')
    const { headers } = await all.ask('/me')
    expect([headers.has('retry-after'), headers.has('x-business-use-case-usage')]).toEqual([false, false])
  })
})
