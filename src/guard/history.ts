import { driftBetween, type Drift } from '../verification/drift.ts'
import { questionOf } from '../verification/facts.ts'
import type { Policy } from '../verification/policy.ts'
import type { Status } from './checks.ts'
import type { Instant } from './instant.ts'
import { heardNow, type State } from './state.ts'

/** A drift, and when it took effect (our wall clock). */
export type DriftRecord = Drift & { readonly atMs: number; readonly checkId: string }

/** A change of status, and when (our wall clock). `before` is `null` where there was none. */
export type StatusRecord = { readonly atMs: number; readonly before: Status | null; readonly after: Status }

const RECORDS_MAX = 50
const STATUSES_MAX = 20
/** Graph decides how long a list is. */
const VALUE_LENGTH_MAX = 4_000

/** What happened until now, each list with the newest first. */
export type Past = { readonly drifts: readonly DriftRecord[]; readonly statuses: readonly StatusRecord[] }

/** PURE. Bounded in number and in size. */
export function recorded(past: Past, record: DriftRecord): Past {
  const { before, after } = record
  const drifts = [{ ...record, before: bounded(before), after: bounded(after) }, ...past.drifts].slice(0, RECORDS_MAX)
  return { ...past, drifts }
}

/** PURE. The same status again is no change. */
export function recordedStatus(past: Past, after: Status, atMs: number): Past {
  const before = past.statuses[0]?.after ?? null
  if (before === after) return past
  return { ...past, statuses: [{ atMs, before, after }, ...past.statuses].slice(0, STATUSES_MAX) }
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
