import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { Bench } from './bench.ts'
import { HOUR_MS } from './times.ts'
import { anyStart, anyStep, take, type Step } from './commands.ts'
import type { Demands } from './judge.ts'
import type { Asked, Word } from './words.ts'

/** Compares the guard with a reference over any order of answers, silences, reloads, checks and clock changes. */

/** `MODEL_STEPS=100000` gives the long form. */
const STEPS = Number(process.env['MODEL_STEPS'] ?? 5_000)
const STEPS_A_RUN = 100
/** The short form takes the same steps each time, so a failure comes from a change. The long form uses a new seed. */
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
  ids: fc.constantFrom('both', 'both', 'both', 'none'),
})
const anySteps = fc.commands([anyStep.map((step) => new Taking(step))], { maxCommands: STEPS_A_RUN, size: 'max' })

const say = (kind: 'say' | 'once' | 'foretell' | 'correct', asked: Asked | 'reads', word: Word, inMs = 0): Step => ({
  kind,
  asked,
  word,
  inMs,
})

/** Faults that random steps have found. */
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
    'an expiry that has passed, and that Graph then reports too',
    [
      say('say', 'token', 'ending', -HOUR_MS),
      { kind: 'pass', ms: HOUR_MS / 10 },
      say('say', 'token', 'expired'),
      { kind: 'pass', ms: HOUR_MS / 10 },
    ],
  ],
  [
    'an edge that a new token is refused with 190 is asked for again before it takes over',
    [say('foretell', 'numbers', 'revoked'), { kind: 'reload' }],
  ],
  [
    'a refusal that a dead token hides is not reported',
    [
      say('say', 'token', 'revoked'),
      say('say', 'account', 'unassigned'),
      { kind: 'check' },
      { kind: 'pass', ms: 3_000 },
    ],
  ],
  [
    'the same if the token is already known to be dead',
    [
      say('say', 'token', 'revoked'),
      { kind: 'pass', ms: HOUR_MS / 10 },
      say('say', 'account', 'unassigned'),
      { kind: 'check' },
      { kind: 'pass', ms: 3_000 },
    ],
  ],
  [
    'a foreign number is a refusal, although the account cannot be read without a permission',
    [
      say('say', 'account', 'missing'),
      say('say', 'numbers', 'foreign'),
      { kind: 'check' },
      { kind: 'pass', ms: 3_000 },
    ],
  ],
  [
    'the reads of a replaced token are not reported',
    [
      say('say', 'app', 'hang'),
      { kind: 'blind', token: 'denied', word: 'revoked' },
      { kind: 'check' },
      { kind: 'reload' },
      { kind: 'pass', ms: 3_000 },
    ],
  ],
  [
    'a round speaks for the token also where a refusal by debug_token was not confirmed',
    [
      { kind: 'blind', token: 'denied', word: 'revoked' },
      { kind: 'check' },
      { kind: 'pass', ms: 3_000 },
      say('say', 'reads', 'good'),
      say('once', 'token', 'narrow'),
      { kind: 'check' },
      { kind: 'pass', ms: 3_000 },
      { kind: 'check' },
      { kind: 'pass', ms: 3_000 },
    ],
  ],
]

const check: Step = { kind: 'check' }
const moment: Step = { kind: 'pass', ms: 3_000 }

/** Cases that random steps seldom reach. */
const SELDOM: readonly (readonly [what: string, steps: readonly Step[]])[] = [
  ["the app's subscriptions hold up no candidate", [say('foretell', 'app', 'failing'), { kind: 'reload' }, check]],
  [
    'a read that was not due is not missed',
    [
      { kind: 'blind', token: 'failing', word: 'failing' },
      { kind: 'pass', ms: HOUR_MS / 10 },
      say('say', 'token', 'good'),
      { kind: 'pass', ms: HOUR_MS / 10 },
    ],
  ],
  [
    'debug_token counts while a read hangs',
    [
      say('say', 'account', 'hang'),
      say('say', 'token', 'user'),
      check,
      moment,
      moment,
      say('say', 'token', 'revoked'),
      check,
      moment,
    ],
  ],
  [
    'an answer with too much data keeps the known values',
    [
      say('say', 'account', 'limited'),
      check,
      say('say', 'account', 'heavy'),
      check,
      moment,
      say('say', 'account', 'good'),
    ],
  ],
  [
    'a read refused with 190 among others begins the calm rounds anew',
    [
      { kind: 'blind', token: 'failing', word: 'expired' },
      check,
      moment,
      say('say', 'reads', 'good'),
      check,
      say('say', 'account', 'expired'),
      check,
      say('say', 'account', 'good'),
      check,
      moment,
      check,
      moment,
    ],
  ],
  [
    'a silent round neither counts nor begins the calm rounds anew',
    [
      { kind: 'blind', token: 'rejected', word: 'ended' },
      check,
      moment,
      say('say', 'reads', 'good'),
      check,
      say('say', 'reads', 'failing'),
      check,
      say('say', 'reads', 'good'),
      check,
      moment,
    ],
  ],
  [
    'a good answer asks to wait, and another one is throttled',
    [say('say', 'account', 'waiting'), say('say', 'phone', 'busy'), check, say('say', 'phone', 'good'), check],
  ],
  [
    'only a date of Graph says that the token has expired',
    [say('say', 'token', 'misdated', HOUR_MS), check, { kind: 'pass', ms: 2 * HOUR_MS }],
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
      // Runs that come too near to an edge are not compared: they must stay rare.
      expect(taken.lost).toBeLessThan(runs / 5)
    },
    STEPS * 20,
  )

  test.each([...CASES, ...SELDOM])('agree: %s', async (_what, steps) => {
    await live({ expiry: 'rotate', staleStatus: 'warn', ids: 'both' }, [], async (bench) => {
      for (const step of steps) await take(bench, step)
    })
  })
})
