import type { CheckEntry } from '../guard/checks.ts'
import type { Health } from '../guard/health.ts'
import type { DriftRecord, Past } from '../guard/history.ts'
import type { State } from '../guard/state.ts'
import { idOf } from '../report/checks.ts'
import { findingFields } from '../report/finding-fields.ts'
import { factsOf } from '../report/facts.ts'
import type { CheckKey } from '../verification/codes.ts'
import { observedAt } from '../verification/fields.ts'
import { isoTime } from '../verification/words.ts'
import { checkBody, healthBody, type Overriding, type Release } from './health.ts'

/** The operator's view of the health body: with identifiers, Graph's cleaned words, facts and the history of drift. */

/** Everything that is known, at one moment. */
export type Known = {
  readonly health: Health
  readonly state: State
  /** The token's, in service; `null` without one. */
  readonly fingerprint: string | null
  readonly past: Past
}

export function operatorBody(known: Known, release: Release, overriding: Overriding): object {
  const { health, state, fingerprint, past } = known
  return {
    ...healthBody(health, release, overriding, (entry, key) => operatorCheck(entry, key as CheckKey, state)),
    token: { fingerprint },
    findings: health.findings.map(findingFields),
    facts: factsOf(state),
    statusSince: past.statuses[0] === undefined ? null : isoTime(past.statuses[0].atMs),
    statusChanges: past.statuses.map(({ atMs, before, after }) => ({ time: isoTime(atMs), before, after })),
    drift: past.drifts.map(driftBody),
  }
}

function operatorCheck(entry: CheckEntry, key: CheckKey, state: State): object {
  const { finding, subject } = entry
  const facts = state.shown.get(subject === null ? key : `phone:${subject}`)?.facts
  const value = facts === undefined ? null : observedAt(key, facts)
  const [id] = subject === null ? (facts === undefined ? [] : idOf(facts)) : [subject]
  return {
    ...checkBody(entry),
    ...(id === undefined ? {} : { componentId: id }),
    ...(value === null ? {} : { observedValue: value }),
    ...(key === 'clock:skew' && value !== null ? { observedUnit: 'ms' } : {}),
    ...(finding === null ? {} : { expected: finding.expected, observed: finding.observed, reason: finding.reason }),
  }
}

function driftBody({ atMs, ...drift }: DriftRecord): object {
  return { time: isoTime(atMs), ...drift }
}
