import {
  ASKER_WORDS,
  ENDED_WORDS,
  NOT_SHOWN_WORDS,
  PASSING_WORDS,
  SILENT_WORDS,
  type Asked,
  type Reply,
  type Word,
} from './words.ts'

/** The required meaning of each word, as tables. */

export type Times = {
  readonly wall: number
  readonly mono: number
  readonly graph: number
  /** The sum of all times by which the wall clock was set ahead. */
  readonly ahead: number
}
/** The result of one request. `null`: it was cut off. */
export type Ended = { readonly reply: Reply | null; readonly from: Times; readonly at: Times }
export type Definite = Ended & {
  readonly reply: Reply
  /** The verdict of the token's own reads. */
  readonly isFromReads?: true
}
export type Answers = ReadonlyMap<Asked, Definite>

const EDGES: readonly Asked[] = ['numbers', 'subscriptions']
const isAmong = (words: readonly Word[], word: Word | undefined) => word !== undefined && words.includes(word)

export function isAskerRefused({ reply }: Ended): boolean {
  return isAmong(ASKER_WORDS, reply?.word)
}

export function isDefinite(ended: Ended, asked: Asked): ended is Definite {
  const word = ended.reply?.word
  if (word === undefined || isAmong(SILENT_WORDS, word)) return false
  if (asked === 'token') return !isAmong([...ASKER_WORDS, ...PASSING_WORDS], word)
  if (isAmong(ENDED_WORDS, word) || isAmong(['blocked', 'address', 'rejected'], word)) return false
  return word !== 'forbidden' || asked === 'account' || asked === 'phone'
}

/** Whether Graph answered debug_token without a verdict. Throttling and unreachability do not count. */
export function isWithoutVerdict(ended: Ended): boolean {
  const word = ended.reply?.word
  return word !== undefined && !isDefinite(ended, 'token') && !isAmong([...THROTTLES, 'hang', 'reset'], word)
}

/** An edge that the token may not read is only a note. */
export function isNote(asked: Asked, word: Word | null): boolean {
  return EDGES.includes(asked) && word === 'forbidden'
}

/** What a read proves about its token. `null`: nothing. */
export type Witness = 'alive' | 'ended' | 'blocked' | 'other'

export function witnessOf(asked: Asked, ended: Ended): Witness | null {
  const word = ended.reply?.word
  if (asked === 'token' || asked === 'app' || word === undefined) return null
  if (isAmong(ENDED_WORDS, word)) return 'ended'
  if (word === 'blocked') return 'blocked'
  if (word === 'unheard-of' || isAmong(NOT_SHOWN_WORDS, word)) return 'other'
  return isDefinite(ended, asked) ? 'alive' : null
}

/** The verdict of the reads: all that count must agree. */
export function verdictOf(reads: ReadonlyMap<Asked, Ended>): Word | null {
  const counting = [...reads].flatMap(([asked, ended]) => {
    const witness = witnessOf(asked, ended)
    return witness === null ? [] : [{ witness, word: ended.reply?.word as Word }]
  })
  const [first] = counting
  if (first === undefined || counting.some(({ witness }) => witness !== first.witness)) return null
  return first.witness === 'ended' || first.witness === 'blocked' ? first.word : null
}

/** Whether the reads of a round speak for the token, against it, or not at all. */
export function voiceOf(reads: ReadonlyMap<Asked, Ended>): 'for' | 'against' | null {
  const witnesses = [...reads].map(([asked, ended]) => witnessOf(asked, ended))
  if (witnesses.includes('ended') || witnesses.includes('blocked')) return 'against'
  return witnesses.includes('alive') ? 'for' : null
}

/** These hide every finding that needs a working token. */
export const DEATHS = ['token.revoked', 'token.expired', 'token.invalid', 'app.blocked']
export const THROTTLES: readonly Word[] = ['busy', 'busy-for-long', 'busy-for-days', 'throttled', 'passing-throttle']

export const REFUSALS: Readonly<Record<Asked, Readonly<Partial<Record<Word, readonly string[]>>>>> = {
  token: {
    narrow: ['scope.missing'],
    revoked: ['token.revoked'],
    expired: ['token.expired'],
    garbled: ['token.invalid'],
    ended: ['token.revoked'],
    blocked: ['app.blocked'],
  },
  account: {
    unassigned: ['account.unassigned'],
    missing: ['account.unassigned'],
    forbidden: ['account.unassigned'],
  },
  phone: { unassigned: ['phone.unassigned'], missing: ['phone.unassigned'], forbidden: ['phone.unassigned'] },
  numbers: { foreign: ['phone.foreign'] },
  subscriptions: {},
  app: {},
  me: {},
}

/** A refusal hides its consequences. */
export const HIDES: Readonly<Record<string, readonly string[]>> = {
  'account.unassigned': ['phone.unassigned', 'phone.foreign'],
  'phone.unassigned': ['phone.foreign'],
}

/** A missing permission: the account cannot be read, but sending works if the number can be read. */
export const SOFT_WORDS: readonly Word[] = ['missing', 'forbidden']

export function isReadable({ reply: { word } }: Definite): boolean {
  return !isAmong(NOT_SHOWN_WORDS, word)
}

/** Whether an answer causes a warning, apart from any refusal. */
export function isWarning(asked: Asked, { reply: { word, kept } }: Definite, answers: Answers): boolean {
  switch (asked) {
    case 'token':
      return word === 'user'
    case 'account':
    case 'phone':
      return isAmong(['locked', 'limited', 'disconnected', ...SOFT_WORDS], word) || kept === 'LIMITED'
    case 'subscriptions':
      return word === 'none'
    case 'app': {
      const subscriptions = answers.get('subscriptions')
      return word === 'unticked' && subscriptions !== undefined && subscriptions.reply.word !== 'none'
    }
    default:
      return false
  }
}
