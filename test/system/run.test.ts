import { describe, expect, test } from 'bun:test'
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { backend, isAlive, LANGUAGES, type Language } from '../process/backend.ts'
import { startGraph, without } from '../process/graph.ts'
import { forEachRuntime, Program } from '../process/harness.ts'
import { has } from './programs.ts'
import { terminal } from './terminals.ts'

const ROOT = new URL('../..', import.meta.url).pathname
const CTRL_C = '\u0003'
const CTRL_Z = '\u001a'
const quiet = (env: Readonly<Record<string, string>>) => without(env, 'TOKEN_GUARD_PORT', 'TOKEN_GUARD_HOST')
const shown = (words: readonly string[]) => words.join(' ')

/** `T` is stopped, `S` sleeps: /proc/PID/stat. */
const stateOf = (pid: number) => readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.[0]

async function becomes<T>(read: () => T, expected: T): Promise<void> {
  for (const endMs = Date.now() + 10_000; read() !== expected; await Bun.sleep(25))
    if (Date.now() > endMs) throw new Error(`is ${String(read())}, not ${String(expected)}`)
}

forEachRuntime(({ command }) => {
  describe.each(Object.keys(LANGUAGES) as Language[])('run in front of a %s backend', (language) => {
    const isThere = has(LANGUAGES[language][0])
    const starts = async (endsBy: NodeJS.Signals) => {
      const bot = backend({ language, endsBy })
      const graph = startGraph()
      const program = new Program([...command, 'run', '--', ...bot.command], quiet(graph.env), {})
      const pid = await bot.pid()
      const end = async () => {
        await program[Symbol.asyncDispose]()
        await graph[Symbol.asyncDispose]()
        bot[Symbol.dispose]()
      }
      return { bot, program, pid, [Symbol.asyncDispose]: end }
    }

    test.skipIf(!isThere).each(['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGUSR1', 'SIGUSR2'] as const)(
      '%s reaches it once, and its code becomes ours',
      async (signal) => {
        await using all = await starts(signal)
        all.program.kill(signal)
        expect((await all.program.exit).code).toBe(42)
        expect(all.bot.signals()).toEqual([signal])
      },
    )

    test.skipIf(!isThere)('killed, it ends us with 137', async () => {
      await using all = await starts('SIGTERM')
      process.kill(all.pid, 'SIGKILL')
      expect((await all.program.exit).code).toBe(137)
    })
  })

  describe('run', () => {
    test('leaves no orphan behind a signal to the whole process group, as systemd sends it', async () => {
      using bot = backend()
      await using graph = startGraph()
      const [program = '', ...args] = [...command, 'run', '--', ...bot.command]
      const env = { PATH: process.env['PATH'] ?? '', ...quiet(graph.env) }
      const child = spawn(program, args, { detached: true, stdio: 'ignore', env })
      const exit = new Promise<number | null>((resolve) => child.once('exit', resolve))
      const pid = await bot.pid()
      process.kill(-(child.pid ?? 0), 'SIGTERM')
      expect(await exit).toBe(42)
      expect(isAlive(pid)).toBe(false)
    })

    test('killed with its process group leaves no orphan either', async () => {
      using bot = backend({ endsBy: 'nothing' })
      await using graph = startGraph()
      const [program = '', ...args] = [...command, 'run', '--', ...bot.command]
      const env = { PATH: process.env['PATH'] ?? '', ...quiet(graph.env) }
      const child = spawn(program, args, { detached: true, stdio: 'ignore', env })
      const pid = await bot.pid()
      process.kill(-(child.pid ?? 0), 'SIGKILL')
      await becomes(() => isAlive(pid) && stateOf(pid) !== 'Z', false)
    })
  })

  describe.skipIf(!has('script'))('run in a terminal', () => {
    test('lets Ctrl-C reach the command once', async () => {
      using bot = backend({ endsBy: 'SIGUSR1' })
      await using graph = startGraph()
      await using tty = terminal(shown(['exec', ...command, 'run', '--', ...bot.command]), quiet(graph.env))
      const pid = await bot.pid()
      tty.type(CTRL_C)
      await bot.until(/SIGINT/)
      // Signals in the log after this line came later.
      process.kill(pid, 'SIGUSR1')
      expect(await tty.exit).toBe(42)
      expect(bot.signals()).toEqual(['SIGINT', 'SIGUSR1'])
    })

    test('passes a SIGINT on that came from elsewhere, when it runs in the background', async () => {
      using bot = backend({ endsBy: 'SIGINT' })
      await using graph = startGraph()
      await using tty = terminal('bash --norc -i', { ...quiet(graph.env), PS1: '$ ' })
      tty.type(
        `${shown([...command, 'run', '--', ...bot.command])} 2> /dev/null & echo $! > /dev/null; wait; echo code=$?\n`,
      )
      const parent = Number(/\nPPid:\t(\d+)/.exec(readFileSync(`/proc/${await bot.pid()}/status`, 'utf8'))?.[1])
      process.kill(parent, 'SIGINT')
      await bot.until(/SIGINT/)
      expect(bot.signals()).toEqual(['SIGINT'])
    })

    test('is stopped and continued with its command by job control', async () => {
      using bot = backend({ endsBy: 'SIGINT' })
      await using graph = startGraph()
      await using tty = terminal('bash --norc -i', { ...quiet(graph.env), PS1: '$ ' })
      tty.type(`${shown([...command, 'run', '--', ...bot.command])} 2> /dev/null\n`)
      const pid = await bot.pid()
      tty.type(CTRL_Z)
      await becomes(() => stateOf(pid), 'T')
      tty.type('fg\n')
      await becomes(() => stateOf(pid), 'S')
      tty.type(CTRL_C)
      await bot.until(/SIGINT/)
      tty.type('echo code=$?\n')
      await becomes(() => tty.printed().includes('code=42'), true)
      expect(bot.signals()).toEqual(['SIGINT'])
    })
  })
})

describe.skipIf(!has('script'))('run under bun run', () => {
  const line = (bot: ReturnType<typeof backend>) =>
    `cd ${ROOT} && exec ${process.execPath} run --silent token-guard run -- ${shown(bot.command)}`

  test('lets Ctrl-C reach the command once', async () => {
    using bot = backend({ endsBy: 'SIGUSR1' })
    await using graph = startGraph()
    await using tty = terminal(line(bot), quiet(graph.env))
    const pid = await bot.pid()
    tty.type(CTRL_C)
    await bot.until(/SIGINT/)
    process.kill(pid, 'SIGUSR1')
    await tty.exit
    expect(bot.signals()).toEqual(['SIGINT', 'SIGUSR1'])
  })

  test('passes SIGTERM on once', async () => {
    using bot = backend()
    await using graph = startGraph()
    await using program = new Program(['sh', '-c', line(bot)], quiet(graph.env), {})
    await bot.pid()
    program.kill('SIGTERM')
    await program.exit
    expect(bot.signals()).toEqual(['SIGTERM'])
  })
})
