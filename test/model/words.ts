/** What Graph may say to a question, by name. `graph.ts` says it in HTTP, `meanings.ts` knows what it has to mean. */

/** All well; some ask to wait, or show how much of a limit is used. */
export const GOOD_WORDS = ['good', 'waiting', 'used', 'used-by-others'] as const
/** debug_token's definite words. */
export const TOKEN_WORDS = [
  ...GOOD_WORDS,
  'user',
  'narrow',
  'ending',
  /** The same, and its `Date` is days ahead. */
  'misdated',
  'revoked',
  'expired',
  'garbled',
] as const
/** debug_token does not let this asker ask. */
export const ASKER_WORDS = ['denied', 'rejected', 'blocked', 'address'] as const
/** `is_valid: false` with an error that passes. */
export const PASSING_WORDS = ['passing', 'passing-throttle'] as const

/** A 190 on a read, or what counts as one. */
export const ENDED_WORDS = ['revoked', 'expired', 'garbled', 'ended'] as const
/** What any read of the token's own may be refused with. */
export const READ_WORDS = [...ENDED_WORDS, 'blocked', 'address'] as const
/** The node is not shown: account and number. */
export const NOT_SHOWN_WORDS = ['unassigned', 'missing', 'forbidden', 'locked'] as const
export const ACCOUNT_WORDS = [...GOOD_WORDS, 'limited', 'heavy', ...NOT_SHOWN_WORDS] as const
export const PHONE_WORDS = [...GOOD_WORDS, 'limited', 'heavy', 'disconnected', ...NOT_SHOWN_WORDS] as const
export const NUMBERS_WORDS = [...GOOD_WORDS, 'foreign', 'forbidden'] as const
export const SUBSCRIPTIONS_WORDS = [...GOOD_WORDS, 'none', 'forbidden'] as const
export const APP_WORDS = [...GOOD_WORDS, 'unticked', 'forbidden', 'rejected'] as const

/** They decide nothing, whatever was asked. */
export const SILENT_WORDS = [
  'hang',
  'reset',
  'failing',
  'html',
  'empty',
  'list',
  'too-much',
  'busy',
  'busy-for-long',
  'busy-for-days',
  'throttled',
  'unheard-of',
] as const

type Of<Words extends readonly string[]> = Words[number]
export type Word =
  | Of<typeof TOKEN_WORDS>
  | Of<typeof ASKER_WORDS>
  | Of<typeof PASSING_WORDS>
  | Of<typeof ACCOUNT_WORDS>
  | Of<typeof PHONE_WORDS>
  | Of<typeof NUMBERS_WORDS>
  | Of<typeof SUBSCRIPTIONS_WORDS>
  | Of<typeof APP_WORDS>
  | Of<typeof READ_WORDS>
  | Of<typeof SILENT_WORDS>

export type CanSend = 'AVAILABLE' | 'LIMITED'

export type Saying = {
  readonly word: Word
  /** Of an ending token, by Graph's clock. */
  readonly endsAt?: number
  /** Of a node that is too heavy: what was known of its sending. */
  readonly kept?: CanSend | null
}

/** All that may be asked. */
export type Asked = 'token' | 'account' | 'phone' | 'numbers' | 'subscriptions' | 'app' | 'me'

/** The answers that are remembered, by what is configured. */
export const ASKED: Readonly<Record<Ids, readonly Asked[]>> = {
  both: ['token', 'account', 'phone', 'numbers', 'subscriptions', 'app'],
  none: ['token'],
}
/** The token's own reads that are made where debug_token gives no verdict, due or not. */
export const OWN_READS: Readonly<Record<Ids, readonly Asked[]>> = { both: ['account', 'phone'], none: ['me'] }

/** Which ids are configured. */
export type Ids = 'both' | 'none'

/** How many milliseconds a word asks to wait. */
export const WAITS_MS: Readonly<Partial<Record<Word, number>>> = {
  'busy-for-long': 1_800_000,
  'busy-for-days': 86_400_000,
  waiting: 86_400_000,
}
