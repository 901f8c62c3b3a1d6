import type { Asked } from '../graph/asked.ts'
import { isAskerRefused } from '../verification/codes.ts'
import { verdictOf } from '../verification/evidence.ts'
import type { Facts } from '../verification/facts.ts'
import type { Instant } from './instant.ts'
import type { Answer, Outcome } from './state.ts'

/** PURE. What one round of questions gave. */

/** An answer or a silence, and when. */
export type Timed = { readonly asked: Asked; readonly askedAt: Instant; readonly at: Instant }

export function refusesAsker({ question, result }: Asked): boolean {
  return question === 'token' && result.kind === 'silent' && isAskerRefused(result.silence.code)
}

export function resultsOf(timed: readonly Timed[]) {
  return timed.map(({ asked }) => asked.result)
}

/** What the reads together say of the token, as an answer. */
export function answerFrom(timed: readonly Timed[]): Answer | null {
  const facts = verdictOf(resultsOf(timed))
  const last = timed.at(-1)
  return facts === null || last === undefined ? null : answerOf(last, facts)
}

export function answerOf({ asked, askedAt, at }: Timed, facts: Facts): Answer {
  return { facts, askedAt, at, clockOffsetMs: asked.signals.clockOffsetMs ?? 0 }
}

export function outcomesOf(timed: readonly Timed[]): readonly Outcome[] {
  return timed.flatMap((each): readonly Outcome[] => {
    const { question, result } = each.asked
    // It is asked for what it proves alone.
    if (question === 'me') return []
    return [
      result.kind === 'answered'
        ? { kind: 'answered', answer: answerOf(each, result.facts) }
        : { kind: 'silent', question, silence: result.silence },
    ]
  })
}
