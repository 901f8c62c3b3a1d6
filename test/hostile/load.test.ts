import { describe, expect, test } from 'bun:test'
import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { freePort, startGraph, type Graph } from '../process/graph.ts'
import { forEachRuntime, start, temporaryFolder, type Program } from '../process/harness.ts'
import { has } from '../system/programs.ts'
import type { ScenarioName } from '../../src/sandbox/sandbox.ts'
import { shortOrLong, logFigure } from './duration.ts'
import { probe, slopeOf, type Model, type Probed } from './probing.ts'
import { descriptorsOf, residentMiB, talk, until } from './talk.ts'

/** Probes at full speed while the token comes and goes and Graph misbehaves: not one wrong status. */

const DURATION_MS = shortOrLong(15_000, 1_800_000)
const WARM_UP_MS = DURATION_MS / 3
const TIMEOUT_MS = DURATION_MS + 120_000
const DISK_TIMEOUT_MS = shortOrLong(120_000, 600_000)
/** An interval with its jitter, the confirmation a second later, and what a shared machine takes. */
const CHANGE_MS = 8_000

const FAST = {
  TOKEN_GUARD_CHECK_INTERVAL: '1s',
  TOKEN_GUARD_ASSET_INTERVAL: '1s',
  TOKEN_GUARD_CHECK_TIMEOUT: '1s',
  LOG_LEVEL: 'info',
}

/** The scenario that is played, and the event that shows that it counts. Without an event nothing may change. */
const PLAY: readonly (readonly [scenario: ScenarioName, event: 'token.refused' | 'token.recovered' | null])[] = [
  ['revoked', 'token.refused'],
  ['failing', null],
  ['permanent', 'token.recovered'],
  ['nonsense', null],
  ['scope-missing', 'token.refused'],
  ['hanging', null],
  ['permanent', 'token.recovered'],
  ['failing', null],
]

/** Plays it over and over, and says at every moment what may be answered. */
function drifting(graph: Graph, program: Program) {
  let verdict: readonly number[] = [200]
  let slowestMs = 0
  let changes = 0
  const model: Model = () => ({
    '/health/token': verdict,
    '/health/live': [200],
    '/health/ready': [200],
    '/metrics': [200],
    '/': [200],
    '/nothing': [404],
  })
  async function playUntil(endMs: number): Promise<void> {
    for (let at = 0; performance.now() < endMs; at++) {
      const [scenario, event] = PLAY[at % PLAY.length] ?? ['permanent', null]
      const after = program.lines(event ?? 'none').length
      if (event !== null) verdict = [200, 503]
      const playedMs = performance.now()
      graph.play(scenario)
      if (event === null) {
        await graph.further('/debug_token', 2)
        continue
      }
      await program.until(`${event} by ${scenario}`, () => program.lines(event)[after])
      slowestMs = Math.max(slowestMs, performance.now() - playedMs)
      changes += 1
      verdict = [event === 'token.refused' ? 503 : 200]
      await graph.further('/debug_token', 1)
    }
  }
  return { model, playUntil, figures: () => ({ changes, slowestMs }) }
}

/** Seconds of processor time so far. */
function processorSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/.*\) /s, '').split(' ')
  return (Number(fields[11]) + Number(fields[12])) / 100
}

/** What a few checks cost while no request comes in: a timer that was left behind would cost more. */
async function idleSeconds(graph: Graph, pid: number): Promise<number> {
  const before = processorSeconds(pid)
  await graph.further('/debug_token', 5)
  return processorSeconds(pid) - before
}

function expectRight({ requests, wrong }: Probed, atLeast: number): void {
  expect(wrong.slice(0, 5)).toEqual([])
  expect(requests).toBeGreaterThan(atLeast)
}

const shown = ({ requests, wrong, p99Ms, maxMs }: Probed) =>
  `${requests} requests, ${wrong.length} wrong, p99 ${p99Ms.toFixed(1)} ms, max ${maxMs.toFixed(1)} ms`

test('the slope of a line is found', () => {
  expect(slopeOf([0, 1, 2, 3, 4].map((x) => [x, 3 * x + (x % 2 === 0 ? 0.1 : -0.1)] as const))).toBeCloseTo(3, 1)
})

forEachRuntime((runtime) => {
  describe('under load', () => {
    test(
      'every answer is right while the token drifts, and nothing grows',
      async () => {
        await using graph = startGraph()
        await using program = start(runtime, ['serve'], { ...graph.env, ...FAST }, { lifetimeMs: TIMEOUT_MS })
        const port = await program.port()
        expect((await talk(port, 'GET /health/token HTTP/1.0\r\n\r\n')).statuses).toEqual([200])
        const idle = await idleSeconds(graph, program.pid)
        const descriptors = descriptorsOf(program.pid)
        const drift = drifting(graph, program)
        const beganMs = performance.now()
        const memory: (readonly [minutes: number, mebibytes: number])[] = []
        const sampler = setInterval(() => {
          const sinceMs = performance.now() - beganMs
          if (sinceMs > WARM_UP_MS) memory.push([sinceMs / 60_000, residentMiB(program.pid)])
        }, 250)
        const playing = drift.playUntil(beganMs + DURATION_MS).finally(() => clearInterval(sampler))
        const probed = await probe(port, 50, drift.model, playing)
        await playing
        const slope = slopeOf(memory)
        const { changes, slowestMs } = drift.figures()
        logFigure(
          `load, ${runtime.name}: ${shown(probed)}; ${changes} changes of verdict, the slowest ${slowestMs.toFixed()} ms; ` +
            `${slope.toFixed(2)} MiB a minute, ${residentMiB(program.pid).toFixed()} MiB in the end`,
        )
        expectRight(probed, 1_000)
        expect(slowestMs).toBeLessThan(CHANGE_MS)
        expect(probed.p99Ms).toBeLessThan(1_000)
        expect(probed.maxMs).toBeLessThan(5_000)
        // A short run's slope is mostly the collector's; a leak by the request would be hundreds.
        expect(slope).toBeLessThan(shortOrLong(150, 1))
        await until('descriptors are back', () => descriptorsOf(program.pid) <= descriptors + 3)
        expect(await idleSeconds(graph, program.pid)).toBeLessThan(idle * 3 + 0.5)
        program.kill('SIGTERM')
        expect((await program.exit).code).toBe(0)
      },
      TIMEOUT_MS,
    )

    test('every answer is right while the service is niced and others take the processors', async () => {
      const lengthMs = shortOrLong(10_000, 300_000)
      await using graph = startGraph()
      const niced = { ...runtime, command: ['nice', '-n', '19', ...runtime.command] }
      const env = { ...graph.env, ...FAST, TOKEN_GUARD_BOOT_TIMEOUT: '20s', TOKEN_GUARD_CHECK_TIMEOUT: '5s' }
      await using program = start(niced, ['serve'], env, { lifetimeMs: lengthMs + 100_000 })
      const port = await program.port()
      // A tenth of a processor is left to it, and not a hundredth: other tests run too.
      const busy = [0, 1].map(() => spawn('nice', ['-n', '9', 'sh', '-c', 'while :; do :; done']))
      try {
        const model: Model = () => ({ '/health/token': [200], '/health/live': [200], '/health/ready': [200] })
        const probed = await probe(port, 10, model, Bun.sleep(lengthMs))
        logFigure(`niced beside two busy loops, ${runtime.name}: ${shown(probed)}`)
        expectRight(probed, 10)
        expect(probed.maxMs).toBeLessThan(15_000)
      } finally {
        for (const each of busy) each.kill('SIGKILL')
      }
      expect(program.lines('token.refused')).toEqual([])
    }, 420_000)
  })

  describe('a full disk under the log', () => {
    /** The log cannot be read here, so the test looks at what the service answers. */
    async function expectServing(graph: Graph, program: Program, port: number): Promise<void> {
      const isStatus = (status: number) => async () =>
        (await talk(port, 'GET /health/token HTTP/1.0\r\n\r\n')).statuses[0] === status
      await until('it serves', isStatus(200))
      for (const _round of Array.from({ length: shortOrLong(2, 50) })) {
        graph.play('revoked')
        await until('a refusal shows', isStatus(503))
        graph.play('permanent')
        await until('a recovery shows', isStatus(200))
      }
      program.kill('SIGTERM')
      expect(await program.exit).toEqual({ code: 0, signal: null })
    }

    test(
      'keeps nothing from being answered: /dev/full',
      async () => {
        await using graph = startGraph()
        const port = freePort()
        const stdout = openSync('/dev/full', 'w')
        const env = { ...graph.env, ...FAST, LOG_LEVEL: 'trace', TOKEN_GUARD_PORT: String(port) }
        await using program = start(runtime, ['serve'], env, { stdout, lifetimeMs: DISK_TIMEOUT_MS - 10_000 })
        closeSync(stdout)
        await expectServing(graph, program, port)
      },
      DISK_TIMEOUT_MS,
    )

    const canMount = has('unshare') && Bun.spawnSync(['unshare', '-m', 'true']).exitCode === 0
    test.skipIf(!canMount)(
      'keeps nothing from being answered: a file system that fills up',
      async () => {
        await using graph = startGraph()
        using folder = temporaryFolder()
        const disk = join(folder.path, 'disk')
        mkdirSync(disk)
        const port = freePort()
        const script = 'mount -t tmpfs -o size=4k none "$0" && exec "$@" > "$0/log"'
        const onTinyDisk = { ...runtime, command: ['unshare', '-m', 'sh', '-c', script, disk, ...runtime.command] }
        const env = { ...graph.env, ...FAST, LOG_LEVEL: 'trace', TOKEN_GUARD_PORT: String(port) }
        await using program = start(onTinyDisk, ['serve'], env, { lifetimeMs: DISK_TIMEOUT_MS - 10_000 })
        await expectServing(graph, program, port)
      },
      DISK_TIMEOUT_MS,
    )
  })
})
