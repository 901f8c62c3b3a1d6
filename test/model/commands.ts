import * as fc from 'fast-check'
import type { Bench } from './bench.ts'
import { LATENCY_MS } from './graph.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from './times.ts'
import {
  ACCOUNT_WORDS,
  APP_WORDS,
  ASKER_WORDS,
  ENDED_WORDS,
  GOOD_WORDS,
  NUMBERS_WORDS,
  PASSING_WORDS,
  PHONE_WORDS,
  READ_WORDS,
  SILENT_WORDS,
  SUBSCRIPTIONS_WORDS,
  TOKEN_WORDS,
  type Asked,
  type Reply,
  type Word,
} from './words.ts'

/** Everything that may happen to a guard, in any order. A step is plain data: it can be copied into a test. */

export type Step =
  | {
      readonly kind: 'say' | 'once' | 'foretell' | 'correct'
      /** `reads`: all of the token's own reads at once. */
      readonly asked: Asked | 'reads'
      readonly word: Word
      readonly inMs: number
    }
  /** debug_token answers without a verdict, and the token's own reads give another answer. */
  | { readonly kind: 'blind'; readonly token: Word; readonly word: Word }
  | { readonly kind: 'pass' | 'sleep' | 'jump' | 'latency'; readonly ms: number }
  | { readonly kind: 'check' | 'reload' | 'again' | 'withdraw' | 'probe' | 'well' }

export async function take(bench: Bench, step: Step): Promise<void> {
  switch (step.kind) {
    case 'say':
    case 'once':
      return bench.say('service', placesOf(step), replyOf(bench, step), step.kind === 'once')
    case 'foretell':
      return bench.say('next', placesOf(step), replyOf(bench, step), false)
    case 'correct':
      return bench.say('candidate', placesOf(step), replyOf(bench, step), false)
    case 'blind':
      bench.say('service', ['token'], { word: step.token }, false)
      return bench.say('service', OF_THE_TOKEN, { word: step.word }, false)
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

const OF_THE_TOKEN: readonly Asked[] = ['account', 'phone', 'numbers', 'subscriptions', 'me']

function placesOf({ asked }: { readonly asked: Asked | 'reads' }): readonly Asked[] {
  return asked === 'reads' ? OF_THE_TOKEN : [asked]
}

function replyOf(bench: Bench, { word, inMs }: { readonly word: Word; readonly inMs: number }): Reply {
  if (word !== 'ending' && word !== 'misdated') return { word }
  return { word, endsAt: Math.floor((bench.graph.nowMs() + inMs) / SECOND_MS) * SECOND_MS }
}

const WORDS: Readonly<Record<Asked | 'reads', readonly Word[]>> = {
  token: [...TOKEN_WORDS, ...ASKER_WORDS, ...PASSING_WORDS],
  account: ACCOUNT_WORDS,
  phone: PHONE_WORDS,
  numbers: NUMBERS_WORDS,
  subscriptions: SUBSCRIPTIONS_WORDS,
  app: APP_WORDS,
  me: GOOD_WORDS,
  reads: GOOD_WORDS,
}

const anyAsked: fc.Arbitrary<Asked | 'reads'> = fc.oneof(
  { weight: 5, arbitrary: fc.constant('token' as const) },
  { weight: 6, arbitrary: fc.constantFrom('account', 'account', 'phone', 'phone', 'numbers', 'subscriptions') },
  { weight: 1, arbitrary: fc.constantFrom('app', 'me') },
  { weight: 2, arbitrary: fc.constant('reads' as const) },
)

const anyWord = (asked: Asked | 'reads'): fc.Arbitrary<Word> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.constantFrom(...WORDS[asked]) },
    { weight: 1, arbitrary: fc.constantFrom(...SILENT_WORDS) },
    { weight: 1, arbitrary: fc.constantFrom(...(asked === 'token' || asked === 'app' ? ASKER_WORDS : READ_WORDS)) },
  )

const anyReply: fc.Arbitrary<Step> = fc
  .tuple(fc.constantFrom('say', 'say', 'once', 'foretell', 'correct'), anyAsked)
  .chain(([kind, asked]) =>
    fc.record({
      kind: fc.constant(kind as 'say'),
      asked: fc.constant(asked),
      word: anyWord(asked),
      inMs: fc.constantFrom(-HOUR_MS, 20 * MINUTE_MS, 3 * HOUR_MS, DAY_MS, 20 * DAY_MS),
    }),
  )

const anyBlindness: fc.Arbitrary<Step> = fc.record({
  kind: fc.constant('blind' as const),
  token: fc.constantFrom(...ASKER_WORDS, 'failing', 'html', 'empty', 'unheard-of', 'passing', 'throttled', 'reset'),
  word: fc.constantFrom('good', 'good', 'good', 'reset', 'failing', ...ENDED_WORDS, 'blocked'),
})

/** No sum of these comes within seconds of the permitted clock difference. */
const anyPass = fc.constantFrom(SECOND_MS / 2, SECOND_MS, 3 * SECOND_MS, 20 * SECOND_MS, 2 * MINUTE_MS, 6 * MINUTE_MS)
const anyLongPass = fc.constantFrom(40 * MINUTE_MS, 4 * HOUR_MS)
const anySleep = fc.constantFrom(45 * SECOND_MS, 10 * MINUTE_MS, 2 * HOUR_MS, 3 * DAY_MS)
const anyJump = fc.constantFrom(-DAY_MS, -HOUR_MS, -45 * SECOND_MS, 45 * SECOND_MS, HOUR_MS, DAY_MS)

const step = (weight: number, arbitrary: fc.Arbitrary<Step>) => ({ weight, arbitrary })
const plain = (...kinds: readonly ('check' | 'reload' | 'again' | 'withdraw' | 'probe' | 'well')[]) =>
  fc.constantFrom(...kinds).map((kind): Step => ({ kind }))

export const anyStep: fc.Arbitrary<Step> = fc.oneof(
  step(12, anyReply),
  step(3, anyBlindness),
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
  step(9, plain('check', 'check', 'check', 'check', 'reload', 'again', 'withdraw', 'probe', 'well')),
)

/** Graph's answers while the guard starts: mostly good ones, or most runs would end there. */
export const anyStart: fc.Arbitrary<readonly Step[]> = fc.oneof(
  { weight: 2, arbitrary: fc.constant([]) },
  { weight: 1, arbitrary: fc.array(fc.oneof(anyReply, anyReply, anyBlindness), { maxLength: 3 }) },
)
