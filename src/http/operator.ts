import type { CheckEntry } from '../guard/checks.ts'
import type { Health } from '../guard/health.ts'
import type { DriftRecord } from '../guard/history.ts'
import type { State } from '../guard/state.ts'
import { findingFields } from '../report/finding-fields.ts'
import { factsOf } from '../report/facts.ts'
import type { CheckKey } from '../verification/codes.ts'
import { wireSeconds } from '../verification/drift.ts'
import type { Facts } from '../verification/facts.ts'
import { checkBody, healthBody, type Overriding, type Release } from './health.ts'

/** The operator's view of the health body: with identifiers, Graph's cleaned words, facts and the history of drift. */

/** Everything that is known, at one moment. */
export type Known = {
  readonly health: Health
  readonly state: State
  /** The token's, in service; `null` without one. */
  readonly fingerprint: string | null
  readonly history: readonly DriftRecord[]
}

export function operatorBody(known: Known, release: Release, overriding: Overriding): object {
  const { health, state, fingerprint, history } = known
  return {
    ...healthBody(health, release, overriding, (entry, key) => operatorCheck(entry, key as CheckKey, state)),
    token: { fingerprint },
    findings: health.findings.map(findingFields),
    facts: factsOf(state),
    drift: history.map(driftBody),
  }
}

function operatorCheck(entry: CheckEntry, key: CheckKey, state: State): object {
  const { finding, subject } = entry
  const facts = state.shown.get(subject === null ? key : `phone:${subject}`)?.facts
  const value = facts === undefined ? null : observedValue(key, facts)
  return {
    ...checkBody(entry),
    ...(subject === null ? {} : { componentId: subject }),
    ...(value === null ? {} : { observedValue: value }),
    ...(key === 'clock:skew' && value !== null ? { observedUnit: 'ms' } : {}),
    ...(finding === null ? {} : { expected: finding.expected, observed: finding.observed, reason: finding.reason }),
  }
}

/** As Graph gives it: Unix seconds with 0 = never, lists, ids. */
function observedValue(key: CheckKey, facts: Facts): unknown {
  switch (facts.about) {
    case 'token':
      return facts.kind === 'live' ? liveValue(key, facts) : key === 'token:validity' ? false : null
    case 'subscriptions':
      return facts.appIds
    case 'connection':
      return key === 'graph:version' ? facts.servedVersion : facts.clockOffsetMs
    case 'numbers':
      return facts.phoneNumberIds
    case 'account':
    case 'phone':
      return facts.kind === 'readable'
        ? { name: facts.name, status: facts.status, can_send_message: facts.sending?.canSend ?? null }
        : facts.kind
  }
}

function liveValue(key: CheckKey, token: Extract<Facts, { kind: 'live' }>): unknown {
  const values: Partial<Record<CheckKey, unknown>> = {
    'token:validity': true,
    'token:expiry': wireSeconds(token.expiresAt),
    'token:scopes': token.scopes,
    'token:app': token.appId,
    'token:type': token.type,
    'token:data-access': wireSeconds(token.dataAccessExpiresAt),
  }
  return values[key] ?? null
}

function driftBody({ atMs, ...drift }: DriftRecord): object {
  return { time: new Date(atMs).toISOString(), ...drift }
}
