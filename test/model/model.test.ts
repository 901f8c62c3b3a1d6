import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { Bench } from './bench.ts'
import { anyStart, anyStep, take, type Step } from './commands.ts'
import type { Demands } from './contract.ts'
import type { Asked, Word } from './words.ts'

/** Any interleaving of answers, silences, reloads, checks and clocks, against a reference of the promise. */

/** `MODEL_STEPS=100000` is the long form. */
const STEPS = Number(process.env['MODEL_STEPS'] ?? 5_000)
const STEPS_A_RUN = 100
/** The short form takes the same steps each time: what is red was changed. The long form looks for more, and says where. */
const SEED = Number(process.env['MODEL_SEED'] ?? (STEPS > 5_000 ? Date.now() % 2 ** 31 : 20_261_125))
const RUNS_AT_A_TIME = 10

type Taken = { steps: number; lost: number }

class Taking implements fc.AsyncCommand<Taken, Bench> {
  readonly #step: Step
  constructor(step: Step) {
    this.#step = step
  }
  check = () => true
  async run(taken: Taken, bench: Bench): Promise<void> {
    if (bench.isStopped) return
    taken.steps += 1
    await take(bench, this.#step)
  }
  toString = () => JSON.stringify(this.#step)
}

async function live(demands: Demands, start: readonly Step[], use: (bench: Bench) => Promise<void>): Promise<Bench> {
  const bench = new Bench(demands)
  for (const step of start) await take(bench, step)
  await bench.boot()
  await use(bench)
  await bench.end()
  return bench
}

const anyDemands: fc.Arbitrary<Demands> = fc.record({
  expiry: fc.constantFrom('never', 'rotate'),
  staleStatus: fc.constantFrom('warn', 'fail'),
})
const anySteps = fc.commands([anyStep.map((step) => new Taking(step))], { maxCommands: STEPS_A_RUN, size: 'max' })

const HOUR_MS = 3_600_000
const say = (kind: 'say' | 'foretell' | 'correct', asked: Asked, word: Word, inMs = 0): Step => ({
  kind,
  asked,
  word,
  inMs,
})

/** What random steps have found, as they were told. */
const CASES: readonly (readonly [what: string, steps: readonly Step[]])[] = [
  [
    'a clock that went ahead and is set back',
    [
      { kind: 'jump', ms: HOUR_MS },
      { kind: 'jump', ms: -24 * HOUR_MS },
    ],
  ],
  [
    'a refusal of a token that is replaced before it is confirmed',
    [
      say('say', 'account', 'hang'),
      say('foretell', 'token', 'failing'),
      { kind: 'reload' },
      say('say', 'token', 'revoked'),
      say('correct', 'token', 'good'),
      { kind: 'check' },
    ],
  ],
  [
    'an end that has passed, and that Graph then tells itself',
    [
      say('say', 'token', 'ending', -HOUR_MS),
      { kind: 'pass', ms: HOUR_MS / 10 },
      say('say', 'token', 'expired'),
      { kind: 'pass', ms: HOUR_MS / 10 },
    ],
  ],
]

describe('the guard and the reference', () => {
  test(
    `agree on ${STEPS} steps from the seed ${SEED} on`,
    async () => {
      const taken: Taken = { steps: 0, lost: 0 }
      const property = fc.asyncProperty(anyDemands, anyStart, anySteps, async (demands, start, steps) => {
        const bench = await live(demands, start, (real) => fc.asyncModelRun(() => ({ model: taken, real }), steps))
        taken.lost += Number(bench.isLost)
      })
      let runs = 0
      while (taken.steps < STEPS) {
        await fc.assert(property, { numRuns: RUNS_AT_A_TIME, seed: SEED + runs })
        runs += RUNS_AT_A_TIME
      }
      // What is too near to an edge is left out: it must stay rare.
      expect(taken.lost).toBeLessThan(runs / 5)
    },
    STEPS * 20,
  )

  test.each(CASES)('agree where they once did not: %s', async (_what, steps) => {
    await live({ expiry: 'never', staleStatus: 'warn' }, [], async (bench) => {
      for (const step of steps) await take(bench, step)
    })
  })
})
