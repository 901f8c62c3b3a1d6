import type { Expiry, LiveToken, TokenFacts } from '../facts.ts'
import { isoTime, listed } from '../words.ts'
import { field, type Field } from './field.ts'

function live<T>(read: (token: LiveToken) => T) {
  return (facts: TokenFacts): T | null => (facts.kind === 'live' ? read(facts) : null)
}

const onToken = { about: 'token', drifts: true } as const

export const TOKEN_FIELDS: readonly Field[] = [
  field({ ...onToken, name: 'validity', key: 'token:validity', wire: isValid, words: live(() => 'valid') }),
  field({ ...onToken, name: 'app.blocked', key: 'token:app', wire: isBlocked, isInner: true }),
  field({
    ...onToken,
    name: 'scopes',
    key: 'token:scopes',
    wire: live(({ scopes }) => scopes),
    words: live(({ scopes }) => listed(scopes)),
    label: 'Permissions',
  }),
  field({ ...onToken, name: 'granular_scopes', key: 'whatsapp:business-account', wire: live(granular) }),
  field({
    ...onToken,
    name: 'expires_at',
    key: 'token:expiry',
    wire: live(({ expiresAt }) => wireSeconds(expiresAt)),
    words: live(({ expiresAt }) => endOf(expiresAt)),
    label: 'Expiry',
  }),
  field({
    ...onToken,
    name: 'data_access_expires_at',
    key: 'token:data-access',
    wire: live((token) => wireSeconds(token.dataAccessExpiresAt)),
    words: live((token) => endOf(token.dataAccessExpiresAt)),
    label: 'Data access',
  }),
  field({
    ...onToken,
    name: 'type',
    key: 'token:type',
    wire: live(({ type }) => type),
    words: live(({ type }) => type),
    label: 'Type',
  }),
  field({
    ...onToken,
    name: 'app_id',
    key: 'token:app',
    wire: live(({ appId }) => appId),
    words: live(({ appId }) => appId),
    label: 'App',
  }),
  field({
    ...onToken,
    name: 'user_id',
    key: null,
    wire: live(({ userId }) => userId),
    words: live(({ userId }) => userId),
    label: 'User',
  }),
  field({
    ...onToken,
    name: 'issued_at',
    key: null,
    wire: live(({ issuedAtMs }) => wireSeconds(issuedAtMs)),
    words: live(({ issuedAtMs }) => (issuedAtMs === null ? null : isoTime(issuedAtMs))),
    label: 'Issued',
  }),
]

/** As Graph writes it: Unix seconds, 0 is never. */
function wireSeconds(instant: Expiry): number | null {
  return instant === 'never' ? 0 : instant === null ? null : instant / 1000
}

/** A token that Graph will not show to this app, or whose app is blocked, may be either. */
function isValid({ kind }: TokenFacts): boolean | null {
  return kind === 'live' || kind === 'dead' ? kind === 'live' : null
}

function isBlocked({ kind }: TokenFacts): boolean | null {
  return kind === 'live' || kind === 'app_blocked' ? kind === 'app_blocked' : null
}

function granular({ granularScopes }: LiveToken): readonly unknown[] {
  return granularScopes.map(({ scope, targetIds }) =>
    targetIds === null ? { scope } : { scope, target_ids: targetIds },
  )
}

function endOf(expiry: Expiry): string {
  if (expiry === 'never') return 'never expires'
  return expiry === null ? 'not given' : `ends at ${isoTime(expiry)}`
}
