import { expect } from 'bun:test'
import { chmodSync, existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { backend, isAlive } from './backend.ts'
import { independently, independentlyOn, independentlyOnOne } from './concurrent.ts'
import { freePort, startGraph, without, type Graph } from './graph.ts'
import { forEachRuntime, isCompiled, run, start, temporaryFolder, type Runtime } from './harness.ts'

const WITHOUT_PORT = ['TOKEN_GUARD_PORT', 'TOKEN_GUARD_HOST']
const quiet = (graph: Graph) => without(graph.env, ...WITHOUT_PORT)

type End = readonly [name: string, command: readonly string[], code: number, isForEach: boolean]

/** How a command ends, and how a start of it fails, comes from the runtime: one of each kind runs on both. */
const ENDS: readonly End[] = [
  ['code 0', ['true'], 0, false],
  ['a code of its own', ['sh', '-c', 'exit 7'], 7, true],
  ['a code like one of ours', ['sh', '-c', 'exit 77'], 77, false],
  ['SIGTERM', ['sh', '-c', 'kill -TERM $$'], 143, false],
  ['SIGKILL', ['sh', '-c', 'kill -KILL $$'], 137, false],
  ['no such program', ['/nowhere/bot'], 127, false],
  ['no such program in PATH', ['token-guard-test-nothing'], 127, true],
  ['a folder', ['/tmp'], 126, false],
]

/** Node opens its debugger at SIGUSR1, and the guard reads its sources again at SIGHUP. */
const SIGNALS: readonly (readonly [signal: NodeJS.Signals, isForEach: boolean])[] = [
  ['SIGTERM', true],
  ['SIGINT', false],
  ['SIGHUP', true],
  ['SIGQUIT', false],
  ['SIGUSR1', true],
  ['SIGUSR2', false],
]

forEachRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  const runs = (graph: Graph, command: readonly string[], env = {}) =>
    run(runtime, ['run', '--', ...command], { ...quiet(graph), ...env })

  for (const [name, command, code, isForEach] of ENDS)
    independentlyOn(runtime, isForEach)(`run ends as the command does: ${name}`, async () => {
      await using graph = startGraph()
      expect((await runs(graph, command)).code).toBe(code)
    })

  independently('run does not execute what may not be executed, and says what to do', async () => {
    using folder = temporaryFolder()
    const path = join(folder.path, 'bot')
    writeFileSync(path, '#!/bin/sh\n')
    chmodSync(path, 0o644)
    await using graph = startGraph()
    const ended = await runs(graph, [path])
    expect(ended.code).toBe(126)
    expect(ended.stderr).toContain('chmod +x')
  })

  for (const [scenario, code] of [
    ['revoked', 77],
    ['failing', 75],
    ['wrong-secret', 78],
  ] as const)
    onOne(`run never starts the command on ${scenario}`, async () => {
      using folder = temporaryFolder()
      const mark = join(folder.path, 'started')
      await using graph = startGraph(scenario)
      const ended = await runs(graph, ['touch', mark], { TOKEN_GUARD_BOOT_TIMEOUT: '2s' })
      expect(ended.code).toBe(code)
      expect(ended.stdout).toBe('')
      expect(existsSync(mark)).toBe(false)
    })

  independently('run leaves the streams and the arguments alone', async () => {
    await using graph = startGraph()
    const script = `printf '%s|' "$@"; cat; echo aside >&2`
    const inner = ['run', '--', 'sh', '-c', script, 'sh', '--json', '', 'a b', '--', '$HOME', '"']
    const ended = await piped(runtime, 'from outside', inner, quiet(graph))
    expect(ended.stdout).toBe('--json||a b|--|$HOME|"|from outside')
    expect(ended.stderr).toContain('aside\n')
  })

  independently(
    "run leaves the environment alone, but for the guard's own secrets and the address of reports",
    async () => {
      using folder = temporaryFolder()
      const url = join(folder.path, 'url')
      writeFileSync(url, 'http://127.0.0.1:9/hook')
      writeFileSync(join(folder.path, '.env'), 'FROM_FILE=1\nLOG_LEVEL=warn\n')
      await using graph = startGraph()
      const env = {
        ...quiet(graph),
        TOKEN_GUARD_OPERATOR_TOKEN: 'operator-token-of-this-test',
        TOKEN_GUARD_ALERT_URL_FILE: url,
        TOKEN_GUARD_ALERT_SECRET: 'alert-secret-of-this-test',
        TOKEN_GUARD_CHECK_INTERVAL: '9m',
        EMPTY: '',
      }
      const names = (text: string) =>
        text
          .split('\n')
          .map((line) => line.split('=')[0] ?? '')
          .filter((name) => !['', '_', 'SHLVL', 'PWD', 'OLDPWD'].includes(name))
          .toSorted()
      const list = ['sh', '-c', 'env | cut -d= -f1']
      const bare = await run({ name: 'bun', command: list }, [], env, { cwd: folder.path })
      const wrapped = await run(runtime, ['run', '--', ...list], env, { cwd: folder.path })
      const withheld = ['TOKEN_GUARD_OPERATOR_TOKEN', 'TOKEN_GUARD_ALERT_URL_FILE', 'TOKEN_GUARD_ALERT_SECRET']
      // Bun loads .env by itself, and what it loads is its program's environment.
      const loaded = runtime.name === 'bun' && !isCompiled(runtime) ? ['FROM_FILE', 'LOG_LEVEL'] : []
      const expected = names(bare.stdout).filter((name) => !withheld.includes(name))
      expect(names(wrapped.stdout)).toEqual([...expected, ...loaded, 'TOKEN_GUARD_REPORT_URL'].toSorted())
      expect(names(wrapped.stdout)).toContain('META_APP_SECRET')
    },
  )

  for (const [signal, isForEach] of SIGNALS)
    independentlyOn(runtime, isForEach)(
      `run passes ${signal} on once, however often it comes within a second`,
      async () => {
        using bot = backend({ endsBy: 'nothing' })
        await using graph = startGraph()
        await using program = start(runtime, ['run', '--', ...bot.command], quiet(graph))
        const pid = await bot.pid()
        for (let times = 0; times < 3; times++) program.kill(signal)
        await bot.until(new RegExp(signal))
        program.kill(signal === 'SIGUSR2' ? 'SIGUSR1' : 'SIGUSR2')
        await bot.until(signal === 'SIGUSR2' ? /SIGUSR1/ : /SIGUSR2/)
        expect(bot.signals().filter((each) => each === signal)).toEqual([signal])
        process.kill(pid, 'SIGKILL')
        expect((await program.exit).code).toBe(137)
      },
    )

  independently('run waits for the command, and ends with its code', async () => {
    using bot = backend()
    await using graph = startGraph()
    await using program = start(runtime, ['run', '--', ...bot.command], quiet(graph))
    const pid = await bot.pid()
    program.kill('SIGTERM')
    expect(await program.exit).toEqual({ code: 42, signal: null })
    expect(isAlive(pid)).toBe(false)
    expect(program.lines('child.ended')).toMatchObject([{ code: 42, signal: null, exitCode: 42 }])
  })

  onOne('run --stop-timeout kills a command that does not end', async () => {
    using bot = backend({ endsBy: 'nothing' })
    await using graph = startGraph()
    await using program = start(runtime, ['run', '--stop-timeout', '300ms', '--', ...bot.command], quiet(graph))
    await bot.pid()
    program.kill('SIGTERM')
    expect((await program.exit).code).toBe(137)
    expect(bot.signals()).toEqual(['SIGTERM'])
  })

  onOne('a signal before the command starts ends run by that signal', async () => {
    using bot = backend()
    await using graph = startGraph('hanging')
    await using program = start(runtime, ['run', '--', ...bot.command], quiet(graph))
    await graph.further('/debug_token', 1)
    program.kill('SIGTERM')
    expect(await program.exit).toEqual({ code: null, signal: 'SIGTERM' })
    expect(bot.recorded()).toEqual([])
  })

  independently(
    'run serves health where TOKEN_GUARD_PORT is set, and is not ready while it waits to stop',
    async () => {
      using bot = backend()
      await using graph = startGraph()
      const env = { ...graph.env, PORT: '1', TOKEN_GUARD_STOP_DELAY: '20s' }
      await using program = start(runtime, ['run', '--', ...bot.command], env)
      await bot.pid()
      expect((await program.ask('/health/token')).status).toBe(200)
      expect((await program.ask('/health/ready')).status).toBe(200)
      program.kill('SIGTERM')
      await program.askUntil('/health/ready', ({ status }) => status === 503)
      expect((await program.ask('/health/live')).status).toBe(200)
      expect(bot.signals()).toEqual([])
      // A second signal of another kind ends the wait.
      program.kill('SIGINT')
      expect(await bot.until(/^SIG/)).toBe('SIGINT')
      process.kill(await bot.pid(), 'SIGKILL')
      expect((await program.exit).code).toBe(137)
    },
  )

  onOne("PORT is the command's: run listens nowhere for it", async () => {
    await using graph = startGraph()
    const ended = await runs(graph, ['sh', '-c', 'echo $PORT'], { PORT: String(freePort()) })
    expect(ended.lines.some(({ event }) => event === 'server.listening')).toBe(false)
    expect(ended.code).toBe(0)
  })

  onOne('run does not start the command where its port is taken', async () => {
    using bot = backend()
    await using graph = startGraph()
    const ended = await runs(graph, bot.command, { TOKEN_GUARD_PORT: new URL(graph.url).port })
    expect(ended.code).toBe(71)
    expect(bot.recorded()).toEqual([])
  })

  onOne('a refusal while the command runs is logged, and the command kept', async () => {
    using bot = backend()
    await using graph = startGraph()
    const env = { ...quiet(graph), TOKEN_GUARD_CHECK_INTERVAL: '1s' }
    await using program = start(runtime, ['run', '--', ...bot.command], env)
    await bot.pid()
    graph.play('revoked')
    await program.waitFor('token.refused')
    graph.play('permanent')
    await program.waitFor('token.recovered')
    expect(bot.signals()).toEqual([])
    program.kill('SIGTERM')
    expect((await program.exit).code).toBe(42)
  })

  onOne('run --on-refused=stop ends the command', async () => {
    using bot = backend()
    await using graph = startGraph()
    const env = { ...quiet(graph), TOKEN_GUARD_CHECK_INTERVAL: '1s' }
    await using program = start(runtime, ['run', '--on-refused=stop', '--', ...bot.command], env)
    await bot.pid()
    graph.play('revoked')
    expect((await program.exit).code).toBe(42)
    expect(bot.signals()).toEqual(['SIGTERM'])
    expect(program.lines('child.stopping')).toMatchObject([{ signal: null }])
  })

  onOne('wrong command lines of run are 64', async () => {
    await using graph = startGraph()
    for (const args of [
      ['run'],
      ['run', '--'],
      ['run', '--on-refused=x', '--', 'true'],
      ['run', '--stop-timeout=1', 'true'],
    ])
      expect((await run(runtime, args, quiet(graph))).code).toBe(64)
  })
})

/** With something to read on standard input. */
async function piped({ command }: Runtime, text: string, args: readonly string[], env: Record<string, string>) {
  const shell = { name: 'bun', command: ['sh', '-c', `printf %s "${text}" | "$@"`, 'sh', ...command] } as const
  return run(shell, args, env)
}
