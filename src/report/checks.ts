import type { CheckEntry, Status } from '../guard/checks.ts'
import type { Health } from '../guard/health.ts'
import type { State } from '../guard/state.ts'
import type { CheckKey } from '../verification/codes.ts'
import type { Facts } from '../verification/facts.ts'
import { wordsAt } from '../verification/fields.ts'

/** What was checked, as rows for people: the status, a name, and what Graph said. */

export type CheckRow = {
  readonly status: Status
  readonly name: string
  readonly text: string
  /** A finding says the same in full. */
  readonly isDetailed: boolean
  /** Graph's answer is known. */
  readonly isKnown: boolean
}

/** The checks as people call them. */
export const CHECK_NAMES: Readonly<Record<CheckKey, string>> = {
  'token:validity': 'token',
  'token:expiry': 'expiry',
  'token:scopes': 'permissions',
  'token:app': 'app',
  'token:type': 'type',
  'token:data-access': 'data access',
  'whatsapp:business-account': 'Messaging account',
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
      isKnown: entry.note === null,
    })),
  )
}

/** What Graph said, or the finding, in one line. May hold identifiers and Graph's cleaned words. */
export function checkText(key: CheckKey, entry: CheckEntry, state: State): string {
  // Graph's own row says why there was no answer, once for all.
  if (entry.finding?.severity === 'unverified' && key !== 'graph:reachability') return 'not known'
  if (entry.finding !== null) return `${entry.finding.code}: ${entry.finding.observed}`
  if (entry.note !== null) return entry.atMs === null ? 'not known' : entry.note
  const slot = entry.subject === null ? key : (`phone:${entry.subject}` as const)
  const facts = state.shown.get(slot)?.facts
  if (facts === undefined) return 'answers'
  return [...idOf(facts), ...wordsAt(key, facts)].join(', ') || 'as it should be'
}

/** The configured id that was asked about. */
export function idOf(facts: Facts): readonly string[] {
  if (facts.about === 'account') return [facts.businessAccountId]
  return facts.about === 'phone' ? [facts.phoneNumberId] : []
}
