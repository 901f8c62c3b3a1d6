import type { Facts, Question } from '../verification/facts.ts'
import type { Policy } from '../verification/policy.ts'
import { account, APP, liveToken, NOW_MS, phone, policy, subscriptions } from '../verification/verification.fake.ts'
import { silence } from './guard.fake.ts'
import { healthAt } from './health.ts'
import type { Instant } from './instant.ts'
import { next, NOTHING_KNOWN, type Outcome, type State } from './state.ts'

/** Builds states from answers. */

export const after = (ms: number, jumpMs = 0): Instant => ({ wallMs: NOW_MS + ms + jumpMs, monotonicMs: ms })

type Hearing = {
  readonly before?: State
  readonly at?: Instant
  readonly askedAt?: Instant
  readonly demanded?: Policy
  /** Graph's clock minus ours. */
  readonly clockOffsetMs?: number
}

export function heard(
  answers: readonly Facts[],
  { before = NOTHING_KNOWN, at = after(0), ...rest }: Hearing = {},
): State {
  const { askedAt = at, demanded = policy(), clockOffsetMs = 0 } = rest
  const outcomes = answers.map((facts): Outcome => ({
    kind: 'answered',
    answer: { facts, askedAt, at, clockOffsetMs },
  }))
  return next(before, outcomes, demanded, at)
}

export const silent = (state: State, ...questions: readonly Question[]) =>
  next(
    state,
    questions.map((question): Outcome => ({ kind: 'silent', question, silence: silence() })),
    policy(),
    after(0),
  )

export const codesAt = (state: State, now = after(0), demanded = policy()) =>
  healthAt(state, demanded, now).findings.map(({ code }) => code)

export const WELL: readonly Facts[] = [liveToken(), account(), phone(), subscriptions([APP])]
