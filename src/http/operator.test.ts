import { isoTime } from '../verification/words.ts'
import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { Secret } from '../config/secret.ts'
import { ALL_WELL, healthOf } from '../report/health.fake.ts'
import { anyAnswers, anyPolicy } from '../verification/facts.fake.ts'
import { ACCOUNT, because, deadToken, liveToken, NOW_MS, PHONE } from '../verification/verification.fake.ts'
import { askOf, FINGERPRINT, knownOf, RELEASE, type Changes } from './app.fake.ts'
import { operatorBody } from './operator.ts'

const TOKEN = 'an-operator-token'
const RIGHT = { headers: { authorization: `Bearer ${TOKEN}` } }
const WRONG = { headers: { authorization: 'Bearer nothing' } }
const VIEWS = ['/health/token', '/health']
const OPERATORS = [
  ['/operator', 'GET'],
  ['/health/token/check', 'POST'],
] as const

const withToken = (changes: Changes = {}) => askOf({ operatorToken: () => new Secret(TOKEN), ...changes })
const bodyAt = async (changes: Changes, path = '/health/token'): Promise<any> =>
  (await withToken(changes)(path, RIGHT)).json()
const REFUSED = healthOf({ answers: [deadToken('revoked')] })

describe('the two views of the health', () => {
  test.each(VIEWS)('%s without a credential is the public one', async (path) => {
    const [open, guarded] = [await askOf()(path), await withToken()(path)]
    expect(guarded.status).toBe(200)
    expect(await guarded.text()).toBe(await open.text())
    expect(guarded.headers.get('vary')).toBe('Authorization')
  })

  test.each(VIEWS)('%s with the right one has the same status and the same checks, and more', async (path) => {
    for (const [health, status] of [
      [healthOf({ answers: ALL_WELL }), 200],
      [REFUSED, 503],
    ] as const) {
      const ask = withToken({ health: () => health })
      const answer = await ask(path, RIGHT)
      expect([answer.status, answer.headers.get('vary')]).toEqual([status, 'Authorization'])
      expect(answer.headers.get('content-type')).toBe('application/health+json')
      const [open, full]: any[] = [await (await ask(path)).json(), await answer.json()]
      expect(full).toMatchObject(open)
      expect(full.token).toEqual({ fingerprint: FINGERPRINT })
    }
  })

  test.each(VIEWS)('%s with a wrong one is 401, and shows nothing of the health', async (path) => {
    const answer = await withToken()(path, WRONG)
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toStartWith('Basic realm=')
    expect(answer.headers.get('vary')).toBe('Authorization')
    expect(Object.keys((await answer.json()) as object)).toEqual(['error'])
  })

  test.each(VIEWS)('%s without an operator token ignores every credential', async (path) => {
    expect((await askOf()(path, WRONG)).status).toBe(200)
    expect((await askOf()(path, RIGHT)).status).toBe(200)
  })

  test.each(['/health/ready', '/health/live', '/metrics', '/'])('%s ignores the credential', async (path) => {
    const ask = withToken()
    expect(await (await ask(path, WRONG)).text()).toBe(await (await ask(path)).text())
  })

  test('answer 429 to wrong credentials of one address, never to the right one or none', async () => {
    const ask = withToken({ peer: { address: () => '192.0.2.1' } })
    for (let turn = 0; turn < 10; turn++) expect((await ask('/health', WRONG)).status).toBe(401)
    const answer = await ask('/health/token', WRONG)
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '60'])
    expect((await ask('/operator', WRONG)).status).toBe(429)
    expect((await ask('/health/token', RIGHT)).status).toBe(200)
    expect((await ask('/health/token')).status).toBe(200)
  })
})

describe("the operator's routes", () => {
  test.each(OPERATORS)('%s is a 404 without an operator token, with any credential', async (path, method) => {
    for (const each of [method, 'GET', 'PUT', 'OPTIONS'])
      for (const init of [{}, RIGHT, WRONG]) expect((await askOf()(path, { ...init, method: each })).status).toBe(404)
  })

  test.each(OPERATORS)('%s demands a credential, and no other method', async (path, method) => {
    const answer = await withToken()(path, { method })
    expect([answer.status, answer.headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Basic /)])
    expect((await withToken()(path, { ...WRONG, method })).status).toBe(401)
    expect((await withToken()(path, { ...RIGHT, method })).status).toBe(200)
    const other = await withToken()(path, { ...RIGHT, method: 'PUT' })
    expect([other.status, other.headers.get('allow')]).toEqual([405, method === 'GET' ? 'GET, HEAD' : method])
  })

  test('follow a changed operator token', async () => {
    let current = TOKEN
    const ask = askOf({ operatorToken: () => new Secret(current) })
    expect((await ask('/operator', RIGHT)).status).toBe(200)
    current = 'another-operator-token'
    expect((await ask('/operator', RIGHT)).status).toBe(401)
  })
})

describe('POST /health/token/check', () => {
  const POST = { ...RIGHT, method: 'POST' }

  test('verifies, and answers 200 with the fresh state, whatever it says', async () => {
    let health = healthOf({ answers: ALL_WELL })
    const ask = withToken({
      health: () => health,
      check: async () => {
        health = REFUSED
      },
    })
    const answer = await ask('/health/token/check', POST)
    expect(answer.status).toBe(200)
    expect(await answer.json()).toMatchObject({ status: 'fail', findings: [{ code: 'token.revoked' }] })
  })

  test("leads a browser's form back to its page, once it has verified", async () => {
    let checks = 0
    const ask = withToken({
      check: async () => {
        checks += 1
      },
    })
    const headers = { ...RIGHT.headers, accept: 'text/html,*/*;q=0.8', referer: 'http://localhost:3000/operator' }
    const answer = await ask('/health/token/check', { method: 'POST', headers })
    expect([answer.status, answer.headers.get('location'), checks]).toEqual([303, '/operator', 1])
    const foreign = { ...headers, origin: 'https://evil.example' }
    expect((await ask('/health/token/check', { method: 'POST', headers: foreign })).status).toBe(403)
    expect(checks).toBe(1)
  })

  test.each([
    { origin: 'https://evil.example' },
    { 'sec-fetch-site': 'cross-site' },
    { 'sec-fetch-site': 'same-site' },
  ])('refuses %j, with the right credential, and verifies nothing', async (headers) => {
    let checks = 0
    const ask = withToken({
      check: async () => {
        checks += 1
      },
    })
    const init = { method: 'POST', headers: { ...RIGHT.headers, ...headers } }
    expect([(await ask('/health/token/check', init)).status, checks]).toEqual([403, 0])
  })

  test('verifies nothing for a wrong credential', async () => {
    let checks = 0
    const ask = withToken({
      check: async () => {
        checks += 1
      },
    })
    await ask('/health/token/check', { method: 'POST' })
    await ask('/health/token/check', { ...WRONG, method: 'POST' })
    expect(checks).toBe(0)
  })
})

describe("the operator's body", () => {
  test('shows what Graph said, number by number', async () => {
    const { checks, facts } = await bodyAt({})
    expect(checks['token:expiry']).toMatchObject([{ observedValue: 0 }])
    expect(checks['token:type']).toMatchObject([{ observedValue: 'SYSTEM_USER' }])
    expect(checks['whatsapp:business-account']).toMatchObject([{ componentId: ACCOUNT }])
    expect(checks['whatsapp:phone-number']).toMatchObject([
      { componentId: PHONE, observedValue: { status: 'CONNECTED' } },
    ])
    expect(checks['clock:skew']).toMatchObject([{ observedValue: 0, observedUnit: 'ms' }])
    expect(facts.token).toMatchObject({ isValid: true, expiresAt: 'never' })
  })

  test("shows Graph's words and codes for each finding", () => {
    const answers = [deadToken('revoked', because(190, 460, 'The password changed.'))]
    const body = operatorBody(knownOf({ answers }), RELEASE, null)
    expect(body).toMatchObject({
      checks: {
        'token:validity': [
          {
            status: 'fail',
            code: 'token.revoked',
            observedValue: false,
            observed: expect.stringContaining('The password changed.'),
            reason: { code: 190, subcode: 460 },
          },
        ],
      },
      findings: [{ code: 'token.revoked', expected: expect.any(String) }],
    })
  })

  test('has the dates of an expiring token as Graph gives them', () => {
    const expiresAt = NOW_MS + 3_600_000
    const body: any = operatorBody(knownOf({ answers: [liveToken({ expiresAt })] }), RELEASE, null)
    expect(body.checks['token:expiry']).toMatchObject([{ observedValue: expiresAt / 1_000 }])
  })

  test('has the changes of status, and since when it is as it is', async () => {
    const statuses = [
      { atMs: NOW_MS, before: 'pass', after: 'fail' },
      { atMs: NOW_MS - 1, before: null, after: 'pass' },
    ] as const
    const { statusSince, statusChanges } = await bodyAt({ past: { drifts: [], statuses } })
    expect(statusSince).toBe(isoTime(NOW_MS))
    expect(statusChanges).toEqual(statuses.map(({ atMs, ...change }) => ({ time: isoTime(atMs), ...change })))
    expect((await bodyAt({})).statusSince).toBeNull()
  })

  test('has the history of drift', async () => {
    const drift = { field: 'type', before: 'USER', after: 'SYSTEM_USER', severity: 'info', checkId: 'c1' } as const
    const { drift: shown } = await bodyAt({ past: { drifts: [{ ...drift, atMs: NOW_MS }], statuses: [] } })
    expect(shown).toEqual([{ ...drift, time: isoTime(NOW_MS) }])
  })

  test('is JSON whatever Graph says, and holds all that the public one holds', () => {
    fc.assert(
      fc.property(anyAnswers, anyPolicy, (answers, policy) => {
        const known = knownOf({ answers, policy })
        const body = JSON.parse(JSON.stringify(operatorBody(known, RELEASE, null)))
        expect(body.findings).toHaveLength(known.health.findings.length)
        expect(Object.keys(body.checks)).toEqual([...known.health.checks.keys()])
      }),
    )
  })
})
