import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { startGraph, without, type Graph } from '../process/graph.ts'
import { forEachRuntime, start, temporaryFolder, type Exit, type Program } from '../process/harness.ts'
import { SANDBOX_SECRETS } from '../process/secrets.ts'
import { shortOrLong, logFigure } from './duration.ts'

/** Many starts, each ended at another moment: always with the right exit code, never with an orphan or half a file. */

const SERVES = shortOrLong(100, 700)
const RUNS = shortOrLong(30, 200)
const ROTATIONS = shortOrLong(20, 100)
const AT_A_TIME = 4
const TIMEOUT_MS = shortOrLong(300_000, 1_800_000)

const SEED = Number(process.env['TEST_SEED'] ?? crypto.getRandomValues(new Uint32Array(1))[0])

/** mulberry32: the same moments for the same seed. */
function dice(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

async function severalAtATime(count: number, one: (at: number) => Promise<void>): Promise<void> {
  let next = 0
  const worker = async () => {
    while (next < count) await one(next++)
  }
  await Promise.all(Array.from({ length: AT_A_TIME }, worker))
}

async function endAt(program: Program, moment: number, signal: NodeJS.Signals): Promise<Exit> {
  const timer = setTimeout(() => program.kill(signal), moment)
  return program.exit.finally(() => clearTimeout(timer))
}

/** The processes whose arguments hold this test's mark. */
function processesWith(mark: string): readonly string[] {
  return readdirSync('/proc').filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(mark)
    } catch {
      return false // ended meanwhile
    }
  })
}

const ENDED_WELL: Exit = { code: 0, signal: null }

const shown = (ends: ReadonlyMap<string, number>) => [...ends].map(([end, count]) => `${end} ${count}`).join(', ')

forEachRuntime((runtime) => {
  describe(`ended at any moment (TEST_SEED=${SEED})`, () => {
    let graph: Graph
    /** How long a start takes on this machine now, while others run too. */
    let startMs = 0
    beforeAll(async () => {
      graph = startGraph()
      const beganMs = performance.now()
      await severalAtATime(AT_A_TIME, async () => {
        await using program = start(runtime, ['serve'], graph.env)
        await program.waitFor('server.listening')
      })
      startMs = performance.now() - beganMs
    })
    afterAll(() => graph[Symbol.asyncDispose]())

    test(
      `serve, ${SERVES} times: by the signal before it listens, 0 afterwards`,
      async () => {
        const roll = dice(SEED)
        const ends = new Map<string, number>()
        const wrong: string[] = []
        await severalAtATime(SERVES, async (at) => {
          const [signal, moment] = [
            (['SIGTERM', 'SIGINT', 'SIGKILL'] as const)[Math.floor(roll() * 3)] ?? 'SIGTERM',
            roll(),
          ]
          await using program = start(runtime, ['serve'], graph.env)
          const exit = await endAt(program, moment * startMs * 1.4, signal)
          const isListening = program.lines('server.listening').length > 0
          const expected = isListening && signal !== 'SIGKILL' ? { code: 0, signal: null } : { code: null, signal }
          const ending = `${signal} ${isListening ? 'in service' : 'before it listens'}`
          ends.set(ending, (ends.get(ending) ?? 0) + 1)
          if (!Bun.deepEquals(exit, expected))
            wrong.push(`${at}, ${ending}: ${JSON.stringify(exit)} ${program.printed}`)
          if (program.lines('defect').length > 0) wrong.push(`${at}: ${program.printed}`)
          if (isListening && signal !== 'SIGKILL' && program.lines('server.stopped').length !== 1)
            wrong.push(`${at}, ${ending}: not stopped in order: ${program.printed}`)
        })
        logFigure(`serve, ${runtime.name}, seed ${SEED}: ${SERVES} starts, ${wrong.length} wrong; ${shown(ends)}`)
        expect(wrong.slice(0, 3)).toEqual([])
        expect(ends.size).toBeGreaterThanOrEqual(4)
      },
      TIMEOUT_MS,
    )

    test(
      `run, ${RUNS} times: takes its command along`,
      async () => {
        const roll = dice(SEED + 1)
        const ends = new Map<string, number>()
        const wrong: string[] = []
        const quiet = without(graph.env, 'TOKEN_GUARD_PORT', 'TOKEN_GUARD_HOST')
        const mark = String(100_000 + (SEED % 100_000))
        await severalAtATime(RUNS, async (at) => {
          const moment = roll() * startMs * 1.4
          await using program = start(runtime, ['run', '--', 'sleep', mark], quiet)
          const exit = await endAt(program, moment, 'SIGTERM')
          const isStarted = program.lines('child.started').length > 0
          const ending = isStarted ? 'with its command' : 'before its command'
          ends.set(ending, (ends.get(ending) ?? 0) + 1)
          const expected = isStarted ? { code: 143, signal: null } : { code: null, signal: 'SIGTERM' }
          if (!Bun.deepEquals(exit, expected))
            wrong.push(`${at}, ${ending}: ${JSON.stringify(exit)} ${program.printed}`)
        })
        logFigure(`run, ${runtime.name}, seed ${SEED}: ${RUNS} starts, ${wrong.length} wrong; ${shown(ends)}`)
        expect(wrong.slice(0, 3)).toEqual([])
        expect(processesWith(mark)).toEqual([])
        expect(ends.size).toBe(2)
      },
      TIMEOUT_MS,
    )

    test(
      `rotate, ${ROTATIONS} times: there is always one whole token that works`,
      async () => {
        using folder = temporaryFolder()
        const roll = dice(SEED + 2)
        const path = join(folder.path, '.env')
        const text = (token: string) => `# mine\nexport WHATSAPP_TOKEN="${token}" # the token\nB='2'\n`
        writeFileSync(path, text(graph.env['WHATSAPP_TOKEN'] ?? ''), { mode: 0o600 })
        const tokenIn = (file: string) => /EAASANDBOX\w+/.exec(readFileSync(file, 'utf8'))?.[0] ?? ''
        const env = { ...without(graph.env, 'WHATSAPP_TOKEN'), TOKEN_GUARD_BOOT_TIMEOUT: '5s' }
        const secrets = [...SANDBOX_SECRETS]
        let killed = 0
        const seen = new Set<string>()
        // How long it takes if no signal ends it.
        const beganMs = performance.now()
        await using whole = start(runtime, ['rotate', '--yes'], env, { cwd: folder.path, secrets })
        expect([await whole.exit, whole.stderr]).toEqual([ENDED_WELL, expect.anything()])
        const rotateMs = performance.now() - beganMs
        for (let at = 0; at < ROTATIONS; at++) {
          const signal = roll() < 0.7 ? 'SIGKILL' : 'SIGTERM'
          await using program = start(runtime, ['rotate', '--yes'], env, { cwd: folder.path, secrets })
          const exit = await endAt(program, roll() * rotateMs * 1.2, signal)
          expect([exit, program.stderr]).toEqual([
            exit.signal === null ? ENDED_WELL : { code: null, signal },
            expect.anything(),
          ])
          if (exit.signal !== null) killed += 1
          expect(readFileSync(path, 'utf8')).toBe(text(tokenIn(path)))
          const query = new URLSearchParams({ input_token: tokenIn(path), access_token: tokenIn(path) })
          const answer: any = await (await fetch(`${graph.url}/v23.0/debug_token?${query}`)).json()
          expect(answer.data?.is_valid).toBe(true)
          seen.add(tokenIn(path))
          expect(
            readdirSync(folder.path)
              .map((name) => basename(name))
              .filter((name) => !/^\.env(\.token-guard-rotate(\.new|\.lock(\.next)*)?)?$/.test(name)),
          ).toEqual([])
        }
        await using last = start(runtime, ['rotate', '--yes'], env, { cwd: folder.path, secrets })
        expect([await last.exit, last.stderr]).toEqual([ENDED_WELL, expect.anything()])
        expect(readdirSync(folder.path)).toEqual(['.env'])
        logFigure(
          `rotate, ${runtime.name}, seed ${SEED}: ${ROTATIONS} starts, ${killed} killed, ${seen.size} tokens, each whole`,
        )
        expect(killed).toBeGreaterThan(0)
      },
      TIMEOUT_MS,
    )
  })
})
