import { healthAt, type Health } from '../guard/health.ts'
import type { Instant } from '../guard/instant.ts'
import { next, NOTHING_KNOWN, type Outcome, type State } from '../guard/state.ts'
import type { Facts, Question } from '../verification/facts.ts'
import type { Policy } from '../verification/policy.ts'
import type { Silence } from '../verification/silence.ts'
import {
  account,
  APP,
  connection,
  liveToken,
  NOW_MS,
  numbers,
  phone,
  policy,
  subscriptions,
} from '../verification/verification.fake.ts'

/** All answers of Graph when nothing is wrong. */
export const ALL_WELL: readonly Facts[] = [
  liveToken(),
  account(),
  phone(),
  numbers([phone().phoneNumberId]),
  subscriptions([APP]),
  connection('v23.0', 0),
]

/** How long after the answers. */
export function after(ms: number): Instant {
  return { wallMs: NOW_MS + ms, monotonicMs: ms }
}

export function silence(changes: Partial<Silence> = {}): Silence {
  const what = 'no connection (ECONNREFUSED)'
  return { code: 'graph.unreachable', what, observed: what, ...changes }
}

export type Heard = {
  readonly answers?: readonly Facts[]
  readonly silences?: Readonly<Partial<Record<Facts['about'], Silence>>>
  readonly policy?: Policy
  readonly now?: Instant
  /** The state before. */
  readonly before?: State
}

export function stateOf({ answers = [], silences = {}, policy: demanded = policy(), before }: Heard): State {
  const now = after(0)
  const outcomes: readonly Outcome[] = [
    ...answers.map((facts) => ({
      kind: 'answered' as const,
      answer: { facts, askedAt: now, at: now, clockOffsetMs: 0 },
    })),
    ...Object.entries<Silence>(silences).map(([question, each]) => ({
      kind: 'silent' as const,
      question: question as Exclude<Question, `phone:${string}`>,
      silence: each,
    })),
  ]
  const known = before ?? NOTHING_KNOWN
  return outcomes.length === 0 ? known : next(known, outcomes, demanded, now)
}

export function healthOf(heard: Heard): Health {
  return healthAt(stateOf(heard), heard.policy ?? policy(), heard.now ?? after(0))
}
