import { causeNamed, CAUSES, type CauseName } from '../causes.ts'
import { timeLeft, type Clocks } from '../clocks.ts'
import { FINDING_CODES, type FindingCode } from '../codes.ts'
import type { DeadToken, GraphReason, LiveToken, TokenFacts } from '../facts.ts'
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

/** The cause where Graph gives no reason, and the one that usually stands behind an ending. */
const USUAL_CAUSES: Readonly<Record<DeadToken['ending'], CauseName>> = {
  expired: 'expired',
  revoked: 'session_ended',
  invalid: 'copied_wrong',
}

function sentenceOf(cause: CauseName): string {
  return causeNamed(cause).sentence ?? CAUSES.unexplained.sentence
}

function whenLive(detect: (token: LiveToken, policy: Policy, clocks: Clocks) => readonly Detail[]) {
  return (facts: TokenFacts, policy: Policy, clocks: Clocks) =>
    facts.kind === 'live' ? detect(facts, policy, clocks) : []
}

function endingRow(ending: DeadToken['ending']): FindingRow {
  return row({
    code: `token.${ending}`,
    severity: 'fail',
    about: 'token',
    cause: USUAL_CAUSES[ending],
    hides: ALL_THAT_NEEDS_A_LIVE_TOKEN,
    detect: (facts, _policy, clocks) => {
      if (facts.kind === 'dead' && facts.ending === ending) return [ended(facts)]
      // A known expiry that passed is what the last answer itself said.
      return ending === 'expired' && hasExpired(facts, clocks) ? [outlived(facts)] : []
    },
  })
}

function hasExpired(facts: TokenFacts, clocks: Clocks): facts is LiveToken {
  return facts.kind === 'live' && typeof facts.expiresAt === 'number' && timeLeft(facts.expiresAt, clocks) <= 0
}

function ended({ reason, fromReads }: DeadToken): Detail {
  const cause = reason?.cause ?? 'unexplained'
  return { summary: sentenceOf(cause), ...wordsOf(reason, fromReads), reason, causes: [cause] }
}

/** Where debug_token gave no verdict the token's own reads did. */
function wordsOf(reason: GraphReason | null, fromReads: boolean): Pick<Detail, 'expected' | 'observed'> {
  return fromReads
    ? {
        expected: 'reads with this token that Graph answers',
        observed: `every read with this token is refused${quoted(reason)}`,
      }
    : { expected: 'is_valid: true', observed: `is_valid: false${quoted(reason)}` }
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
  endingRow('expired'),
  endingRow('revoked'),
  endingRow('invalid'),
  row({
    code: 'app.blocked',
    severity: 'fail',
    about: 'token',
    cause: 'app_blocked',
    hides: ALL_THAT_NEEDS_A_LIVE_TOKEN.filter((code) => code !== 'app.blocked'),
    detect: (facts) =>
      facts.kind !== 'app_blocked'
        ? []
        : [
            {
              summary: `${sentenceOf('app_blocked')}.`,
              ...wordsOf(facts.reason, facts.fromReads),
              reason: facts.reason,
            },
          ],
  }),
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
      if (facts.kind !== 'live' || appId === null || facts.appId === null || facts.appId === appId) return []
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
    detect: whenLive(({ expiresAt }, { expiry }, clocks) =>
      expiry !== 'never' || typeof expiresAt !== 'number'
        ? []
        : [
            {
              summary: `The token expires (in ${span(timeLeft(expiresAt, clocks))}), and the policy demands one that never does.`,
              expected: 'expires_at 0 (never)',
              observed: `expires_at ${expiresAt / 1000} (${isoTime(expiresAt)}, in ${span(timeLeft(expiresAt, clocks))})`,
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
          summary: 'The WhatsApp Business Account is not among those that the token may send for.',
          expected: `${businessAccountId} among the targets of whatsapp_business_messaging`,
          observed: `only ${listed(targets)}`,
        },
      ]
    }),
  }),
]
