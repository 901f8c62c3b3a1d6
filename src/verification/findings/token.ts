import type { CauseName } from '../causes.ts'
import { timeLeft, type Clocks } from '../clocks.ts'
import type { FindingCode } from '../codes.ts'
import type { LiveToken, TokenFacts } from '../facts.ts'
import { DATA_ACCESS_WARNING_MS, type Policy } from '../policy.ts'
import { row, type Detail, type FindingRow } from '../finding.ts'
import { isoTime, listed, span } from '../words.ts'

/** The token lives: its kind, its permissions, its dates and what it may send for. */

/** Of no use to a backend, whatever else it is allowed: neither can send for a business. */
const USELESS_TYPES = ['PAGE', 'APP']

/** Reading an account or a number takes one of these. */
const READS_ASSETS = /^whatsapp_business_/

function whenLive(detect: (token: LiveToken, policy: Policy, clocks: Clocks) => readonly Detail[]) {
  return (facts: TokenFacts, policy: Policy, clocks: Clocks) =>
    facts.kind === 'live' ? detect(facts, policy, clocks) : []
}

/** Everything that a scope is limited to; `null` where an entry names no target, or none names the scope. */
function targetsOf(granularScopes: LiveToken['granularScopes'], name: string): readonly string[] | null {
  const entries = granularScopes.filter(({ scope }) => scope === name)
  const targets = entries.flatMap(({ targetIds }) => targetIds ?? [])
  return entries.some(({ targetIds }) => targetIds === null || targetIds.length === 0) || targets.length === 0
    ? null
    : targets
}

/** The dashboard gives a person's token for a day. */
function isForADay(type: string | null, leftMs: number): boolean {
  return type !== 'SYSTEM_USER' && leftMs <= 25 * 3_600_000
}

/** All but business_management is what messages need. */
function missingCause(alternatives: readonly string[], scopes: readonly string[]): CauseName {
  const isOnlyThat = alternatives.includes('business_management') && MESSAGING.every((scope) => scopes.includes(scope))
  return isOnlyThat ? 'business_management_unticked' : 'permission_unticked'
}

const MESSAGING = ['whatsapp_business_messaging', 'whatsapp_business_management']

export const TOKEN_FINDINGS: readonly FindingRow[] = [
  row({
    code: 'token.type',
    severity: 'warn',
    about: 'token',
    cause: 'not_system_user',
    // No box was left unticked and no end date chosen: this is another thing altogether.
    detect: whenLive(({ type }) => {
      if (type === 'SYSTEM_USER') return []
      const severity = type !== null && USELESS_TYPES.includes(type) ? 'fail' : 'warn'
      const summary =
        severity === 'fail'
          ? `This is a token of another kind (${type}): it cannot send for a business.`
          : "This is not a system user's token: it can end with a person's session."
      const hides: readonly FindingCode[] =
        severity === 'fail'
          ? ['scope.missing', 'token.expires', 'token.expires_soon', 'account.unassigned', 'phone.unassigned']
          : []
      return [
        {
          summary,
          expected: 'type SYSTEM_USER',
          observed: type === null ? 'no type' : `type ${type}`,
          severity,
          hides,
          causes: [severity === 'fail' ? 'useless_kind' : 'not_system_user'],
        },
      ]
    }),
  }),
  row({
    code: 'scope.missing',
    severity: 'fail',
    about: 'token',
    cause: 'permission_unticked',
    detect: whenLive(({ scopes }, { requiredScopes }) =>
      requiredScopes
        .filter((alternatives) => !alternatives.some((scope) => scopes.includes(scope)))
        .map((alternatives) => ({
          summary: `The permission ${alternatives.join(' or ')} is missing.`,
          expected: alternatives.join(' or '),
          observed: scopes.length === 0 ? 'no scopes at all' : `only ${listed(scopes)}`,
          causes: [missingCause(alternatives, scopes)],
          hides: alternatives.some((scope) => READS_ASSETS.test(scope))
            ? (['account.unassigned', 'phone.unassigned'] as const)
            : [],
        })),
    ),
  }),
  row({
    code: 'token.expires',
    severity: 'fail',
    about: 'token',
    cause: 'expiration_chosen',
    detect: whenLive(({ expiresAt, type }, { expiry }, clocks) =>
      expiry !== 'never' || typeof expiresAt !== 'number'
        ? []
        : [
            {
              summary: `The token expires (in ${span(timeLeft(expiresAt, clocks))}), and the policy demands one that never does.`,
              expected: 'expires_at 0 (never)',
              observed: `expires_at ${expiresAt / 1000} (${isoTime(expiresAt)}, in ${span(timeLeft(expiresAt, clocks))})`,
              causes: [isForADay(type, timeLeft(expiresAt, clocks)) ? 'temporary_token' : 'expiration_chosen'],
            },
          ],
    ),
  }),
  row({
    code: 'token.expires_soon',
    severity: 'warn',
    about: 'token',
    cause: 'expiration_near',
    detect: whenLive(({ expiresAt }, { expiry, rotateBeforeMs }, clocks) =>
      expiry === 'never' || typeof expiresAt !== 'number' || timeLeft(expiresAt, clocks) >= rotateBeforeMs
        ? []
        : [
            {
              summary: `The token expires in ${span(timeLeft(expiresAt, clocks))}.`,
              expected: `at least ${span(rotateBeforeMs)} left`,
              observed: `expires at ${isoTime(expiresAt)}, in ${span(timeLeft(expiresAt, clocks))}`,
            },
          ],
    ),
  }),
  row({
    code: 'token.data_access_expires',
    severity: 'warn',
    about: 'token',
    cause: 'data_access_ending',
    detect: whenLive(({ dataAccessExpiresAt: endsAt }, _policy, clocks) => {
      if (typeof endsAt !== 'number') return []
      const leftMs = timeLeft(endsAt, clocks)
      if (leftMs > DATA_ACCESS_WARNING_MS) return []
      return [
        {
          summary:
            leftMs <= 0
              ? "The token's access to data has ended."
              : `The token's access to data ends in ${span(leftMs)}.`,
          expected: 'data_access_expires_at 0 (never), or more than 14 days ahead',
          observed: `data_access_expires_at ${endsAt / 1000} (${isoTime(endsAt)})`,
        },
      ]
    }),
  }),
  row({
    code: 'account.unassigned',
    severity: 'fail',
    about: 'token',
    cause: 'account_not_assigned',
    hides: ['phone.unassigned', 'phone.foreign'],
    detect: whenLive(({ granularScopes }, { businessAccountId }) => {
      const targets = targetsOf(granularScopes, 'whatsapp_business_messaging')
      if (businessAccountId === null || targets === null || targets.includes(businessAccountId)) return []
      return [
        {
          summary: 'The Messaging account (WABA) is not among those that the token may send for.',
          expected: `${businessAccountId} among the targets of whatsapp_business_messaging`,
          observed: `only ${listed(targets)}`,
        },
      ]
    }),
  }),
]
