/** What Graph may say to a question, by name. `graph.ts` says it in HTTP, `contract.ts` knows what it has to mean. */

export const TOKEN_WORDS = ['good', 'user', 'narrow', 'ending', 'revoked', 'expired', 'garbled'] as const
export const ASKER_WORDS = ['denied', 'rejected'] as const
export const ACCOUNT_WORDS = ['good', 'unassigned', 'locked'] as const
export const PHONE_WORDS = ['good', 'unassigned', 'disconnected'] as const
export const NUMBERS_WORDS = ['good', 'foreign', 'forbidden'] as const
export const SUBSCRIPTIONS_WORDS = ['good', 'none', 'forbidden'] as const
/** They decide nothing, whatever was asked. */
export const SILENT_WORDS = [
  'hang',
  'reset',
  'failing',
  'html',
  'empty',
  'list',
  'busy',
  'busy-for-long',
  'throttled',
  'unheard-of',
] as const

type Of<Words extends readonly string[]> = Words[number]
export type Word =
  | Of<typeof TOKEN_WORDS>
  | Of<typeof ASKER_WORDS>
  | Of<typeof ACCOUNT_WORDS>
  | Of<typeof PHONE_WORDS>
  | Of<typeof NUMBERS_WORDS>
  | Of<typeof SUBSCRIPTIONS_WORDS>
  | Of<typeof SILENT_WORDS>

/** `endsAt`: of an ending token, by Graph's clock. */
export type Saying = { readonly word: Word; readonly endsAt?: number }

export const ASKED = ['token', 'account', 'phone', 'numbers', 'subscriptions'] as const
export type Asked = (typeof ASKED)[number]

export const BUSY_FOR_MS = 1_800_000
