/** The findings' codes: one word for one meaning, in JSON, logs, metrics, alerts and documentation. */

/** The keys of the health body's `checks`. */
export const CHECK_KEYS = [
  'token:validity',
  'token:expiry',
  'token:scopes',
  'token:app',
  'token:type',
  'token:data-access',
  'whatsapp:business-account',
  'whatsapp:webhooks',
  'whatsapp:phone-number',
  'graph:reachability',
  'graph:version',
  'clock:skew',
] as const
export type CheckKey = (typeof CHECK_KEYS)[number]

/** Where each finding is shown, the gravest causes first. */
export const KEY_OF = {
  'token.expired': 'token:validity',
  'token.revoked': 'token:validity',
  'token.invalid': 'token:validity',
  'app.blocked': 'token:app',
  'token.expires': 'token:expiry',
  'token.expires_soon': 'token:expiry',
  'token.type': 'token:type',
  'token.data_access_expires': 'token:data-access',
  'scope.missing': 'token:scopes',
  'app.mismatch': 'token:app',
  'account.unassigned': 'whatsapp:business-account',
  'phone.unassigned': 'whatsapp:phone-number',
  'phone.foreign': 'whatsapp:phone-number',
  'account.wrong_kind': 'whatsapp:business-account',
  'phone.wrong_kind': 'whatsapp:phone-number',
  'account.unsubscribed': 'whatsapp:webhooks',
  'account.webhook_elsewhere': 'whatsapp:webhooks',
  'account.webhook_fields': 'whatsapp:webhooks',
  'account.blocked': 'whatsapp:business-account',
  'phone.blocked': 'whatsapp:phone-number',
  'token.candidate_refused': 'token:validity',
  'token.child_outdated': 'token:validity',
  'token.unresolved': 'token:validity',
  'fleet.suspect': 'token:validity',
  'graph.version_forwarded': 'graph:version',
  'clock.skewed': 'clock:skew',
  'app.address_denied': 'token:app',
  'inspector.denied': 'graph:reachability',
  'inspector.rejected': 'graph:reachability',
  'inspector.proof_required': 'graph:reachability',
  'graph.version_unknown': 'graph:reachability',
  'graph.unreachable': 'graph:reachability',
  'graph.rate_limited': 'graph:reachability',
  'graph.failing': 'graph:reachability',
  'graph.nonsense': 'graph:reachability',
  'graph.unrecognised': 'graph:reachability',
  'graph.stale': 'graph:reachability',
} as const satisfies Record<string, CheckKey>

export type FindingCode = keyof typeof KEY_OF
export const FINDING_CODES = Object.keys(KEY_OF) as readonly FindingCode[]

/** Graph will not answer this asker, whatever the token: trying again does not help. At boot exit 78. */
const ASKER_REFUSED = [
  'app.address_denied',
  'inspector.denied',
  'inspector.rejected',
  'inspector.proof_required',
  'graph.version_unknown',
] as const
export type AskerRefusedCode = (typeof ASKER_REFUSED)[number]

/** No definite answer: trying again may help. */
const NO_ANSWER = [
  'graph.unreachable',
  'graph.rate_limited',
  'graph.failing',
  'graph.nonsense',
  'graph.unrecognised',
] as const
export type SilenceCode = AskerRefusedCode | (typeof NO_ANSWER)[number]

export function isAskerRefused(code: FindingCode): code is AskerRefusedCode {
  return (ASKER_REFUSED as readonly string[]).includes(code)
}
