import { describe, expect, test } from 'bun:test'
import { proofOf, stage, START_MS } from './sandbox.fake.ts'
import type { ScenarioName } from './scenarios.ts'

const START = START_MS / 1000

describe('debug_token', () => {
  test('a permanent system-user token', async () => {
    const { sandbox, inspect } = stage()
    const expected = {
      data: {
        app_id: sandbox.appId,
        type: 'SYSTEM_USER',
        application: 'Sandbox App',
        data_access_expires_at: 0,
        expires_at: 0,
        is_valid: true,
        issued_at: START - 3600,
        scopes: [
          'business_management',
          'whatsapp_business_management',
          'whatsapp_business_messaging',
          'public_profile',
        ],
        granular_scopes: [
          { scope: 'business_management', target_ids: [expect.any(String)] },
          { scope: 'whatsapp_business_management', target_ids: [sandbox.businessAccountId] },
          { scope: 'whatsapp_business_messaging', target_ids: [sandbox.businessAccountId] },
        ],
        user_id: expect.any(String),
      },
    }
    expect((await inspect()).body).toEqual(expected)
    expect((await inspect(sandbox.token)).body).toEqual(expected)
  })

  test('temporary runs out by itself', async () => {
    const { clock, inspect } = stage({ scenario: 'temporary' })
    expect((await inspect()).body.data).toMatchObject({ type: 'USER', is_valid: true, expires_at: START + 23 * 3600 })
    clock.ms += 23 * 3600 * 1000
    expect((await inspect()).body.data).toMatchObject({ is_valid: false, error: { code: 190, subcode: 463 } })
  })

  test('expired, to itself too: 200 with data.error, scopes kept', async () => {
    const { sandbox, ask, inspect } = stage({ scenario: 'expired' })
    const { status, body } = await inspect(sandbox.token)
    expect(status).toBe(200)
    expect(body.data).toMatchObject({ is_valid: false, expires_at: START - 7200 })
    expect(body.data.scopes).toHaveLength(4)
    expect(body.data.error).toEqual({
      code: 190,
      message:
        'Error validating access token: Session has expired on Friday, 20-Nov-26 02:00:00 PST. ' +
        'The current time is Friday, 20-Nov-26 04:00:00 PST.',
      subcode: 463,
    })
    expect((await ask('/me')).body.error).toMatchObject({ code: 190, error_subcode: 463 })
    expect((await inspect(sandbox.token, 'xxxx')).body.error).toMatchObject({ code: 190, error_subcode: 463 })
  })

  const endings: [ScenarioName, number, string, number][] = [
    ['revoked', 466, 'The session was invalidated explicitly using an API call.', 0],
    [
      'password-changed',
      460,
      'The session has been invalidated because the user changed their password or Facebook has changed the session ' +
        'for security reasons.',
      4,
    ],
    ['app-removed', 458, `The user has not authorized application ${stage().sandbox.appId}.`, 0],
  ]
  for (const [scenario, subcode, detail, scopesLeft] of endings) {
    test(`${scenario}: data.error to an app token, top-level 190 to itself`, async () => {
      const { sandbox, inspect } = stage({ scenario })
      const message = `Error validating access token: ${detail}`
      const { data } = (await inspect()).body
      expect(data).toMatchObject({ is_valid: false, expires_at: 0, error: { code: 190, message, subcode } })
      expect(data.scopes).toHaveLength(scopesLeft)
      const own = await inspect(sandbox.token)
      expect(own.status).toBe(401)
      expect(own.body.error).toMatchObject({ message, type: 'OAuthException', code: 190, error_subcode: subcode })
      expect(own.headers.get('www-authenticate')).toBe(`OAuth "Facebook Platform" "invalid_token" "${message}"`)
    })
  }

  test('an unreadable inspected token does not count against the inspector', async () => {
    const { sandbox, inspect } = stage({ scenario: 'garbage' })
    const message = 'Invalid OAuth access token - Cannot parse access token'
    expect((await inspect()).body).toEqual({ data: { error: { code: 190, message }, is_valid: false, scopes: [] } })
    expect((await inspect(undefined, 'xxxx')).body.data.error.message).toBe(message)
    expect((await inspect(sandbox.token)).body.error).toMatchObject({ message, code: 190 })
    expect((await inspect('xxxx')).body.error).toMatchObject({ message, code: 190 })
    const altered = `${sandbox.token.slice(0, -1)}Z`
    expect((await inspect(undefined, altered)).body.data.error.message).toBe('The access token could not be decrypted')
  })

  test('an app token inspects itself', async () => {
    const { sandbox, appToken, inspect } = stage()
    expect((await inspect(appToken, appToken)).body).toEqual({
      data: { app_id: sandbox.appId, type: 'APP', application: 'Sandbox App', is_valid: true, scopes: [] },
    })
    expect((await inspect(appToken, `${sandbox.appId}|abc`)).body.data.error.message).toBe(
      'Invalid OAuth access token signature.',
    )
  })

  test('of another app: refused to ours, another app_id to itself', async () => {
    const { sandbox, inspect } = stage({ scenario: 'wrong-app' })
    const { status, body } = await inspect()
    expect(status).toBe(400)
    expect(body.error.message).toBe('(#100) The App_id in the input_token did not match the Viewing App')
    const own = (await inspect(sandbox.token)).body.data
    expect(own).toMatchObject({ is_valid: true, application: 'Another App' })
    expect(own.app_id).not.toBe(sandbox.appId)
  })

  test('a wrong secret', async () => {
    const { sandbox, inspect } = stage({ scenario: 'wrong-secret' })
    const { status, body } = await inspect()
    expect(status).toBe(400)
    expect(body.error).toMatchObject({ message: 'Invalid OAuth access token signature.', code: 190 })
    expect((await inspect(sandbox.token)).status).toBe(200)
  })

  test('is denied to the token itself, and without a token', async () => {
    const { sandbox, inspect } = stage({ scenario: 'self-inspection-denied' })
    const message =
      '(#100) You must provide an app access token, or a user access token that is an owner or developer of the app'
    expect((await inspect()).status).toBe(200)
    expect(await inspect(sandbox.token)).toMatchObject({ status: 400, body: { error: { message, code: 100 } } })
    expect((await stage().inspect(null)).body.error.message).toBe(message)
  })

  test('POST and a missing input_token are refused', async () => {
    const { ask } = stage()
    expect((await ask('/v23.0/debug_token')).body.error.message).toBe('(#100) The parameter input_token is required')
    const { status, body } = await ask('/v23.0/debug_token', undefined, { method: 'POST' })
    expect(status).toBe(400)
    expect(body.error).toMatchObject({
      message:
        'Unsupported post request. Please read the Graph API documentation at ' +
        'https://developers.facebook.com/docs/graph-api',
      type: 'GraphMethodException',
      code: 100,
      error_subcode: 33,
    })
  })
})

describe('appsecret_proof', () => {
  const REQUIRED = 'API calls from the server require an appsecret_proof argument'
  const INVALID = 'Invalid appsecret_proof provided in the API argument'

  test('is checked if it is sent', async () => {
    const { sandbox, ask } = stage()
    const proof = proofOf(sandbox.token, sandbox)
    expect((await ask(`/me?appsecret_proof=${proof}`)).status).toBe(200)
    const { status, body } = await ask('/me?appsecret_proof=00')
    expect(status).toBe(400)
    expect(body.error).toMatchObject({ message: INVALID, type: 'GraphMethodException', code: 100 })
  })

  test('is demanded of every call in proof-required', async () => {
    const { sandbox, appToken, ask, inspect, send } = stage({ scenario: 'proof-required' })
    const own = proofOf(sandbox.token, sandbox)
    expect((await ask('/me')).body.error.message).toBe(REQUIRED)
    expect((await send()).body.error.message).toBe(REQUIRED)
    expect((await inspect()).body.error.message).toBe(REQUIRED)
    expect((await ask(`/me?appsecret_proof=${own}`)).status).toBe(200)
    const inspection = `/debug_token?input_token=${sandbox.token}&appsecret_proof=`
    expect((await ask(inspection + proofOf(appToken, sandbox), appToken)).status).toBe(200)
    expect((await ask(inspection + own, appToken)).body.error.message).toBe(INVALID)
  })
})
