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
  test('is another one, with the scopes that were asked for, and the old one lives on', async () => {
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

  test('dies when it is revoked, alone', async () => {
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

  test('and holds with the right proof', async () => {
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
