import { FINDING_CODES, KEY_OF, type FindingCode } from '../verification/codes.ts'
import { FAIL_ON_CODES, type FailOnCode } from '../verification/fail-on.ts'
import { nearestOf } from './nearest.ts'
import { valueText } from './quoting.ts'

/** Graph gave no answer about the token: the findings of `graph:reachability`. */
type NoAnswerCode = {
  [Code in FindingCode]: (typeof KEY_OF)[Code] extends 'graph:reachability' ? Code : never
}[FindingCode]

const NO_ANSWER = 'a missing answer is never a verdict; see TOKEN_GUARD_STALE_STATUS'
const REFUSAL = 'it is a refusal already'
const HARMLESS = 'it cannot fail a token that works'

/** Why a finding may not be named. A new finding does not compile without its row. */
const WHY_NOT: Readonly<Record<Exclude<FindingCode, FailOnCode | NoAnswerCode>, string>> = {
  'token.expired': REFUSAL,
  'token.revoked': REFUSAL,
  'token.invalid': REFUSAL,
  'token.expires': REFUSAL,
  'token.expires_soon': HARMLESS,
  'token.data_access_expires': HARMLESS,
  'scope.missing': REFUSAL,
  'app.blocked': REFUSAL,
  'app.mismatch': REFUSAL,
  'phone.unassigned': REFUSAL,
  'phone.foreign': REFUSAL,
  'account.wrong_kind': REFUSAL,
  'phone.wrong_kind': REFUSAL,
  'token.candidate_refused': HARMLESS,
  'token.child_outdated': HARMLESS,
  'token.unresolved': HARMLESS,
  'fleet.suspect': HARMLESS,
  'graph.version_forwarded': HARMLESS,
  'clock.skewed': HARMLESS,
}
const KNOWN = [...new Set<string>([...FAIL_ON_CODES, ...FINDING_CODES])]

export function mayFailOn(entry: string): entry is FailOnCode {
  return (FAIL_ON_CODES as readonly string[]).includes(entry)
}

/** Why this may not count as `fail`, as the end of a sentence that begins with the variable's name. */
export function whyNotFailOn(entry: string): string {
  if (!KNOWN.includes(entry)) {
    const nearest = nearestOf(entry, KNOWN)
    const hint = nearest === null ? '' : `: did you mean ${nearest}?`
    return `${valueText(entry, 'names')}, which is no finding's code${hint}`
  }
  const reasons: Readonly<Record<string, string>> = WHY_NOT
  return `names ${entry}: ${reasons[entry] ?? NO_ANSWER}`
}
