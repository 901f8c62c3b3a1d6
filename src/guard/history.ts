import { driftBetween, type Drift } from '../verification/drift.ts'
import { questionOf } from '../verification/facts.ts'
import type { Policy } from '../verification/policy.ts'
import type { Instant } from './instant.ts'
import { heardNow, type State } from './state.ts'

/** A drift, and when it took effect (our wall clock). */
export type DriftRecord = Drift & { readonly atMs: number; readonly checkId: string }

const RECORDS_MAX = 50
/** Graph decides how long a list is. */
const VALUE_LENGTH_MAX = 4_000

/** PURE. The newest first, bounded in number and in size. */
export function recorded(history: readonly DriftRecord[], record: DriftRecord): readonly DriftRecord[] {
  const { before, after } = record
  return [{ ...record, before: bounded(before), after: bounded(after) }, ...history].slice(0, RECORDS_MAX)
}

function bounded(value: unknown): unknown {
  const text = JSON.stringify(value) ?? ''
  return text.length <= VALUE_LENGTH_MAX ? value : `${text.slice(0, VALUE_LENGTH_MAX)}…`
}

type Answers = State['answers']

/** What a new answer says otherwise than the one before it. */
export function driftOf(before: Answers, after: Answers, policy: Policy, now: Instant): readonly Drift[] {
  const heard = heardNow(after, now)
  return heard.flatMap((answer) => {
    const known = before.get(questionOf(answer.facts))
    if (known === undefined || known === answer.of) return []
    const others = heard.filter((each) => each !== answer)
    return driftBetween(known.facts, answer, others, policy)
  })
}
