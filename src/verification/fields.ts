import type { CheckKey } from './codes.ts'
import type { AccountFacts, Expiry, Facts, LiveToken, PhoneFacts, TokenFacts } from './facts.ts'
import type { Policy } from './policy.ts'
import { isoTime, listed } from './words.ts'

/** The fields of facts, one row each: the operator's body, the terminal, the page and the drift read them here. */

/** What a field is compared with. */
type Demanded = Pick<Policy, 'appId'>

type FieldOf<About extends Facts['about']> = {
  readonly about: About
  /** As the drift log names it; the last part is its name in the operator's body. */
  readonly name: string
  /** The check that it bears on. */
  readonly key: CheckKey | null
  /** As Graph gives it: lists, Unix seconds with 0 = never, ids. `null`: not said. */
  readonly wire: (facts: Extract<Facts, { about: About }>, demanded: Demanded) => unknown
  /** For people; absent: not for them. May hold identifiers and Graph's cleaned words. */
  readonly words?: (facts: Extract<Facts, { about: About }>) => string | null
  /** Beside the words, where they have a line of their own. */
  readonly label?: string
  /** Whether a difference is a drift. */
  readonly drifts: boolean
  /** Not in the operator's body: another row shows it. */
  readonly isInner?: true
}

export type Field = FieldOf<Facts['about']>

function field<About extends Facts['about']>(given: FieldOf<About>): Field {
  return given as unknown as Field
}

type Read<F> = (facts: F) => unknown

const live = (read: Read<LiveToken>) => (facts: TokenFacts) => (facts.kind === 'live' ? read(facts) : null)
const liveWords = (read: (facts: LiveToken) => string | null) => (facts: TokenFacts) =>
  facts.kind === 'live' ? read(facts) : null

type Node = AccountFacts | PhoneFacts
type Readable<F extends Node> = Extract<F, { kind: 'readable' }>
function readable<F extends Node, T>(read: (facts: Readable<F>) => T) {
  return (facts: F): T | null => (facts.kind === 'readable' ? read(facts as Readable<F>) : null)
}

const onToken = { about: 'token', drifts: true } as const
const onAccount = { about: 'account', key: 'whatsapp:business-account' } as const
const onPhone = { about: 'phone', key: 'whatsapp:phone-number' } as const
const onWebhooks = { about: 'subscriptions', key: 'whatsapp:webhooks' } as const

export const FIELDS: readonly Field[] = [
  field({ ...onToken, name: 'validity', key: 'token:validity', wire: isValid, words: liveWords(() => 'valid') }),
  field({
    ...onToken,
    name: 'scopes',
    key: 'token:scopes',
    wire: live(({ scopes }) => scopes),
    words: liveWords(({ scopes }) => listed(scopes)),
    label: 'Permissions',
  }),
  field({ ...onToken, name: 'granular_scopes', key: 'whatsapp:business-account', wire: live(granular) }),
  field({
    ...onToken,
    name: 'expires_at',
    key: 'token:expiry',
    wire: live(({ expiresAt }) => wireSeconds(expiresAt)),
    words: liveWords(({ expiresAt }) => endOf(expiresAt)),
    label: 'Expiry',
  }),
  field({
    ...onToken,
    name: 'data_access_expires_at',
    key: 'token:data-access',
    wire: live((token) => wireSeconds(token.dataAccessExpiresAt)),
    words: liveWords((token) => endOf(token.dataAccessExpiresAt)),
    label: 'Data access',
  }),
  field({
    ...onToken,
    name: 'type',
    key: 'token:type',
    wire: live(({ type }) => type),
    words: liveWords(({ type }) => type),
    label: 'Type',
  }),
  field({
    ...onToken,
    name: 'app_id',
    key: 'token:app',
    wire: live(({ appId }) => appId),
    words: liveWords(({ appId }) => appId),
    label: 'App',
  }),
  field({
    ...onToken,
    name: 'user_id',
    key: null,
    wire: live(({ userId }) => userId),
    words: liveWords(({ userId }) => userId),
    label: 'User',
  }),
  field({
    ...onToken,
    name: 'issued_at',
    key: null,
    wire: live(({ issuedAtMs }) => wireSeconds(issuedAtMs)),
    words: liveWords(({ issuedAtMs }) => (issuedAtMs === null ? null : isoTime(issuedAtMs))),
    label: 'Issued',
  }),

  field({
    ...onAccount,
    name: 'account.name',
    wire: readable<AccountFacts, unknown>(({ name }) => name),
    words: readable<AccountFacts, string | null>(({ name }) => quotedName(name)),
    drifts: false,
  }),
  field({
    ...onAccount,
    name: 'account.status',
    wire: readable<AccountFacts, unknown>(({ status }) => status),
    words: readable<AccountFacts, string | null>(({ status }) => status),
    drifts: true,
  }),
  field({ ...onAccount, name: 'account.can_send_message', wire: canSend, words: canSendWords, drifts: true }),

  field({
    ...onPhone,
    name: 'phone.display_phone_number',
    wire: readable<PhoneFacts, unknown>(({ displayNumber }) => displayNumber),
    words: readable<PhoneFacts, string | null>(({ displayNumber }) => displayNumber),
    drifts: false,
  }),
  field({
    ...onPhone,
    name: 'phone.name',
    wire: readable<PhoneFacts, unknown>(({ name }) => name),
    words: readable<PhoneFacts, string | null>(({ name }) => quotedName(name)),
    drifts: false,
  }),
  field({
    ...onPhone,
    name: 'phone.status',
    wire: readable<PhoneFacts, unknown>(({ status }) => status),
    words: readable<PhoneFacts, string | null>(({ status }) => status),
    drifts: true,
  }),
  field({ ...onPhone, name: 'phone.can_send_message', wire: canSend, words: canSendWords, drifts: true }),

  field({
    about: 'numbers',
    name: 'phone_numbers',
    key: null,
    wire: ({ phoneNumberIds }) => phoneNumberIds,
    words: ({ phoneNumberIds }) => listed(phoneNumberIds),
    drifts: false,
  }),
  field({
    ...onWebhooks,
    name: 'subscribed_apps',
    wire: ({ appIds }) => appIds,
    words: ({ appIds }) => `subscribed: ${appIds.length === 0 ? 'no app' : listed(appIds)}`,
    drifts: false,
  }),
  field({
    ...onWebhooks,
    name: 'account.subscribed',
    wire: ({ appIds }, { appId }) => (appId === null ? null : appIds.includes(appId)),
    drifts: true,
    isInner: true,
  }),

  field({
    about: 'connection',
    name: 'version',
    key: 'graph:version',
    wire: ({ servedVersion }) => servedVersion,
    words: ({ servedVersion }) => servedVersion,
    drifts: false,
  }),
  field({
    about: 'connection',
    name: 'clock_offset',
    key: 'clock:skew',
    wire: ({ clockOffsetMs }) => clockOffsetMs,
    words: ({ clockOffsetMs }) => `${Math.round(Math.abs(clockOffsetMs ?? 0) / 1000)} s apart from Graph's`,
    drifts: false,
  }),
]

/** Those of these facts, in the table's order. */
export function fieldsOf({ about }: Facts): readonly Field[] {
  return FIELDS.filter((each) => each.about === about)
}

/** Those that people read of these facts at one check, in words. */
export function wordsAt(key: CheckKey, facts: Facts): readonly string[] {
  return fieldsOf(facts).flatMap((each) => (each.key === key ? (each.words?.(facts) ?? []) : []))
}

const NOTHING_DEMANDED: Demanded = { appId: null }

/** What Graph said of one check, for the operator's body: a value, several by their names, or why there is none. */
export function observedAt(key: CheckKey, facts: Facts): unknown {
  if ((facts.about === 'account' || facts.about === 'phone') && facts.kind !== 'readable') return facts.kind
  const fields = fieldsOf(facts).filter((each) => each.key === key && each.isInner !== true)
  const values = fields.map(
    ({ name, wire }) => [name.split('.').at(-1) ?? name, wire(facts, NOTHING_DEMANDED)] as const,
  )
  return values.length <= 1 ? (values[0]?.[1] ?? null) : Object.fromEntries(values)
}

/** As Graph writes it: Unix seconds, 0 is never. */
export function wireSeconds(instant: Expiry): number | null {
  return instant === 'never' ? 0 : instant === null ? null : instant / 1000
}

/** A token that Graph will not show to this app may be either. */
function isValid({ kind }: TokenFacts): boolean | null {
  return kind === 'foreign' ? null : kind === 'live'
}

function granular({ granularScopes }: LiveToken): readonly unknown[] {
  return granularScopes.map(({ scope, targetIds }) =>
    targetIds === null ? { scope } : { scope, target_ids: targetIds },
  )
}

function canSend(facts: Node): string | null {
  if (facts.kind === 'locked') return 'BLOCKED'
  return facts.kind === 'readable' ? (facts.sending?.canSend ?? null) : null
}

function canSendWords(facts: Node): string | null {
  return facts.kind === 'readable' ? canSend(facts) : null
}

function endOf(expiry: Expiry): string {
  if (expiry === 'never') return 'never expires'
  return expiry === null ? 'not told' : `ends at ${isoTime(expiry)}`
}

function quotedName(name: string | null): string | null {
  return name === null ? null : `"${name}"`
}
