/** The names of Graph's possible answers. `http-answers.ts` has the HTTP of each, `meanings.ts` its meaning. */

/** All is well. Some ask to wait, or show how much of a limit is used. */
export const GOOD_WORDS = ['good', 'waiting', 'used', 'used-by-others'] as const
/** Definite answers of debug_token. */
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
/** debug_token refuses the inspector. */
export const ASKER_WORDS = ['denied', 'rejected', 'blocked', 'address'] as const
/** `is_valid: false` with a temporary error. */
export const PASSING_WORDS = ['passing', 'passing-throttle'] as const

/** A 190 on a read, or an error that counts as one. */
export const ENDED_WORDS = ['revoked', 'expired', 'garbled', 'ended'] as const
/** Refusals of any of the token's own reads. */
export const READ_WORDS = [...ENDED_WORDS, 'blocked', 'address'] as const
/** An account or a number is not shown. */
export const NOT_SHOWN_WORDS = ['unassigned', 'missing', 'forbidden', 'locked'] as const
export const ACCOUNT_WORDS = [...GOOD_WORDS, 'limited', 'heavy', ...NOT_SHOWN_WORDS] as const
export const PHONE_WORDS = [...GOOD_WORDS, 'limited', 'heavy', 'disconnected', ...NOT_SHOWN_WORDS] as const
export const NUMBERS_WORDS = [...GOOD_WORDS, 'foreign', 'forbidden'] as const
export const SUBSCRIPTIONS_WORDS = [...GOOD_WORDS, 'none', 'forbidden'] as const
export const APP_WORDS = [...GOOD_WORDS, 'unticked', 'forbidden', 'rejected'] as const

/** Answers that decide nothing, to any question. */
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

export type Reply = {
  readonly word: Word
  /** The expiry of a token, by Graph's clock. */
  readonly endsAt?: number
  /** The known sending status of a node with too much data. */
  readonly kept?: CanSend | null
}

/** Every question. */
export type Asked = 'token' | 'account' | 'phone' | 'numbers' | 'subscriptions' | 'app' | 'me'

/** The questions whose answers are kept, by what is configured. */
export const ASKED: Readonly<Record<Ids, readonly Asked[]>> = {
  both: ['token', 'account', 'phone', 'numbers', 'subscriptions', 'app'],
  none: ['token'],
}
/** The token's own reads that are made if debug_token gives no verdict, due or not. */
export const OWN_READS: Readonly<Record<Ids, readonly Asked[]>> = { both: ['account', 'phone'], none: ['me'] }

/** Which ids are configured. */
export type Ids = 'both' | 'none'

/** The wait in milliseconds that a word asks for. */
export const WAITS_MS: Readonly<Partial<Record<Word, number>>> = {
  'busy-for-long': 1_800_000,
  'busy-for-days': 86_400_000,
  waiting: 86_400_000,
}
