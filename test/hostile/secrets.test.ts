import { describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { independently } from '../process/concurrent.ts'
import { without } from '../process/graph.ts'
import {
  forEachRuntime,
  forOneRuntime,
  preloadFlag,
  preloading,
  run,
  start,
  temporaryFolder,
} from '../process/harness.ts'
import { exchange } from '../process/sockets.ts'
import {
  ALERT_SECRET,
  alertReceiver,
  APP_SECRET,
  CANARIES,
  environment,
  FAULTS,
  HOLDING,
  HOOK,
  lookAtOutput,
  lookAtProcesses,
  lookEverywhere,
  OPERATOR,
  PATHS,
  TOKEN,
  VIEWS,
} from './canaries.ts'
import { logFigure, shortOrLong } from './duration.ts'
import { startGraphThatKnows, type Fault } from './knowing-graph.ts'
import { Traces } from './traces.ts'

/** Runs with canaries as secrets, while everything fails that can fail: no output shows them in any form. */

type Faults = Readonly<Record<string, Fault | null>>
const TO = '+491701234567'
const dist = (name: string) => new URL(`../../dist/${name}`, import.meta.url).pathname

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

const options = { secrets: [], lifetimeMs: 230_000 }

forEachRuntime((runtime) => {
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
      for (const [what, fault] of Object.entries({ ...FAULTS, ...HOLDING })) {
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
      logFigure(`canaries in service, ${runtime.name}: ${traces.figures}`)
      expect(traces.found).toEqual([])
    })

    const [program = ''] = runtime.command
    const preload = [preloadFlag(runtime), dist('boot.js')]
    const showing = new URL('../fixtures/showing.mjs', import.meta.url).pathname
    const BACKENDS = [
      ['a backend behind the preload', [...preload, 'plain.mjs'], CANARIES],
      // The library sends no alerts, and gets none of their secrets.
      ['a backend with the library', [showing], { TOKEN, APP_SECRET, OPERATOR }],
    ] as const
    for (const [what, args, canaries] of BACKENDS)
      independently(`show nowhere in ${what}, whatever Graph does`, async () => {
        const traces = new Traces(canaries)
        await using alerts = alertReceiver()
        await using graph = await startGraphThatKnows(TOKEN, APP_SECRET)
        for (const [fault, answer] of Object.entries({ 'all well': null, ...FAULTS, ...HOLDING })) {
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
        logFigure(`canaries in ${what}, ${runtime.name}: ${traces.figures}`)
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
      const ended = await run(preloading(runtime, path), ['check'], environment(graph, alerts.url), options)
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

    independently("reach the command under run only if they are the command's own", async () => {
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

forOneRuntime((runtime) => {
  describe('canaries', () => {
    // The forms of a command share what Graph does: each meets a part of it, all together meet all.
    const COMMANDS: readonly (readonly (readonly string[])[])[] = [
      [['check'], ['check', '--json', '--once'], ['check', '--strict']],
      [['doctor'], ['doctor', '--json']],
      [
        ['rotate', '--yes'],
        ['rotate', '--dry-run'],
      ],
      [['send-test', '--yes', '--to', TO]],
      [['probe', '--token']],
      [['serve']],
      [['run', '--', 'true']],
    ]
    const shared = COMMANDS.flatMap((forms) =>
      forms.map((args, nth) => ({ args, nth, of: shortOrLong(forms.length, 1) })),
    )
    for (const { args, nth, of } of shared)
      independently(`show nowhere in ${args.join(' ')}, whatever Graph does`, async () => {
        const traces = new Traces(CANARIES)
        await using alerts = alertReceiver()
        // Answers that pass are tested above, in service.
        const faults: Faults = args[0] === 'serve' ? FAULTS : { 'all well': null, ...HOLDING, ...FAULTS }
        const part = Object.entries(faults).filter((_fault, at) => at % of === nth % of)
        for (const [what, fault] of part) {
          using folder = temporaryFolder()
          await using graph = await startGraphThatKnows(TOKEN, APP_SECRET)
          graph.fail(fault)
          const env = without(environment(graph, alerts.url), 'WHATSAPP_TOKEN')
          writeFileSync(join(folder.path, '.env'), `WHATSAPP_TOKEN=${TOKEN}\n`, { mode: 0o600 })
          await using program = start(runtime, args, env, { ...options, cwd: folder.path })
          lookAtProcesses(traces, program.pid)
          const { code } = await program.exit
          expect(code === 70 ? program.printed : code).toBeOneOf([0, 1, 65, 75, 77, 78])
          lookAtOutput(traces, `${args.join(' ')}, ${what}`, program)
          expect(readdirSync(folder.path).filter((name) => name !== '.env')).toEqual([])
        }
        for (const body of alerts.received) traces.look('an alert', body)
        logFigure(`canaries in ${args.join(' ')}, ${runtime.name}: ${traces.figures}`)
        expect(traces.found).toEqual([])
      })
  })
})
