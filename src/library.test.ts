import { afterAll, beforeEach, describe, expect, test } from 'bun:test'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { inspect } from 'node:util'
import { Hono } from 'hono'
import { createTokenGuard, ConfigurationError, TokenRefusedError, TokenUnverifiedError } from './index.ts'
import type { TokenGuardEvent, TokenGuardOptions } from './index.ts'
import { caught, fromSandbox } from './library/library.fake.ts'

const { graph, options, asked, stop } = fromSandbox()
afterAll(stop)
beforeEach(() => {
  graph.play('permanent')
  asked.length = 0
})

const OPERATOR = 'operator-token-of-this-test'

describe('boot', () => {
  test('resolves with the state, once', async () => {
    await using guard = createTokenGuard(options())
    expect(guard.state).toMatchObject({ status: 'fail', outcome: 'unverified', checkedAt: null, findings: [] })
    const first = guard.boot()
    expect(guard.boot()).toBe(first)
    expect(await first).toMatchObject({ status: 'pass', outcome: 'verified', findings: [] })
    expect(guard.state).toBe(guard.state)
    expect(Object.isFrozen(guard.state.findings)).toBe(true)
  })

  test.each([
    ['revoked', TokenRefusedError, 77, 'token.revoked'],
    ['scope-missing', TokenRefusedError, 77, 'scope.missing'],
    ['wrong-secret', ConfigurationError, 78, 'inspector.rejected'],
    ['failing', TokenUnverifiedError, 75, 'graph.failing'],
  ] as const)('throws on %s', async (scenario, type, exitCode, code) => {
    graph.play(scenario)
    await using guard = createTokenGuard(options({ bootTimeout: '600ms' }))
    const error = await caught(() => guard.boot())
    expect(error).toBeInstanceOf(type)
    expect(error.exitCode).toBe(exitCode)
    expect(error.findings.map((finding: { code: string }) => finding.code)).toContain(code)
    expect(error.message).toContain(code)
  })

  test('resolves on a refusal in mode report, and asks nothing in mode off', async () => {
    graph.play('revoked')
    await using reporting = createTokenGuard(options({ mode: 'report' }))
    expect(await reporting.boot()).toMatchObject({ status: 'fail', outcome: 'refused' })
    asked.length = 0
    await using off = createTokenGuard({ mode: 'off' })
    expect(await off.boot()).toMatchObject({ status: 'fail', outcome: 'unverified' })
    expect((await off.fetch(new Request('http://x/health/token'))).status).toBe(503)
    expect(asked).toEqual([])
  })

  test('takes another fetch for Graph', async () => {
    const urls: string[] = []
    const fetch: TokenGuardOptions['fetch'] = async (url, init) => {
      urls.push(url)
      return graph.fetch(new Request(url, init))
    }
    await using guard = createTokenGuard(options({ fetch, graphUrl: 'https://graph.example' }))
    expect((await guard.boot()).outcome).toBe('verified')
    expect(urls.length).toBeGreaterThan(3)
    expect(asked).toEqual([])
  })
})

describe('in an application', () => {
  const inHost = async (more: TokenGuardOptions = {}) => {
    const guard = createTokenGuard(options(more))
    await guard.boot()
    const app = new Hono()
    app.get('/', (c) => c.text('the shop'))
    app.post('/webhook', (c) => c.text('ok'))
    app.route('/', guard.app)
    app.route('/status', guard.page)
    app.route('/', guard.metrics)
    app.post('/health', (c) => c.text("the host's own"))
    app.notFound((c) => c.text("the host's 404", 404))
    return { guard, app, [Symbol.asyncDispose]: () => guard.stop() }
  }

  test('answers its own routes and leaves all else to the host', async () => {
    await using host = await inHost()
    const text = async (path: string, init?: RequestInit) => {
      const answer = await host.app.request(path, init)
      return [answer.status, (await answer.text()).slice(0, 14)]
    }
    for (const path of ['/health', '/health/token', '/health/ready', '/health/live', '/metrics', '/status'])
      expect((await host.app.request(path)).status).toBe(200)
    expect(await text('/')).toEqual([200, 'the shop'])
    expect(await text('/webhook', { method: 'POST' })).toEqual([200, 'ok'])
    expect(await text('/health', { method: 'POST' })).toEqual([200, "the host's own"])
    for (const path of ['/readyz', '/health/other', '/operator', '/status/operator'])
      expect(await text(path)).toEqual([404, "the host's 404"])
    expect(await text('/health/token/check', { method: 'POST' })).toEqual([404, "the host's 404"])
  })

  test("answers HEAD, from Bun's server as without one", async () => {
    await using host = await inHost({ operatorToken: OPERATOR })
    const outer = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: host.app.fetch })
    const ask = (path: string, init: RequestInit = {}) => fetch(new URL(path, outer.url), init)
    expect((await ask('/health/token', { method: 'HEAD' })).status).toBe(200)
    const authorization = `Bearer ${OPERATOR}`
    expect((await ask('/health/token/check', { method: 'POST', headers: { authorization } })).status).toBe(200)
    expect((await ask('/health/token', { headers: { authorization: 'Bearer wrong' } })).status).toBe(401)
    await outer.stop(true)
  })

  test('fetch answers for other frameworks, with a 404 of its own', async () => {
    await using host = await inHost()
    const get = (path: string, init?: RequestInit) => host.guard.fetch(new Request(`http://x${path}`, init))
    expect((await get('/health/token')).headers.get('content-type')).toContain('application/health+json')
    expect((await get('/nothing')).status).toBe(404)
    expect((await get('/health', { method: 'POST' })).status).toBe(405)
    await host.guard.stop()
    expect((await get('/health/ready')).status).toBe(503)
    expect((await get('/health/live')).status).toBe(200)
  })
})

test('node answers the same routes for a server of node:http', async () => {
  await using guard = createTokenGuard(options({ operatorToken: OPERATOR }))
  const server = createServer(guard.node)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const status = async (path: string, init: RequestInit = {}) =>
    (await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`, init)).status
  expect(await status('/health/token')).toBe(503)
  await guard.boot()
  expect(await status('/health/token')).toBe(200)
  expect(await status('/nothing')).toBe(404)
  const report = { method: 'POST', headers: { authorization: `Bearer ${OPERATOR}` }, body: '{"error":{"code":190}}' }
  graph.play('revoked')
  const refused = Promise.withResolvers<TokenGuardEvent>()
  guard.subscribe((event) => event.type === 'token.refused' && refused.resolve(event))
  expect(await status('/health/token/report', report)).toBe(202)
  await refused.promise
  expect(await status('/health/token')).toBe(503)
  server.closeAllConnections()
  server.close()
})

describe('in service', () => {
  const until = (guard: ReturnType<typeof createTokenGuard>, type: string) =>
    new Promise<TokenGuardEvent>((resolve) => guard.subscribe((event) => event.type === type && resolve(event)))

  test('shows drift with the fields of its log line, whatever a subscriber throws', async () => {
    const logged: string[] = []
    const log = (fields: object) => void logged.push(JSON.stringify(fields))
    const logger = { debug: log, info: log, warn: log, error: log }
    await using guard = createTokenGuard(options({ checkInterval: '1s', logger }))
    guard.subscribe(() => {
      throw new Error('a fault of the application')
    })
    await guard.boot()
    const drift = until(guard, 'token.drift')
    graph.play('scope-missing')
    expect(await drift).toMatchObject({ field: 'scopes', severity: 'error', level: 'error' })
    expect(guard.state.outcome).toBe('refused')
    expect(logged.some((line) => line.includes('"event":"token.drift"'))).toBe(true)
  })

  test('check verifies now', async () => {
    await using guard = createTokenGuard(options())
    await guard.boot()
    graph.play('revoked')
    expect(await guard.check()).toMatchObject({ status: 'fail', outcome: 'refused' })
  })

  test('check before boot says what to do', async () => {
    await using guard = createTokenGuard(options())
    expect((await caught(() => guard.check())).message).toContain('boot()')
  })

  test('report verifies at once, at most once in ten seconds, and only if the token may be the cause', async () => {
    await using guard = createTokenGuard(options())
    await guard.boot()
    asked.length = 0
    guard.report({ error: { code: 4, message: 'Application request limit reached' } })
    guard.report(new Error('socket hang up'))
    guard.report(undefined)
    expect(asked).toEqual([])
    graph.play('revoked')
    const refused = until(guard, 'token.refused')
    const error = Object.assign(new Error('x'), { response: { data: { error: { code: 190, message: 'm' } } } })
    guard.report(error)
    guard.report(error)
    await refused
    expect(asked.filter((path) => path.endsWith('/debug_token'))).toHaveLength(2)
  })

  test('reload takes another token over if it passes, and keeps the old one if not', async () => {
    let token = graph.token
    await using guard = createTokenGuard(options({ token: () => token }))
    await guard.boot()
    expect(await guard.reload()).toBe('unchanged')
    token = 'EAAnothing1'
    expect(await guard.reload()).toBe('refused')
    expect(guard.state).toMatchObject({ status: 'warn', outcome: 'verified' })
    token = graph.token
    expect(await guard.reload()).toBe('unchanged')
    expect(guard.state.status).toBe('pass')
  })

  test('several guards do not disturb each other', async () => {
    await using first = createTokenGuard(options())
    await using second = createTokenGuard(options({ requiredScopes: 'catalog_management' }))
    const [good, bad] = await Promise.allSettled([first.boot(), second.boot()])
    expect([good.status, bad.status]).toEqual(['fulfilled', 'rejected'])
    expect([first.state.outcome, second.state.outcome]).toEqual(['verified', 'refused'])
    const count = async (guard: typeof first) => (await guard.metrics.request('/metrics')).text()
    expect(await count(first)).toContain('whatsapp_token_checks_total{outcome="refused"} 0')
    expect(await count(second)).toContain('whatsapp_token_checks_total{outcome="refused"} 1')
  })

  test('no secret shows, however it is printed', async () => {
    await using guard = createTokenGuard(options({ operatorToken: OPERATOR }))
    await guard.boot()
    const error = await caught(() => createTokenGuard(options({ token: `${graph.token}!` })))
    const shown = [guard, guard.state, error].flatMap((each) => [
      JSON.stringify(each),
      inspect(each, { depth: 20, showHidden: true }),
      String(each),
    ])
    for (const secret of [graph.token, graph.appSecret, OPERATOR]) expect(shown.join('\n')).not.toContain(secret)
  })
})
