import { causeNamed, type CauseName } from '../causes.ts'
import type { Clocks } from '../clocks.ts'
import { FINDING_CODES, type FindingCode } from '../codes.ts'
import type { DeadToken, LiveToken, TokenFacts } from '../facts.ts'
import { DATA_ACCESS_WARNING_MS, type Policy } from '../policy.ts'
import { row, type Detail, type FindingRow } from '../finding.ts'
import { isoTime, listed, quoted, span } from '../words.ts'

/** A dead token explains all that Graph says of its scopes, its app and its assets. */
const ALL_THAT_NEEDS_A_LIVE_TOKEN: readonly FindingCode[] = FINDING_CODES.filter((code) =>
  /^(token\.(expires|type|data)|scope|app|account|phone)/.test(code),
)

/** Of no use to a backend, whatever else it is allowed: neither can send for a business. */
const USELESS_TYPES = ['PAGE', 'APP']

/** Reading an account or a number takes one of these. */
const READS_ASSETS = /^whatsapp_business_/

const DEATHS: Readonly<Record<DeadToken['cause'], CauseName>> = {
  expired: 'expired',
  revoked: 'revoked',
  invalid: 'copied_wrong',
}

/** In our own words. */
function sentenceOf(cause: DeadToken['cause']): string {
  return causeNamed(DEATHS[cause]).sentence ?? ''
}

function whenLive(detect: (token: LiveToken, policy: Policy, clocks: Clocks) => readonly Detail[]) {
  return (facts: TokenFacts, policy: Policy, clocks: Clocks) =>
    facts.kind === 'live' ? detect(facts, policy, clocks) : []
}

function deathRule(cause: DeadToken['cause']): FindingRow {
  return row({
    code: `token.${cause}`,
    severity: 'fail',
    about: 'token',
    cause: DEATHS[cause],
    hides: ALL_THAT_NEEDS_A_LIVE_TOKEN,
    detect: (facts, _policy, { graphMs: nowMs }) => {
      if (facts.kind === 'dead' && facts.cause === cause) return [death(facts)]
      // A known expiry that passed is what the last answer itself said.
      return cause === 'expired' && hasExpired(facts, nowMs) ? [outlived(facts)] : []
    },
  })
}

function hasExpired(facts: TokenFacts, nowMs: number): facts is LiveToken {
  return facts.kind === 'live' && typeof facts.expiresAt === 'number' && facts.expiresAt <= nowMs
}

function death({ cause, reason }: DeadToken): Detail {
  return {
    summary: sentenceOf(cause),
    expected: 'is_valid: true',
    observed: `is_valid: false${quoted(reason)}`,
    reason,
  }
}

function outlived({ expiresAt }: LiveToken): Detail {
  return {
    summary: sentenceOf('expired'),
    expected: 'a token that lives',
    observed: `it expired at ${isoTime(expiresAt as number)}`,
  }
}

/** Everything that a scope is limited to; `null` where an entry names no target, or none names the scope. */
function targetsOf(granularScopes: LiveToken['granularScopes'], name: string): readonly string[] | null {
  const entries = granularScopes.filter(({ scope }) => scope === name)
  const targets = entries.flatMap(({ targetIds }) => targetIds ?? [])
  return entries.some(({ targetIds }) => targetIds === null || targetIds.length === 0) || targets.length === 0
    ? null
    : targets
}

export const TOKEN_FINDINGS: readonly FindingRow[] = [
  deathRule('expired'),
  deathRule('revoked'),
  deathRule('invalid'),
  row({
    code: 'app.mismatch',
    severity: 'fail',
    about: 'token',
    cause: 'other_app',
    detect: (facts, { appId }) => {
      const expected = appId === null ? 'a token of the configured app' : `a token of the app ${appId}`
      const summary = 'The token belongs to another app than META_APP_ID.'
      if (facts.kind === 'foreign')
        return [
          {
            summary,
            expected,
            observed: `Graph refuses to show it to this app${quoted(facts.reason)}`,
            reason: facts.reason,
          },
        ]
      if (facts.kind === 'dead' || appId === null || facts.appId === null || facts.appId === appId) return []
      return [{ summary, expected, observed: `a token of the app ${facts.appId}` }]
    },
  }),
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
    detect: whenLive(({ expiresAt }, { expiry }, { graphMs: nowMs }) =>
      expiry !== 'never' || typeof expiresAt !== 'number'
        ? []
        : [
            {
              summary: `The token expires (in ${span(expiresAt - nowMs)}), and the policy demands one that never does.`,
              expected: 'expires_at 0 (never)',
              observed: `expires_at ${expiresAt / 1000} (${isoTime(expiresAt)}, in ${span(expiresAt - nowMs)})`,
            },
          ],
    ),
  }),
  row({
    code: 'token.expires_soon',
    severity: 'warn',
    about: 'token',
    cause: 'expiration_near',
    detect: whenLive(({ expiresAt }, { expiry, rotateBeforeMs }, { graphMs: nowMs }) =>
      expiry === 'never' || typeof expiresAt !== 'number' || expiresAt - nowMs >= rotateBeforeMs
        ? []
        : [
            {
              summary: `The token expires in ${span(expiresAt - nowMs)}.`,
              expected: `at least ${span(rotateBeforeMs)} left`,
              observed: `expires at ${isoTime(expiresAt)}, in ${span(expiresAt - nowMs)}`,
            },
          ],
    ),
  }),
  row({
    code: 'token.data_access_expires',
    severity: 'warn',
    about: 'token',
    cause: 'data_access_ending',
    detect: whenLive(({ dataAccessExpiresAt: endsAt }, _policy, { graphMs: nowMs }) => {
      if (typeof endsAt !== 'number' || endsAt - nowMs > DATA_ACCESS_WARNING_MS) return []
      const ended = endsAt <= nowMs
      return [
        {
          summary: ended
            ? "The token's access to data has ended."
            : `The token's access to data ends in ${span(endsAt - nowMs)}.`,
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
          summary: 'The WhatsApp Business Account is not among those that the token may send for.',
          expected: `${businessAccountId} among the targets of whatsapp_business_messaging`,
          observed: `only ${listed(targets)}`,
        },
      ]
    }),
  }),
]
