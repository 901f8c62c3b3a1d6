import { describe, expect, test } from 'bun:test'
import { after, ALL_WELL, healthOf, silence } from '../report/health.fake.ts'
import { deadToken, HOUR_MS, liveToken, NOW_MS, policy } from '../verification/verification.fake.ts'
import { askOf, bodyOf, type Changes } from './app.fake.ts'

const TOKEN = ['/health/token', '/health']
const READY = ['/health/ready', '/readyz']
const LIVE = ['/health/live', '/livez', '/healthz']
const ALL = [...TOKEN, ...READY, ...LIVE]
const UNKNOWN = [
  '/nowhere',
  '/healthz/',
  '/health/token/',
  '/health/tokens',
  '/HEALTH/TOKEN',
  '/health%2Ftoken',
  '//health',
]

const WELL = healthOf({ answers: ALL_WELL })
const WARNS = healthOf({ answers: [liveToken({ type: 'USER' })] })
const REFUSED = healthOf({ answers: [deadToken('revoked')] })
const UNVERIFIED = healthOf({ silences: { token: silence() } })

const statusOf = async (path: string, changes: Changes) => (await askOf(changes)(path)).status

describe('/health/token', () => {
  test.each([
    ['pass', WELL, 200],
    ['warn', WARNS, 200],
    ['fail', REFUSED, 503],
    ['fail', UNVERIFIED, 503],
    ['fail', healthOf({}), 503],
  ])('%s', async (status, health, httpStatus) => {
    for (const path of TOKEN) {
      const answer = await askOf({ health: () => health })(path)
      expect(answer.status).toBe(httpStatus)
      expect(await answer.json()).toMatchObject({ status })
    }
  })

  test('follows the state from one request to the next', async () => {
    let health = WELL
    const ask = askOf({ health: () => health })
    expect((await ask('/health/token')).status).toBe(200)
    health = REFUSED
    expect((await ask('/health/token')).status).toBe(503)
    health = WELL
    expect(await bodyOf(ask)).toMatchObject({ status: 'pass' })
  })

  test.each([
    ['warn', 200],
    ['fail', 503],
  ] as const)('an old answer is judged at the next request: %s', async (staleStatus, httpStatus) => {
    let now = after(0)
    const demanded = policy({ staleStatus })
    const ask = askOf({ health: () => healthOf({ answers: ALL_WELL, policy: demanded, now }) })
    now = after(demanded.staleAfterMs)
    expect(await bodyOf(ask)).toMatchObject({ status: 'pass' })
    now = after(demanded.staleAfterMs + 1)
    expect((await ask('/health/token')).status).toBe(httpStatus)
    expect(await bodyOf(ask)).toMatchObject({
      status: staleStatus,
      checks: { 'graph:reachability': [{ status: staleStatus, code: 'graph.stale' }] },
    })
  })

  test('a known expiry that has passed is a refusal at the next request', async () => {
    let now = after(0)
    const demanded = policy({ expiry: 'rotate', staleAfterMs: 9 * HOUR_MS })
    const answers = [liveToken({ expiresAt: NOW_MS + HOUR_MS })]
    const ask = askOf({ health: () => healthOf({ answers, policy: demanded, now }) })
    expect((await ask('/health/token')).status).toBe(200)
    now = after(HOUR_MS)
    expect((await ask('/health/token')).status).toBe(503)
    expect(await bodyOf(ask)).toMatchObject({ checks: { 'token:validity': [{ code: 'token.expired' }] } })
  })

  test('gives the reason why nothing is verified in mode off, and is 503', async () => {
    const ask = askOf({ overriding: { output: 'TOKEN_GUARD_MODE=off: the token is not verified.' } })
    expect((await ask('/health/token')).status).toBe(503)
    expect(await bodyOf(ask)).toMatchObject({ status: 'fail', output: expect.stringContaining('TOKEN_GUARD_MODE=off') })
  })
})

describe('/health/ready', () => {
  const rows: readonly (readonly [string, Changes, number])[] = [
    ['process: ready', {}, 200],
    ['process: the token does not matter', { health: () => REFUSED }, 200],
    ['process: an old answer does not matter', { health: () => UNVERIFIED }, 200],
    ['process: not before the token has passed once', { hasBooted: () => false }, 503],
    ['process: not once a stop has begun', { isStopping: () => true }, 503],
    ['token: follows a pass', { readiness: 'token' }, 200],
    ['token: follows a warning', { readiness: 'token', health: () => WARNS }, 200],
    ['token: follows a refusal', { readiness: 'token', health: () => REFUSED }, 503],
    ['token: not before the token has passed once', { readiness: 'token', hasBooted: () => false }, 503],
    ['token: not once a stop has begun', { readiness: 'token', isStopping: () => true }, 503],
  ]
  test.each(rows)('%s', async (_what, changes, httpStatus) => {
    for (const path of READY) {
      const answer = await askOf(changes)(path)
      expect(answer.status).toBe(httpStatus)
      const body = (await answer.json()) as object
      expect(body).toMatchObject({ status: httpStatus === 200 ? 'pass' : 'fail' })
      expect('output' in body).toBe(httpStatus !== 200)
    }
  })
})

describe('/health/live', () => {
  const rows: readonly (readonly [string, Changes])[] = [
    ['the token', { health: () => REFUSED }],
    ['Graph', { health: () => UNVERIFIED }],
    ['boot', { hasBooted: () => false }],
    ['the mode', { overriding: { output: 'off' } }],
    ['a stop', { isStopping: () => true }],
    ['a state that cannot be shown', { health: fails }],
  ]
  test.each(rows)('does not depend on %s', async (_what, changes) => {
    for (const path of LIVE) expect(await statusOf(path, changes)).toBe(200)
  })
})

describe('every answer', () => {
  test.each(ALL)('%s is health+json that must not be stored', async (path) => {
    const { headers } = await askOf()(path)
    expect(headers.get('content-type')).toStartWith('application/health+json')
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.has('connection')).toBe(false)
  })

  test.each(ALL)('%s is the same to HEAD, without the body', async (path) => {
    for (const health of [WELL, REFUSED]) {
      const ask = askOf({ health: () => health, readiness: 'token' })
      const [get, head] = [await ask(path), await ask(path, { method: 'HEAD' })]
      expect(head.status).toBe(get.status)
      expect([...head.headers]).toEqual([...get.headers])
      expect(await head.text()).toBe('')
    }
  })

  test.each(ALL)('%s is the same with a query string and any Host', async (path) => {
    const ask = askOf()
    const text = await (await ask(path)).text()
    for (const tail of ['?', '?verbose=1', '?a=/nowhere', '?%00'])
      expect(await (await ask(path + tail)).text()).toBe(text)
    expect(await (await ask(path, { headers: { host: 'evil.example:99' } })).text()).toBe(text)
    expect(await (await ask(path, { headers: { authorization: 'Bearer nothing' } })).text()).toBe(text)
  })

  test.each(ALL)('%s takes no other method', async (path) => {
    for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      const answer = await askOf()(path, { method })
      expect(answer.status).toBe(405)
      expect(answer.headers.get('allow')).toBe('GET, HEAD')
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(await answer.json()).toEqual({ error: expect.any(String) })
    }
  })

  test.each(UNKNOWN)('%s is a JSON 404', async (path) => {
    for (const method of ['GET', 'POST', 'DELETE']) {
      const answer = await askOf()(path, { method })
      expect(answer.status).toBe(404)
      expect(answer.headers.get('content-type')).toStartWith('application/json')
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(await answer.json()).toEqual({ error: expect.any(String) })
    }
  })

  test('after a defect is a 500 that shows no details', async () => {
    const answer = await askOf({ health: fails })('/health/token')
    expect(answer.status).toBe(500)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(await answer.text()).not.toContain('inner')
  })
})

describe('once a stop has begun', () => {
  test.each([
    ...TOKEN.map((path) => [path, 503] as const),
    ...READY.map((path) => [path, 503] as const),
    ...LIVE.map((path) => [path, 200] as const),
    ['/nowhere', 404] as const,
  ])('%s is %d and closes the connection', async (path, httpStatus) => {
    const answer = await askOf({ isStopping: () => true })(path)
    expect(answer.status).toBe(httpStatus)
    expect(answer.headers.get('connection')).toBe('close')
  })

  test('the next answer shows it', async () => {
    let stopping = false
    const ask = askOf({ isStopping: () => stopping })
    expect((await ask('/health/token')).status).toBe(200)
    stopping = true
    expect(await bodyOf(ask)).toMatchObject({ status: 'fail', output: expect.stringMatching(/stopping/) })
  })
})

function fails(): never {
  throw new Error('an inner matter')
}
