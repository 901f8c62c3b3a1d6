import {
  ASKER_WORDS,
  ENDED_WORDS,
  NOT_SHOWN_WORDS,
  PASSING_WORDS,
  SILENT_WORDS,
  type Asked,
  type Saying,
  type Word,
} from './words.ts'

/** What each word has to mean: the tables of the promise. */

export type Times = {
  readonly wall: number
  readonly mono: number
  readonly graph: number
  /** By how much the wall clock was ever set ahead, in all. */
  readonly ahead: number
}
/** What came of one request. `null`: it was cut off. */
export type Ended = { readonly saying: Saying | null; readonly from: Times; readonly at: Times }
export type Definite = Ended & {
  readonly saying: Saying
  /** The token's own reads say it together. */
  readonly isFromReads?: true
}
export type Answers = ReadonlyMap<Asked, Definite>

const EDGES: readonly Asked[] = ['numbers', 'subscriptions']
const isAmong = (words: readonly Word[], word: Word | undefined) => word !== undefined && words.includes(word)

export function isAskerRefused({ saying }: Ended): boolean {
  return isAmong(ASKER_WORDS, saying?.word)
}

export function isDefinite(ended: Ended, asked: Asked): ended is Definite {
  const word = ended.saying?.word
  if (word === undefined || isAmong(SILENT_WORDS, word)) return false
  if (asked === 'token') return !isAmong([...ASKER_WORDS, ...PASSING_WORDS], word)
  if (isAmong(ENDED_WORDS, word) || isAmong(['blocked', 'address', 'rejected'], word)) return false
  return word !== 'forbidden' || asked === 'account' || asked === 'phone'
}

/** Whether Graph answered debug_token and gave no verdict; not where it throttled or was not reached. */
export function isWithoutVerdict(ended: Ended): boolean {
  const word = ended.saying?.word
  return word !== undefined && !isDefinite(ended, 'token') && !isAmong([...THROTTLES, 'hang', 'reset'], word)
}

/** An edge that this token may not read is a note. */
export function isNote(asked: Asked, word: Word | null): boolean {
  return EDGES.includes(asked) && word === 'forbidden'
}

/** What a read says of the token that makes it. `null`: nothing. */
export type Witness = 'alive' | 'ended' | 'blocked' | 'other'

export function witnessOf(asked: Asked, ended: Ended): Witness | null {
  const word = ended.saying?.word
  if (asked === 'token' || asked === 'app' || word === undefined) return null
  if (isAmong(ENDED_WORDS, word)) return 'ended'
  if (word === 'blocked') return 'blocked'
  if (word === 'unheard-of' || isAmong(NOT_SHOWN_WORDS, word)) return 'other'
  return isDefinite(ended, asked) ? 'alive' : null
}

/** The word that the reads together say of the token: all that count have to say the same. */
export function verdictOf(reads: ReadonlyMap<Asked, Ended>): Word | null {
  const counting = [...reads].flatMap(([asked, ended]) => {
    const witness = witnessOf(asked, ended)
    return witness === null ? [] : [{ witness, word: ended.saying?.word as Word }]
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

/** They hide all that needs a token that works. */
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

/** A refusal hides what follows from it. */
export const HIDES: Readonly<Record<string, readonly string[]>> = {
  'account.unassigned': ['phone.unassigned', 'phone.foreign'],
  'phone.unassigned': ['phone.foreign'],
}

/** The words of a permission: they keep the account back, and sending goes on where the number can be read. */
export const SOFT_WORDS: readonly Word[] = ['missing', 'forbidden']

export function isReadable({ saying: { word } }: Definite): boolean {
  return !isAmong(NOT_SHOWN_WORDS, word)
}

/** Whether an answer is a warning, refused or not. */
export function isWarning(asked: Asked, { saying: { word, kept } }: Definite, answers: Answers): boolean {
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
      return word === 'unticked' && subscriptions !== undefined && subscriptions.saying.word !== 'none'
    }
    default:
      return false
  }
}
