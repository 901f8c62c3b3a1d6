import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { independently, independentlyOnOne } from './concurrent.ts'
import { startGraph, without, type Graph } from './graph.ts'
import { forEachRuntime, isFirst, start, temporaryFolder, type Program } from './harness.ts'
import { SANDBOX_SECRETS } from './secrets.ts'

const OPERATOR = 'qK4wZt8rXb2mNv6c'
const ROUTE = '/health/token/report'
const ENDED = { error: { message: 'm', type: 'OAuthException', code: 190, error_subcode: 460 } }
const WINDOW_CLOSED = { error: { message: 'Re-engagement message', code: 131047 } }
const MESSAGES = {
  object: 'whatsapp_business_account',
  entry: [{ id: '1', changes: [{ field: 'messages', value: {} }] }],
}

/** A command that writes down the address that it is given, and waits to be ended. */
const WRITES = 'printf %s "$TOKEN_GUARD_REPORT_URL" > "$0.new" && mv "$0.new" "$0" && exec sleep 60'

async function written(path: string): Promise<string> {
  while (!existsSync(path)) await Bun.sleep(20)
  return readFileSync(path, 'utf8')
}

const post = (url: string, body: unknown, init: RequestInit = {}) =>
  fetch(url, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), ...init })

forEachRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)

  describe('POST /health/token/report', () => {
    let graph: Graph
    let program: Program
    const report = (body: unknown, headers: Record<string, string> = {}) =>
      program.ask(ROUTE, {
        method: 'POST',
        body: typeof body === 'string' || body instanceof ReadableStream ? body : JSON.stringify(body),
        headers: { authorization: `Bearer ${OPERATOR}`, ...headers },
      })
    beforeAll(async () => {
      graph = startGraph()
      const env = { TOKEN_GUARD_CHECK_INTERVAL: '24h', TOKEN_GUARD_OPERATOR_TOKEN: OPERATOR, LOG_LEVEL: 'debug' }
      program = start(runtime, ['serve'], { ...graph.env, ...env }, { secrets: [...SANDBOX_SECRETS, OPERATOR] })
      await program.port()
    })
    afterAll(async () => {
      await program[Symbol.asyncDispose]()
      await graph[Symbol.asyncDispose]()
    })

    test.each([
      ['an error that is not about the token', WINDOW_CLOSED, 202],
      ['a webhook with messages', MESSAGES, 202],
      ['JSON that is nothing of the kind', [null], 202],
      ['a body of just 64 KiB', `"${'x'.repeat(64 * 1024 - 2)}"`, 202],
      ['a body of more', `"${'x'.repeat(64 * 1024 - 1)}"`, 413],
      ['no JSON', '<html></html>', 400],
      ['nothing', '', 400],
    ])('%s', async (_what, body, status) => {
      const before = graph.asked.length
      expect((await report(body)).status).toBe(status)
      expect(graph.asked.length).toBe(before)
    })

    test('needs the operator token, and comes from no other site', async () => {
      const unknown = await program.ask(ROUTE, { method: 'POST', body: '{}' })
      expect([unknown.status, unknown.headers.get('www-authenticate')]).toEqual([401, expect.stringMatching(/^Basic /)])
      expect((await report({}, { origin: 'https://evil.example' })).status).toBe(403)
      const get = await program.ask(ROUTE)
      expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
    })

    test('a body of unknown length is read no further than the cap', async () => {
      const endless = new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(0x8000)) })
      expect((await report(endless)).status).toBe(413)
    })

    const times = isFirst(runtime) ? 1_000 : 200
    test(`${times} reports have a dead token known at once, and cost two rounds`, async () => {
      graph.play('revoked')
      const fromMs = performance.now()
      const first = report(ENDED)
      const many = Array.from({ length: times }, () => report(ENDED))
      expect((await first).status).toBe(202)
      await program.waitFor('token.refused')
      expect((await program.ask('/health/token')).status).toBe(503)
      const tookMs = performance.now() - fromMs
      expect(new Set((await Promise.all(many)).map(({ status }) => status))).toEqual(new Set([202]))
      // One at the start, one for the report, and one that confirms the refusal.
      expect(graph.asked.filter((path) => path === '/debug_token')).toHaveLength(3)
      console.log(`  # from a report to 503, among ${times} reports, ${runtime.name}: ${Math.round(tookMs)} ms`)
      const { about, what, concerns } = await program.waitFor('report.received', (line) => line['concerns'] === true)
      expect({ about, what, concerns }).toEqual({ about: 'error', what: '190/460', concerns: true })
    })
  })

  independently('run gives its command an address of its own, which shows nowhere', async () => {
    using folder = temporaryFolder()
    await using graph = startGraph()
    const path = join(folder.path, 'address')
    const env = { ...without(graph.env, 'TOKEN_GUARD_PORT'), TOKEN_GUARD_REPORT_URL: 'http://127.0.0.1:9/old' }
    const options = { cwd: folder.path, secrets: SANDBOX_SECRETS }
    await using program = start(
      runtime,
      ['run', '--', 'sh', '-c', WRITES, path],
      { ...env, LOG_LEVEL: 'debug' },
      options,
    )
    const url = await written(path)
    expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/report\/[0-9a-f]{32}$/)
    const wrong = await post(url.replace(/.$/, 'x'), ENDED)
    expect([wrong.status, (await fetch(url)).status]).toEqual([404, 405])
    expect((await post(url, ENDED, { headers: { origin: 'https://evil.example' } })).status).toBe(403)
    expect((await post(url, 'nonsense')).status).toBe(400)
    const before = graph.asked.length
    expect((await post(url, WINDOW_CLOSED)).status).toBe(202)
    expect(graph.asked.length).toBe(before)
    graph.play('revoked')
    expect((await post(url, ENDED)).status).toBe(202)
    await program.waitFor('token.refused')
    program.kill('SIGTERM')
    expect((await program.exit).code).toBe(143)
    expect(program.printed).not.toContain(new URL(url).pathname.split('/')[2] ?? '?')
    expect(post(url, ENDED)).rejects.toThrow()
  })

  onOne('an account that was disabled is known by the webhook of it', async () => {
    using folder = temporaryFolder()
    await using graph = startGraph()
    const path = join(folder.path, 'address')
    const env = without(graph.env, 'TOKEN_GUARD_PORT')
    await using program = start(runtime, ['run', '--', 'sh', '-c', WRITES, path], env, { secrets: SANDBOX_SECRETS })
    const url = await written(path)
    graph.play('account-disabled')
    const change = { field: 'account_update', value: { event: 'DISABLED_UPDATE' } }
    const webhook = (id: string | undefined) => ({
      object: 'whatsapp_business_account',
      entry: [{ id, changes: [change] }],
    })
    const before = graph.asked.length
    expect((await post(url, webhook('102290129340398'))).status).toBe(202)
    expect(graph.asked.length).toBe(before)
    expect((await post(url, webhook(graph.env['WHATSAPP_BUSINESS_ACCOUNT_ID']))).status).toBe(202)
    await program.waitFor('token.drift', (line) => line['field'] === 'account.status')
    program.kill('SIGTERM')
    await program.exit
  })

  onOne('under TOKEN_GUARD_MODE=off there is no address', async () => {
    using folder = temporaryFolder()
    await using graph = startGraph()
    const path = join(folder.path, 'address')
    const env = { ...without(graph.env, 'TOKEN_GUARD_PORT'), TOKEN_GUARD_MODE: 'off' }
    await using program = start(runtime, ['run', '--', 'sh', '-c', WRITES, path], env, { secrets: SANDBOX_SECRETS })
    expect(await written(path)).toBe('')
    program.kill('SIGTERM')
    await program.exit
  })
})
