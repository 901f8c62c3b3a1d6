import { describe, expect, test } from 'bun:test'
import { randomBytes } from 'node:crypto'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { independently } from '../process/concurrent.ts'
import { graphError, without } from '../process/graph.ts'
import { forEachRuntime, run, start, temporaryFolder, type Program } from '../process/harness.ts'
import { exchange } from '../process/sockets.ts'
import { tell } from './duration.ts'
import { startGraphThatKnows, type Fault, type KnowingGraph } from './knowing-graph.ts'
import { Traces } from './traces.ts'

/** A run with canaries for secrets, while everything goes wrong that can: they show on no surface, in no form. */

const letters = (length: number) =>
  Array.from(
    randomBytes(length),
    (byte) => 'abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ012345'[byte % 58],
  ).join('')

const TOKEN = `EAA${letters(190)}`
const APP_SECRET = randomBytes(16).toString('hex')
/** With all that is escaped somewhere. */
const OPERATOR = `${letters(12)}"\\<%41&/+'${letters(12)}`
/** As short as those of Slack. */
const HOOK = letters(24)
const ALERT_SECRET = `whsec_${randomBytes(24).toString('base64')}`
const CANARIES = { TOKEN, APP_SECRET, OPERATOR, HOOK, ALERT_SECRET }
const TO = '+491701234567'
const dist = (name: string) => new URL(`../../dist/${name}`, import.meta.url).pathname

/** Whatever answers in Graph's place sends back what it was sent. */
const FAULTS: Readonly<Record<string, Fault>> = {
  'an error that quotes the token': (request, body) =>
    graphError(400, { code: 190, message: `Malformed ${request.headers.get('authorization')} ${TOKEN} ${body}` }),
  'a denial that quotes all': () =>
    graphError(403, {
      code: 10,
      message: Object.values(CANARIES).join(' '),
      error_user_title: TOKEN,
      error_user_msg: `${HOOK} ${OPERATOR}`,
      error_data: { details: `${APP_SECRET} ${TOKEN.slice(0, 30)}` },
      fbtrace_id: TOKEN,
    }),
  'a 500 with the URL': (request) => new Response(`<b>${request.url}</b>`, { status: 500 }),
  'an error that quotes the URL, encoded': (request) =>
    graphError(500, { code: 2, message: encodeURIComponent(request.url), type: TOKEN, is_transient: true }),
  'the token in base64': () =>
    graphError(400, { code: 1, message: Buffer.from(`x:${TOKEN}`).toString('base64'), error_subcode: TOKEN }),
  'a socket that is cut': () => 'cut',
  'a redirect to itself': (request) => new Response(null, { status: 307, headers: { location: request.url } }),
  'the token as every value': () =>
    Response.json({
      data: { is_valid: true, type: TOKEN, scopes: [TOKEN, APP_SECRET], expires_at: 0, app_id: TOKEN, user_id: TOKEN },
      id: TOKEN,
      name: TOKEN,
      status: TOKEN,
    }),
  'headers that hold it': () =>
    new Response('{}', {
      headers: { 'facebook-api-version': TOKEN, 'retry-after': TOKEN, 'x-app-usage': TOKEN, date: TOKEN },
    }),
}

/** Takes what would be posted to the alert URL; the path is the secret, and no part of what is searched. */
function alertReceiver() {
  const received: string[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: async (request) => {
      received.push(`${JSON.stringify([...request.headers])} ${await request.text()}`)
      return new Response()
    },
  })
  return { url: `${server.url.origin}/hooks/${HOOK}`, received, [Symbol.asyncDispose]: () => server.stop(true) }
}

const environment = (graph: KnowingGraph, alertUrl: string) => ({
  ...graph.env,
  TOKEN_GUARD_OPERATOR_TOKEN: OPERATOR,
  TOKEN_GUARD_ALERT_URL: alertUrl,
  TOKEN_GUARD_ALERT_SECRET: ALERT_SECRET,
  TOKEN_GUARD_BOOT_TIMEOUT: '1s',
  LOG_LEVEL: 'trace',
})

const PATHS = ['/', '/health', '/health/token', '/health/ready', '/readyz', '/health/live', '/livez', '/metrics']
const OPERATORS = ['/operator', '/health/token/check']
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'TRACE', 'PROPFIND']
const VIEWS: Readonly<Record<string, string>> = {
  'the public view': '',
  "the operator's view": `Authorization: Bearer ${OPERATOR}\r\n`,
  "the operator's view by Basic": `Authorization: Basic ${Buffer.from(`x:${OPERATOR}`).toString('base64')}\r\n`,
  'a wrong credential': `Authorization: Bearer ${TOKEN}\r\n`,
}

async function lookEverywhere(traces: Traces, port: number, moment: string): Promise<void> {
  const asks = [...PATHS, ...OPERATORS, `/${TOKEN}?access_token=${TOKEN}`].flatMap((path) =>
    METHODS.flatMap((method) => Object.entries(VIEWS).map(([view, header]) => ({ path, method, view, header }))),
  )
  for (const { path, method, view, header } of asks) {
    const bytes = `${method} ${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 0\r\n${header}\r\n`
    traces.look(`${method} ${path.slice(0, 20)}, ${view}, ${moment}`, await exchange(port, bytes))
  }
}

/** What the other users of the machine see of every process; `environ` is the user's own and root's. */
function lookAtProcesses(traces: Traces, ...pids: readonly number[]): void {
  traces.look('ps', Bun.spawnSync(['ps', '-eww', '-o', 'args']).stdout.toString())
  for (const pid of pids)
    for (const file of ['cmdline', 'comm', 'status', 'stat'])
      traces.look(`/proc/PID/${file}`, readFileSync(`/proc/${pid}/${file}`, 'latin1'))
}

function lookAtOutput(traces: Traces, what: string, { stdout, stderr }: Pick<Program, 'stdout' | 'stderr'>): void {
  traces.look(`standard output of ${what}`, stdout)
  traces.look(`standard error of ${what}`, stderr)
}

test.each([
  ['plain', (text: string) => text],
  ['URL-encoded', (text: string) => text.replaceAll(/./gs, (each) => `%${each.charCodeAt(0).toString(16)}`)],
  ['JSON-escaped', (text: string) => text.replaceAll(/./gs, (each) => `\\u00${each.charCodeAt(0).toString(16)}`)],
  ['HTML-escaped', (text: string) => text.replaceAll(/./gs, (each) => `&#${each.charCodeAt(0)};`)],
  ['base64', (text: string) => Buffer.from(`12${text}`).toString('base64')],
  ['base64url', (text: string) => Buffer.from(`1${text}`).toString('base64url')],
  ['hex', (text: string) => Buffer.from(text).toString('hex')],
])('a part of a canary is found: %s', (_form, encode) => {
  const traces = new Traces(CANARIES)
  traces.look('nothing', `{"error":"${encode('no secret at all')}"}`)
  expect(traces.found).toEqual([])
  traces.look('something', `{"error":"${encode(OPERATOR.slice(9, 21))}"}`)
  expect(traces.found[0]).toStartWith('OPERATOR shows in something')
})

forEachRuntime((runtime) => {
  const options = { secrets: [], lifetimeMs: 110_000 }

  describe('canaries', () => {
    independently('show nowhere in service: every route, method and view, both streams, the process', async () => {
      const traces = new Traces(CANARIES)
      await using alerts = alertReceiver()
      await using graph = await startGraphThatKnows(TOKEN, APP_SECRET)
      const env = {
        ...environment(graph, alerts.url),
        TOKEN_GUARD_BOOT_TIMEOUT: '15s',
        TOKEN_GUARD_CHECK_TIMEOUT: '2s',
        TOKEN_GUARD_CHECK_INTERVAL: '1s',
        TOKEN_GUARD_ASSET_INTERVAL: '1s',
      }
      await using program = start(runtime, ['serve'], env, options)
      const port = await program.port()
      expect((await program.ask('/health/token')).status).toBe(200)
      await lookEverywhere(traces, port, 'all well')
      for (const [what, fault] of Object.entries(FAULTS)) {
        graph.fail(fault)
        await graph.further('/debug_token', 3)
        for (const path of [...PATHS, '/operator'])
          for (const [view, header] of Object.entries(VIEWS))
            traces.look(`GET ${path}, ${view}, ${what}`, await exchange(port, `GET ${path} HTTP/1.0\r\n${header}\r\n`))
      }
      await lookEverywhere(traces, port, 'all wrong')
      lookAtProcesses(traces, program.pid)
      graph.fail(null)
      graph.play('permanent')
      await program.askUntil('/health/token', ({ json }) => json.checks['token:validity'][0].status === 'pass')
      program.kill('SIGTERM')
      expect((await program.exit).code).toBe(0)
      lookAtOutput(traces, 'serve', program)
      expect(alerts.received).not.toEqual([])
      for (const body of alerts.received) traces.look('an alert', body)
      tell(`canaries in service, ${runtime.name}: ${traces.figures}`)
      expect(traces.found).toEqual([])
    })

    const COMMANDS: readonly (readonly string[])[] = [
      ['check'],
      ['check', '--json', '--once'],
      ['check', '--strict'],
      ['doctor'],
      ['doctor', '--json'],
      ['rotate', '--dry-run'],
      ['rotate', '--yes'],
      ['send-test', '--yes', '--to', TO],
      ['probe', '--token'],
      ['serve'],
      ['run', '--', 'true'],
    ]
    for (const args of COMMANDS)
      independently(`show nowhere in ${args.join(' ')}, whatever Graph does`, async () => {
        const traces = new Traces(CANARIES)
        await using alerts = alertReceiver()
        for (const [what, fault] of [['all well', null], ...Object.entries(FAULTS)] as const) {
          if (args[0] === 'serve' && fault === null) continue
          using folder = temporaryFolder()
          await using graph = await startGraphThatKnows(TOKEN, APP_SECRET)
          graph.fail(fault)
          const env = without(environment(graph, alerts.url), 'WHATSAPP_TOKEN')
          writeFileSync(join(folder.path, '.env'), `WHATSAPP_TOKEN=${TOKEN}\n`, { mode: 0o600 })
          await using program = start(runtime, args, env, { ...options, cwd: folder.path })
          lookAtProcesses(traces, program.pid)
          const { code } = await program.exit
          expect(code).toBeOneOf([0, 1, 65, 75, 77, 78])
          lookAtOutput(traces, `${args.join(' ')}, ${what}`, program)
          expect(readdirSync(folder.path).filter((name) => name !== '.env')).toEqual([])
        }
        for (const body of alerts.received) traces.look('an alert', body)
        tell(`canaries in ${args.join(' ')}, ${runtime.name}: ${traces.figures}`)
        expect(traces.found).toEqual([])
      })

    const [program = ''] = runtime.command
    const preload = [runtime.name === 'bun' ? '--preload' : '--import', dist('boot.js')]
    const showing = new URL('../fixtures/showing.mjs', import.meta.url).pathname
    const BACKENDS = [
      ['a backend behind the preload', [...preload, 'plain.mjs'], CANARIES],
      // The library sends no alerts, and is told none of their secrets.
      ['a backend with the library', [showing], { TOKEN, APP_SECRET, OPERATOR }],
    ] as const
    for (const [what, args, canaries] of BACKENDS)
      independently(`show nowhere in ${what}, whatever Graph does`, async () => {
        const traces = new Traces(canaries)
        await using alerts = alertReceiver()
        await using graph = await startGraphThatKnows(TOKEN, APP_SECRET)
        for (const [fault, answer] of [['all well', null], ...Object.entries(FAULTS)] as const) {
          using folder = temporaryFolder()
          writeFileSync(join(folder.path, 'plain.mjs'), "console.log('runs')\n")
          graph.fail(answer)
          const env = { ...environment(graph, alerts.url), LIBRARY: dist('index.js') }
          const ended = await run({ ...runtime, command: [program] }, args, env, { ...options, cwd: folder.path })
          expect(ended.code).toBeOneOf([0, 75, 77, 78])
          expect(ended.stdout + ended.stderr).not.toBe('')
          lookAtOutput(traces, `${what}, ${fault}`, ended)
        }
        for (const body of alerts.received) traces.look('an alert', body)
        tell(`canaries in ${what}, ${runtime.name}: ${traces.figures}`)
        expect(traces.found).toEqual([])
      })

    independently('show nowhere in a crash report', async () => {
      const traces = new Traces(CANARIES)
      await using alerts = alertReceiver()
      await using graph = await startGraphThatKnows(TOKEN, APP_SECRET)
      using folder = temporaryFolder()
      const all = JSON.stringify(Object.values(CANARIES).join(' '))
      const path = join(folder.path, 'break.mjs')
      writeFileSync(path, `AbortSignal.any = () => { throw new Error(${all}) }`)
      const command = [program, preload[0] ?? '', path, ...runtime.command.slice(1)]
      const ended = await run({ ...runtime, command }, ['check'], environment(graph, alerts.url), options)
      expect([ended.code, ended.lines.map(({ event }) => event)]).toEqual([70, ['defect']])
      lookAtOutput(traces, 'a crash', ended)
      expect(traces.found).toEqual([])
    })

    independently('are not the only ones: the token that rotate is given shows nowhere either', async () => {
      await using graph = await startGraphThatKnows(TOKEN, APP_SECRET)
      using folder = temporaryFolder()
      const file = join(folder.path, '.env')
      writeFileSync(file, `WHATSAPP_TOKEN=${TOKEN}\n`, { mode: 0o600 })
      const env = { ...without(graph.env, 'WHATSAPP_TOKEN'), LOG_LEVEL: 'trace' }
      const ended = await run(runtime, ['rotate', '--yes'], env, { ...options, cwd: folder.path })
      const [, issued = ''] = /^WHATSAPP_TOKEN=(\S+)$/m.exec(readFileSync(file, 'utf8')) ?? []
      expect([ended.code, issued === TOKEN, issued.length > 40]).toEqual([0, false, true])
      const traces = new Traces({ ISSUED: issued, TOKEN, APP_SECRET })
      lookAtOutput(traces, 'rotate', ended)
      expect(traces.found).toEqual([])
    })

    independently("reach the command under run as far as they are the command's own, and no farther", async () => {
      const traces = new Traces({ OPERATOR, HOOK, ALERT_SECRET })
      await using alerts = alertReceiver()
      await using graph = await startGraphThatKnows(TOKEN, APP_SECRET)
      const script = 'tr "\\0" "\\n" < /proc/self/environ; tr "\\0" " " < /proc/$PPID/cmdline'
      const ended = await run(runtime, ['run', '--', 'sh', '-c', script], environment(graph, alerts.url), options)
      expect(ended.code).toBe(0)
      expect(ended.stdout).toContain(`WHATSAPP_TOKEN=${TOKEN}`)
      lookAtOutput(traces, 'run and its command', ended)
      expect(traces.found).toEqual([])
    })
  })
})
