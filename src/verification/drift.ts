import type { CheckKey } from './codes.ts'
import type { AccountFacts, Expiry, Facts, LiveToken, PhoneFacts, SubscriptionsFacts, TokenFacts } from './facts.ts'
import { judge, type Finding } from './findings.ts'
import type { Policy } from './policy.ts'

/** A difference between one definite answer and the one before it. */
export type Drift = {
  readonly field: string
  /** As Graph gives them: lists, Unix seconds with 0 = never, ids. */
  readonly before: unknown
  readonly after: unknown
  /** `error` when it makes the status of its check key worse, `info` when better, `warn` otherwise. */
  readonly severity: 'error' | 'warn' | 'info'
  readonly phoneNumberId?: string
}

type Change = {
  readonly field: string
  readonly key: CheckKey | null
  readonly before: unknown
  readonly after: unknown
}

/** One thing that is compared: its name, the check key that it bears on, and how to read it. */
type Field<T> = { readonly field: string; readonly key: CheckKey | null; readonly read: (facts: T) => unknown }

const TOKEN_FIELDS: readonly Field<LiveToken>[] = [
  { field: 'scopes', key: 'token:scopes', read: ({ scopes }) => sorted(scopes) },
  { field: 'granular_scopes', key: 'whatsapp:business-account', read: granular },
  { field: 'expires_at', key: 'token:expiry', read: ({ expiresAt }) => wireSeconds(expiresAt) },
  {
    field: 'data_access_expires_at',
    key: 'token:data-access',
    read: (token) => wireSeconds(token.dataAccessExpiresAt),
  },
  { field: 'type', key: 'token:type', read: ({ type }) => type },
  { field: 'app_id', key: 'token:app', read: ({ appId }) => appId },
  { field: 'user_id', key: null, read: ({ userId }) => userId },
  { field: 'issued_at', key: null, read: ({ issuedAtMs }) => wireSeconds(issuedAtMs) },
]

/** Everything that changed between two definite answers to the same question about the same token. Pure. */
export function driftBetween(before: Facts, after: Facts, policy: Policy, nowMs: number): readonly Drift[] {
  return changes(before, after, policy).map(({ key, ...change }) => ({
    ...change,
    severity:
      key === null ? 'warn' : severityOf(gravity(before, key, policy, nowMs), gravity(after, key, policy, nowMs)),
    ...(after.about === 'phone' ? { phoneNumberId: after.phoneNumberId } : {}),
  }))
}

function changes(before: Facts, after: Facts, policy: Policy): readonly Change[] {
  if (before.about === 'token' && after.about === 'token') return tokenChanges(before, after)
  if (before.about === 'account' && after.about === 'account')
    return nodeChanges('account', 'whatsapp:business-account', before, after)
  if (before.about === 'phone' && after.about === 'phone')
    return nodeChanges('phone', 'whatsapp:phone-number', before, after)
  if (before.about === 'subscriptions' && after.about === 'subscriptions')
    return subscriptionChanges(before, after, policy)
  // Listings and the version that Graph forwards to are no drift: their findings tell them.
  return []
}

function tokenChanges(before: TokenFacts, after: TokenFacts): readonly Change[] {
  const validity = differing([{ field: 'validity', key: 'token:validity', read: isValid }], before, after)
  // While a token is dead, and on its way back, Graph may empty all the rest.
  if (before.kind !== 'live' || after.kind !== 'live') return validity
  return differing(TOKEN_FIELDS, before, after)
}

function nodeChanges<T extends AccountFacts | PhoneFacts>(
  name: string,
  key: CheckKey,
  before: T,
  after: T,
): readonly Change[] {
  const reachable = differing<T>([{ field: `${name}.reachable`, key, read: isReachable }], before, after)
  if (reachable.length > 0) return reachable
  const sending: Field<T> = { field: `${name}.can_send_message`, key, read: canSend }
  // A lock is a word on sending, also where Graph told none before.
  if (before.kind === 'locked' || after.kind === 'locked') return differing([sending], before, after, 'count untold')
  const status: Field<T> = {
    field: `${name}.status`,
    key,
    read: (facts) => (facts.kind === 'readable' ? facts.status : null),
  }
  return differing([status, sending], before, after)
}

function subscriptionChanges(
  before: SubscriptionsFacts,
  after: SubscriptionsFacts,
  { appId }: Policy,
): readonly Change[] {
  if (appId === null) return []
  const read = ({ appIds }: SubscriptionsFacts) => appIds.includes(appId)
  return differing([{ field: 'account.subscribed', key: 'whatsapp:webhooks', read }], before, after)
}

/** What was not told in one of the two is not compared, unless said otherwise: silence is no change. */
function differing<T>(
  fields: readonly Field<T>[],
  before: T,
  after: T,
  untold: 'skip untold' | 'count untold' = 'skip untold',
): readonly Change[] {
  return fields
    .map(({ field, key, read }) => ({ field, key, before: read(before), after: read(after) }))
    .filter((change) => untold === 'count untold' || (change.before !== null && change.after !== null))
    .filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after))
}

/** A token that Graph will not show to this app may be either. */
function isValid({ kind }: TokenFacts): boolean | null {
  return kind === 'foreign' ? null : kind === 'live'
}

function isReachable({ kind }: AccountFacts | PhoneFacts): boolean {
  return kind === 'readable' || kind === 'locked'
}

function canSend(facts: AccountFacts | PhoneFacts): string | null {
  if (facts.kind === 'locked') return 'BLOCKED'
  return facts.kind === 'readable' ? (facts.sending?.canSend ?? null) : null
}

function granular({ granularScopes }: LiveToken): readonly unknown[] {
  const entries = granularScopes.map(({ scope, targetIds }) =>
    targetIds === null ? { scope } : { scope, target_ids: sorted(targetIds) },
  )
  return sorted(entries.map((entry) => JSON.stringify(entry))).map((text): unknown => JSON.parse(text))
}

function sorted(list: readonly string[]): readonly string[] {
  return [...new Set(list)].toSorted(compare)
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

/** As Graph writes it: Unix seconds, 0 is never. */
export function wireSeconds(instant: Expiry): number | null {
  return instant === 'never' ? 0 : instant === null ? null : instant / 1000
}

function gravity(facts: Facts, key: CheckKey, policy: Policy, nowMs: number): number {
  return Math.max(
    0,
    ...judge(facts, policy, nowMs)
      .filter((finding) => finding.key === key)
      .map(weight),
  )
}

function weight({ severity }: Finding): number {
  return severity === 'fail' ? 2 : 1
}

function severityOf(before: number, after: number): Drift['severity'] {
  return after > before ? 'error' : after < before ? 'info' : 'warn'
}
