import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { independently, independentlyOnOne } from './concurrent.ts'
import { startGraph, type Graph } from './graph.ts'
import { forEachRuntime, start, type Program } from './harness.ts'
import { SANDBOX_SECRETS } from './secrets.ts'
import { exchange, readAnswer } from './sockets.ts'

const OPERATOR = 'qK4wZt8rXb2mNv6c'
const SECRETS = [...SANDBOX_SECRETS, OPERATOR]
const basic = (password: string, user = 'operator') => `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`
const RIGHT = { headers: { authorization: `Bearer ${OPERATOR}` } }
const CHECK = { method: 'POST', ...RIGHT }

forEachRuntime((runtime) => {
  describe("the operator's view", () => {
    let graph: Graph
    let program: Program
    beforeAll(async () => {
      graph = startGraph()
      program = start(
        runtime,
        ['serve'],
        { ...graph.env, TOKEN_GUARD_CHECK_INTERVAL: '24h', TOKEN_GUARD_OPERATOR_TOKEN: OPERATOR },
        { secrets: SECRETS },
      )
      await program.port()
    })
    afterAll(async () => {
      await program[Symbol.asyncDispose]()
      await graph[Symbol.asyncDispose]()
    })

    test('has the identifiers that the public one has not', async () => {
      const [open, full] = [await program.ask('/health/token'), await program.ask('/health/token', RIGHT)]
      const account = graph.env['WHATSAPP_BUSINESS_ACCOUNT_ID'] ?? ''
      const phone = graph.env['WHATSAPP_PHONE_NUMBER_ID'] ?? ''
      expect([open.text.includes(phone), full.text.includes(phone), full.text.includes(account)]).toEqual([
        false,
        true,
        true,
      ])
      expect(full.json.token.fingerprint).toMatch(/^[0-9a-f]{12}$/)
      expect([open, full].map(({ headers }) => headers.get('vary'))).toEqual(['Authorization', 'Authorization'])
    })

    test('opens by Basic with any user, also in a browser', async () => {
      const unknown = await program.ask('/operator')
      expect([unknown.status, unknown.headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Basic /)])
      const page = await program.ask('/operator', { headers: { authorization: basic(OPERATOR, '') } })
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
      expect(page.text).toContain(graph.env['META_APP_ID'] ?? '')
    })

    test('POST verifies now, once for all who ask at the same time', async () => {
      graph.play('slow')
      const before = graph.asked.filter((path) => path === '/debug_token').length
      const answers = await Promise.all(Array.from({ length: 20 }, () => program.ask('/health/token/check', CHECK)))
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
      expect(graph.asked.filter((path) => path === '/debug_token').length).toBe(before + 1)
      graph.play('permanent')
    })

    test('POST answers with the fresh state, whatever it says; a drift is kept in the history', async () => {
      graph.play('phone-blocked')
      const { status, json } = await program.ask('/health/token/check', CHECK)
      expect([status, json.status]).toEqual([200, 'warn'])
      expect(json.drift).toContainEqual(
        expect.objectContaining({ field: 'phone.status', before: 'CONNECTED', severity: 'error' }),
      )
      graph.play('permanent')
      expect((await program.ask('/health/token/check', CHECK)).json.status).toBe('pass')
    })

    test.each([{ origin: 'https://evil.example' }, { 'sec-fetch-site': 'cross-site' }])(
      'POST from another origin is refused: %j',
      async (headers) => {
        const init = { method: 'POST', headers: { ...RIGHT.headers, ...headers } }
        expect((await program.ask('/health/token/check', init)).status).toBe(403)
      },
    )

    test('POST from the page itself is not', async () => {
      const port = await program.port()
      const headers = { ...RIGHT.headers, origin: `http://127.0.0.1:${port}` }
      expect((await program.ask('/health/token/check', { method: 'POST', headers })).status).toBe(200)
    })

    test('wrong credentials of every kind are 401, then 429, and never lock out the right one', async () => {
      const wrong = ['', 'Bearer', 'Bearer wrong', basic('wrong'), `Bearer ${'x'.repeat(7_000)}`, 'Nonsense']
      const asks = [...wrong, ...wrong].map((authorization) => ({ headers: { authorization } }))
      const statuses: number[] = []
      for (const init of asks) statuses.push((await program.ask('/health/token', init)).status)
      expect(statuses).toEqual([...Array.from({ length: 10 }, () => 401), 429, 429])
      expect((await program.ask('/health/token', RIGHT)).status).toBe(200)
      expect((await program.ask('/health/token')).status).toBe(200)
    })

    test('a credential that is larger than any server takes ends that request, not the service', async () => {
      const bytes = `GET /health/token HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${'x'.repeat(100_000)}\r\n\r\n`
      const text = await exchange(await program.port(), bytes).catch(() => '')
      expect(text === '' ? 431 : readAnswer(text).status).toBe(431)
      expect((await program.ask('/health/live')).status).toBe(200)
    })

    test('/metrics counts what happened, and shows no identifier', async () => {
      const { status, headers, text } = await program.ask('/metrics', { headers: { authorization: 'Bearer wrong' } })
      expect([status, headers.get('content-type')]).toEqual([200, 'text/plain; version=0.0.4; charset=utf-8'])
      expect(text).toMatch(/^whatsapp_token_status\{status="pass"\} 1$/m)
      expect(text).toMatch(/^whatsapp_token_drift_total\{severity="error"\} [1-9]/m)
      expect(text).toMatch(/^whatsapp_token_checks_total\{outcome="verified"\} [3-9]/m)
      expect(text).toMatch(new RegExp(`whatsapp_token_guard_build_info\\{version="[\\d.]+",runtime="${runtime.name} `))
      expect(text).not.toContain(graph.env['META_APP_ID'] ?? '')
    })

    test('the page at / is public, and 200 also where the token fails', async () => {
      const { status, headers, text } = await program.ask('/')
      expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
      expect(headers.get('content-security-policy')).toContain("default-src 'none'")
      expect(text).not.toContain(graph.env['META_APP_ID'] ?? '')
    })
  })

  describe('probe', () => {
    const onOne = independentlyOnOne(runtime)
    const probe = async (args: readonly string[], env: Record<string, string>) => {
      await using program = start(runtime, ['probe', ...args], env)
      return { ...(await program.exit), printed: program.printed }
    }

    independently('exits 0 where the service lives, and 1 where nothing answers', async () => {
      await using graph = startGraph()
      await using program = start(runtime, ['serve'], graph.env)
      const ports = [String(await program.port()), '1']
      const ended = await Promise.all(ports.map((port) => probe([], { TOKEN_GUARD_PORT: port })))
      expect(ended.map(({ code }) => code)).toEqual([0, 1])
      expect(ended[1]?.printed).toContain('does not answer')
    })

    onOne('asks the route that its option names, and exits 0 or 1', async () => {
      await using graph = startGraph()
      await using program = start(runtime, ['serve'], {
        ...graph.env,
        TOKEN_GUARD_CHECK_INTERVAL: '1s',
        TOKEN_GUARD_READINESS: 'token',
      })
      const env = { TOKEN_GUARD_PORT: String(await program.port()), HTTP_PROXY: 'http://127.0.0.1:9' }
      const codes = async () =>
        Promise.all([[], ['--ready'], ['--token']].map(async (args) => (await probe(args, env)).code))
      expect(await codes()).toEqual([0, 0, 0])
      graph.play('revoked')
      await program.waitFor('token.refused')
      expect(await codes()).toEqual([0, 1, 1])
    })

    onOne('says what is wrong, and exits 1 for every fault', async () => {
      const closed = { TOKEN_GUARD_PORT: '1' }
      const rows: readonly (readonly [readonly string[], Record<string, string>, string])[] = [
        [[], closed, 'does not answer'],
        [['--nonsense'], closed, 'unknown option'],
        [['--timeout', 'soon'], closed, 'duration'],
        [['--ready', '--token'], closed, 'cannot be used'],
        [[], { TOKEN_GUARD_PORT: 'http' }, 'TOKEN_GUARD_PORT'],
        [['--env-file', '/nowhere'], {}, '--env-file'],
      ]
      const results = await Promise.all(rows.map(async ([args, env, says]) => ({ ...(await probe(args, env)), says })))
      // Node itself looks for an option of that name, and ends with 9 where the file is missing.
      const ours = results.filter(({ code }) => !(runtime.name === 'node' && code === 9))
      expect(ours.map(({ code }) => code)).toEqual(ours.map(() => 1))
      for (const { printed, says } of ours) expect(printed).toContain(says)
      expect((await probe(['--help'], {})).code).toBe(0)
    })

    independently('does not wait longer than --timeout', async () => {
      await using silent = startGraph('hanging')
      const startedMs = performance.now()
      const { code, printed } = await probe(['--timeout', '500ms'], { TOKEN_GUARD_PORT: new URL(silent.url).port })
      expect([code, printed]).toEqual([1, expect.stringContaining('no answer in time')])
      expect(performance.now() - startedMs).toBeLessThan(8_000)
    })
  })
})
