import type { CheckEntry, Status } from '../guard/checks.ts'
import type { Health } from '../guard/health.ts'
import type { State } from '../guard/state.ts'
import type { CheckKey } from '../verification/codes.ts'
import type { Expiry, Facts, LiveToken } from '../verification/facts.ts'
import { isoTime, listed } from '../verification/words.ts'

/** What was checked, as rows for people: the status, a name, and what Graph said. */

export type CheckRow = {
  readonly status: Status
  readonly name: string
  readonly text: string
  /** A finding tells the same in full. */
  readonly isDetailed: boolean
}

/** The checks as people call them. */
export const CHECK_NAMES: Readonly<Record<CheckKey, string>> = {
  'token:validity': 'token',
  'token:expiry': 'expiry',
  'token:scopes': 'permissions',
  'token:app': 'app',
  'token:type': 'type',
  'token:data-access': 'data access',
  'whatsapp:business-account': 'business account',
  'whatsapp:webhooks': 'webhooks',
  'whatsapp:phone-number': 'phone number',
  'graph:reachability': 'Graph',
  'graph:version': 'Graph version',
  'clock:skew': 'clock',
}

export function checkRows(health: Health, state: State): readonly CheckRow[] {
  return [...health.checks].flatMap(([key, entries]) =>
    entries.map((entry) => ({
      status: entry.status,
      name: CHECK_NAMES[key],
      text: checkText(key, entry, state),
      isDetailed: entry.finding !== null,
    })),
  )
}

/** What Graph said, or the finding, in one line. May hold identifiers and Graph's cleaned words. */
export function checkText(key: CheckKey, entry: CheckEntry, state: State): string {
  // Graph's own row tells why there was no answer, once for all.
  if (entry.finding?.severity === 'unverified' && key !== 'graph:reachability') return 'not known'
  if (entry.finding !== null) return `${entry.finding.code}: ${entry.finding.observed}`
  if (entry.note !== null) return entry.atMs === null ? 'not known' : entry.note
  const slot = entry.subject === null ? key : (`phone:${entry.subject}` as const)
  const facts = state.shown.get(slot)?.facts
  return facts === undefined ? 'answers' : describe(key, facts) || 'as it should be'
}

function describe(key: CheckKey, facts: Facts): string | null {
  switch (facts.about) {
    case 'token':
      return facts.kind === 'live' ? describeToken(key, facts) : null
    case 'account':
      return facts.kind === 'readable' ? [quote(facts.name), facts.sending?.canSend].filter(Boolean).join(', ') : null
    case 'phone':
      return facts.kind === 'readable'
        ? [facts.phoneNumberId, facts.displayNumber, quote(facts.name), facts.status, facts.sending?.canSend]
            .filter(Boolean)
            .join(', ')
        : null
    case 'subscriptions':
      return 'the app is subscribed'
    case 'connection':
      return key === 'graph:version'
        ? facts.servedVersion
        : `${Math.round(Math.abs(facts.clockOffsetMs ?? 0) / 1000)} s apart from Graph's`
    case 'numbers':
      return null
  }
}

function describeToken(key: CheckKey, token: LiveToken): string | null {
  const facts: Partial<Record<CheckKey, string | null>> = {
    'token:validity': 'valid',
    'token:expiry': endOf(token.expiresAt),
    'token:scopes': listed(token.scopes),
    'token:type': token.type,
    'token:app': token.appId,
    'token:data-access': endOf(token.dataAccessExpiresAt),
  }
  return facts[key] ?? null
}

function endOf(expiry: Expiry): string {
  if (expiry === 'never') return 'never expires'
  return expiry === null ? 'not told' : `ends at ${isoTime(expiry)}`
}

function quote(name: string | null): string | null {
  return name === null ? null : `"${name}"`
}
