import { describe, expect, test } from 'bun:test'
import { IDS } from './ids.ts'
import { proofOf, stage } from './sandbox.fake.ts'

const ALL = 'business_management,whatsapp_business_messaging,whatsapp_business_management'
const DAY_SECONDS = 86_400

type Stage = ReturnType<typeof stage>

const issue = ({ ask, sandbox }: Stage, fields: Record<string, string> = {}, bearer = sandbox.token) =>
  ask(`/v23.0/${IDS.systemUser}/access_tokens`, bearer, {
    method: 'POST',
    body: new URLSearchParams({ business_app: sandbox.appId, scope: ALL, ...fields }),
  })

const revoke = ({ ask, sandbox }: Stage, text: string, secret = sandbox.appSecret) =>
  ask(`/v23.0/oauth/revoke?client_id=${sandbox.appId}&client_secret=${secret}&revoke_token=${text}`)

describe('a token that was issued', () => {
  test('is another one, with the scopes that were asked for, and the old one stays valid', async () => {
    const all = stage()
    const { status, body } = await issue(all, { scope: 'business_management,whatsapp_business_messaging' })
    expect(status).toBe(200)
    expect(body.access_token).toMatch(/^EAASANDBOX[A-Za-z0-9]+$/)
    expect(body.access_token).not.toBe(all.sandbox.token)
    const { data } = (await all.inspect(all.appToken, body.access_token)).body
    expect(data).toMatchObject({ is_valid: true, expires_at: 0, user_id: IDS.systemUser })
    expect(data.scopes.toSorted()).toEqual(['business_management', 'whatsapp_business_messaging'])
    expect((await all.inspect()).body.data.is_valid).toBe(true)
  })

  test('reads and sends as the first one does', async () => {
    const all = stage()
    const { access_token: text } = (await issue(all)).body
    expect((await all.ask(`/v23.0/${IDS.phoneNumber}?fields=id`, text)).status).toBe(200)
    expect((await all.send(text)).status).toBe(200)
  })

  test('without a scope may not read what needs it', async () => {
    const all = stage()
    const { access_token: text } = (await issue(all, { scope: 'business_management' })).body
    expect((await all.ask(`/v23.0/${IDS.phoneNumber}?fields=id`, text)).body.error.code).toBe(200)
  })

  test('may expire in 60 days', async () => {
    const all = stage()
    const { access_token: text } = (await issue(all, { set_token_expires_in_60_days: 'true' })).body
    const endsAt = Math.floor(all.clock.ms / 1000) + 60 * DAY_SECONDS
    expect((await all.inspect(all.appToken, text)).body.data.expires_at).toBe(endsAt)
    all.clock.ms += 60 * DAY_SECONDS * 1000
    expect((await all.inspect(all.appToken, text)).body.data).toMatchObject({
      is_valid: false,
      error: { subcode: 463 },
    })
  })

  test('dies alone when it is revoked', async () => {
    const all = stage()
    const { access_token: text } = (await issue(all)).body
    expect((await revoke(all, text)).body).toEqual({ success: true })
    expect((await all.inspect(all.appToken, text)).body.data).toMatchObject({
      is_valid: false,
      scopes: [],
      error: { code: 190, subcode: 466 },
    })
    expect((await all.inspect()).body.data.is_valid).toBe(true)
  })
})

const exchange = ({ ask, sandbox }: Stage, text: string, fields: Record<string, string> = {}, method = 'GET') => {
  const query = new URLSearchParams({
    grant_type: 'fb_exchange_token',
    client_id: sandbox.appId,
    client_secret: sandbox.appSecret,
    set_token_expires_in_60_days: 'true',
    fb_exchange_token: text,
    ...fields,
  })
  const path = '/v23.0/oauth/access_token'
  return method === 'GET' ? ask(`${path}?${query}`, null) : ask(path, null, { method, body: query })
}

describe('exchanging', () => {
  test.each(['GET', 'POST'])(
    'by %s gives a token of 60 days, and the old one stays valid until its own expiry',
    async (method) => {
      const all = stage({ scenario: 'sixty-days' })
      const start = Math.floor(all.clock.ms / 1000)
      all.clock.ms += 50 * DAY_SECONDS * 1000
      const { status, body } = await exchange(all, all.sandbox.token, {}, method)
      expect([status, body]).toEqual([
        200,
        { access_token: expect.any(String), token_type: 'bearer', expires_in: 60 * DAY_SECONDS },
      ])
      expect(body.access_token).not.toBe(all.sandbox.token)
      const data = async (text?: string) => (await all.inspect(all.appToken, text)).body.data
      expect(await data()).toMatchObject({ is_valid: true, expires_at: start + 60 * DAY_SECONDS })
      expect(await data(body.access_token)).toMatchObject({
        type: 'SYSTEM_USER',
        is_valid: true,
        expires_at: start + 110 * DAY_SECONDS,
      })
      all.clock.ms += 10 * DAY_SECONDS * 1000
      expect((await data()).is_valid).toBe(false)
      expect((await data(body.access_token)).is_valid).toBe(true)
      expect((await exchange(all, all.sandbox.token)).body.error).toMatchObject({ code: 190, error_subcode: 463 })
    },
  )

  test('a token without an expiry gives one with an expiry, if that is asked for', async () => {
    const all = stage()
    expect((await exchange(all, all.sandbox.token)).body.expires_in).toBe(60 * DAY_SECONDS)
    const { body } = await exchange(all, all.sandbox.token, { set_token_expires_in_60_days: 'false' })
    expect(Object.keys(body)).toEqual(['access_token', 'token_type'])
    expect((await all.inspect(all.appToken, body.access_token)).body.data.expires_at).toBe(0)
  })

  test.each([
    ['a wrong secret', { client_secret: 'wrong' }, 1],
    ['another app', { client_id: '4711' }, 101],
    ['another grant', { grant_type: 'authorization_code' }, 1],
    ['no token', { fb_exchange_token: '' }, 100],
    ['what is no token', { fb_exchange_token: 'EAAnothing' }, 190],
  ])('with %s is refused', async (_what, fields, code) => {
    const all = stage()
    const { status, body } = await exchange(all, all.sandbox.token, fields)
    expect([status, body.error.code]).toEqual([400, code])
  })

  test('is refused with a wrong secret, and for a dead token', async () => {
    const all = stage({ scenario: 'wrong-secret' })
    expect((await exchange(all, all.sandbox.token)).body.error.message).toBe('Error validating client secret.')
    all.sandbox.play('revoked')
    expect((await exchange(all, all.sandbox.token)).body.error.error_subcode).toBe(466)
    all.sandbox.play('wrong-app')
    expect((await exchange(all, all.sandbox.token)).body.error.code).toBe(190)
  })
})

test('an issued token is judged by its own facts, the first one by the scenario’s', async () => {
  const all = stage()
  const { access_token: text } = (await issue(all)).body
  const factsOf = async (input?: string) => {
    const { is_valid, type, expires_at } = (await all.inspect(all.appToken, input)).body.data
    return [is_valid, type, expires_at]
  }
  const start = Math.floor(all.clock.ms / 1000)
  all.clock.ms += 5_000
  for (const [scenario, first] of [
    ['temporary', [true, 'USER', start + 5 + 23 * 3600]],
    ['sixty-days', [true, 'SYSTEM_USER', start + 5 + 60 * DAY_SECONDS]],
    ['expired', [false, 'SYSTEM_USER', start + 5 - 7200]],
    ['revoked', [false, 'SYSTEM_USER', 0]],
  ] as const) {
    all.sandbox.play(scenario)
    expect(await factsOf()).toEqual([...first])
    expect(await factsOf(text)).toEqual([true, 'SYSTEM_USER', 0])
  }
  expect((await all.inspect(all.appToken, text)).body.data.issued_at).toBe(start)
  expect((await all.ask('/me', text)).status).toBe(200)
})

describe('issuing for a business', () => {
  const ask = ({ ask, sandbox }: Stage, fields: Record<string, string>, id: string = IDS.business) =>
    ask(`/v23.0/${id}/system_user_access_tokens`, sandbox.token, {
      method: 'POST',
      body: new URLSearchParams([
        ['business_app', sandbox.appId],
        ['scope[]', 'business_management'],
        ['scope[]', 'whatsapp_business_messaging'],
        ...Object.entries({ system_user_id: IDS.systemUser, ...fields }),
      ]),
    })

  test('gives another token, or fetches the newest valid one', async () => {
    const all = stage()
    const { access_token: text } = (await ask(all, {})).body
    expect((await all.inspect(all.appToken, text)).body.data.scopes).toHaveLength(2)
    expect((await ask(all, { fetch_only: 'true' })).body.access_token).toBe(text)
    await revoke(all, text)
    expect((await ask(all, { fetch_only: 'true' })).body.access_token).toBe(all.sandbox.token)
  })

  test('is refused for another user, and of another node', async () => {
    const all = stage()
    expect((await ask(all, { system_user_id: '4711' })).body.error.error_subcode).toBe(33)
    expect((await ask(all, {}, IDS.systemUser)).body.error.error_subcode).toBe(33)
  })
})

describe('issuing is refused', () => {
  test.each([
    ['without the app', { business_app: '' }, 100],
    ['for another app', { business_app: IDS.otherApp }, 100],
    ['without scopes', { scope: '' }, 100],
    ['with a wrong proof', { appsecret_proof: '00' }, 100],
  ])('%s', async (_what, fields, code) => {
    expect((await issue(stage(), fields)).body.error.code).toBe(code)
  })

  test('to an app token, to a dead one, and of another user', async () => {
    const all = stage()
    expect((await issue(all, {}, all.appToken)).status).toBe(400)
    expect((await all.ask(`/v23.0/${IDS.business}/access_tokens`, undefined, { method: 'POST' })).status).toBe(400)
    all.sandbox.play('revoked')
    expect((await issue(all)).body.error.error_subcode).toBe(466)
  })

  test('without a proof that is demanded, not with the right one', async () => {
    const all = stage({ scenario: 'proof-required' })
    expect((await issue(all)).status).toBe(400)
    expect((await issue(all, { appsecret_proof: proofOf(all.sandbox.token, all.sandbox) })).status).toBe(200)
  })
})

test('revoking needs the app secret and a token that is known', async () => {
  const all = stage()
  expect((await revoke(all, all.sandbox.token, 'wrong')).body.error.message).toContain('client secret')
  expect((await revoke(all, 'EAAnothing')).body.error.code).toBe(190)
  expect((await all.inspect()).body.data.is_valid).toBe(true)
})
