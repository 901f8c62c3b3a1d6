import * as fc from 'fast-check'
import type { Bench } from './bench.ts'
import { LATENCY_MS } from './graph.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from './times.ts'
import {
  ACCOUNT_WORDS,
  ASKER_WORDS,
  NUMBERS_WORDS,
  PHONE_WORDS,
  SILENT_WORDS,
  SUBSCRIPTIONS_WORDS,
  TOKEN_WORDS,
  type Asked,
  type Saying,
  type Word,
} from './words.ts'

/** All that may happen to a guard, in any order. A step is plain data, so that one that failed can be written down. */

const SECOND_MS = 1_000

export type Step =
  | {
      readonly kind: 'say' | 'once' | 'foretell' | 'correct'
      readonly asked: Asked
      readonly word: Word
      readonly inMs: number
    }
  | { readonly kind: 'pass' | 'sleep' | 'jump' | 'latency'; readonly ms: number }
  | { readonly kind: 'check' | 'reload' | 'again' | 'withdraw' | 'probe' | 'well' }

export async function take(bench: Bench, step: Step): Promise<void> {
  switch (step.kind) {
    case 'say':
    case 'once':
      return bench.say('service', step.asked, sayingOf(bench, step), step.kind === 'once')
    case 'foretell':
      return bench.say('candidate', step.asked, sayingOf(bench, step), false)
    case 'correct':
      return bench.correct(step.asked, sayingOf(bench, step))
    case 'pass':
      return bench.pass(step.ms)
    case 'sleep':
      return bench.sleep(step.ms)
    case 'jump':
      return bench.jump(step.ms)
    case 'latency':
      bench.graph.latencyMs = step.ms
      return
    case 'check':
      return bench.check()
    case 'reload':
      return bench.reload()
    case 'again':
      return bench.reloadAgain()
    case 'withdraw':
      return bench.withdraw()
    case 'probe':
      return bench.verify()
    case 'well':
      return bench.graph.allIsWell()
  }
}

function sayingOf(bench: Bench, { word, inMs }: { readonly word: Word; readonly inMs: number }): Saying {
  if (word !== 'ending') return { word }
  return { word, endsAt: Math.floor((bench.graph.nowMs() + inMs) / SECOND_MS) * SECOND_MS }
}

const WORDS: Readonly<Record<Asked, readonly Word[]>> = {
  token: [...TOKEN_WORDS, ...ASKER_WORDS],
  account: ACCOUNT_WORDS,
  phone: PHONE_WORDS,
  numbers: NUMBERS_WORDS,
  subscriptions: SUBSCRIPTIONS_WORDS,
}

const anyAsked: fc.Arbitrary<Asked> = fc.oneof(
  { weight: 3, arbitrary: fc.constant('token' as const) },
  { weight: 2, arbitrary: fc.constantFrom('account', 'phone', 'numbers', 'subscriptions') },
)

const anyWord = (asked: Asked): fc.Arbitrary<Word> =>
  fc.oneof(fc.constantFrom(...WORDS[asked]), fc.constantFrom(...SILENT_WORDS))

const anySaying: fc.Arbitrary<Step> = fc
  .tuple(fc.constantFrom('say', 'say', 'once', 'foretell', 'correct'), anyAsked)
  .chain(([kind, asked]) =>
    fc.record({
      kind: fc.constant(kind as 'say'),
      asked: fc.constant(asked),
      word: anyWord(asked),
      inMs: fc.constantFrom(-HOUR_MS, 20 * MINUTE_MS, 3 * HOUR_MS, DAY_MS, 20 * DAY_MS),
    }),
  )

/** Odd sums of them are never within seconds of what a clock may differ by. */
const anyPass = fc.constantFrom(SECOND_MS / 2, SECOND_MS, 3 * SECOND_MS, 20 * SECOND_MS, 2 * MINUTE_MS, 6 * MINUTE_MS)
const anyLongPass = fc.constantFrom(40 * MINUTE_MS, 4 * HOUR_MS)
const anySleep = fc.constantFrom(45 * SECOND_MS, 10 * MINUTE_MS, 2 * HOUR_MS, 3 * DAY_MS)
const anyJump = fc.constantFrom(-DAY_MS, -HOUR_MS, -45 * SECOND_MS, 45 * SECOND_MS, HOUR_MS, DAY_MS)

const step = (weight: number, arbitrary: fc.Arbitrary<Step>) => ({ weight, arbitrary })
const plain = (...kinds: readonly ('check' | 'reload' | 'again' | 'withdraw' | 'probe' | 'well')[]) =>
  fc.constantFrom(...kinds).map((kind): Step => ({ kind }))

export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  step(12, anySaying),
  step(
    14,
    anyPass.map((ms) => ({ kind: 'pass', ms })),
  ),
  step(
    1,
    anyLongPass.map((ms) => ({ kind: 'pass', ms })),
  ),
  step(
    2,
    anySleep.map((ms) => ({ kind: 'sleep', ms })),
  ),
  step(
    2,
    anyJump.map((ms) => ({ kind: 'jump', ms })),
  ),
  step(
    2,
    fc.constantFrom(LATENCY_MS, 2 * SECOND_MS).map((ms) => ({ kind: 'latency', ms })),
  ),
  step(9, plain('check', 'check', 'reload', 'reload', 'again', 'withdraw', 'probe', 'well', 'well')),
)

/** What Graph says while the guard starts: mostly well, or most runs would end there. */
export const anyStart: fc.Arbitrary<readonly Step[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(anySaying, { maxLength: 3 }) },
)
