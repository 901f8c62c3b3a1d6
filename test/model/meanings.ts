import { SILENT_WORDS, type Asked, type Saying, type Word } from './words.ts'

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
export type Definite = Ended & { readonly saying: Saying }

export function isAskerRefused({ saying }: Ended): boolean {
  return saying?.word === 'denied' || saying?.word === 'rejected'
}

export function isDefinite(ended: Ended, asked: Asked): ended is Definite {
  const word = ended.saying?.word
  if (word === undefined || isAskerRefused(ended) || (SILENT_WORDS as readonly string[]).includes(word)) return false
  return word !== 'forbidden' || asked === 'token'
}

export const DEATHS = ['token.revoked', 'token.expired', 'token.invalid']
export const THROTTLES: readonly Word[] = ['busy', 'busy-for-long', 'throttled']

export const REFUSALS: Readonly<Record<Asked, Readonly<Partial<Record<Word, readonly string[]>>>>> = {
  token: {
    narrow: ['scope.missing'],
    revoked: ['token.revoked'],
    expired: ['token.expired'],
    garbled: ['token.invalid'],
  },
  account: { unassigned: ['account.unassigned'] },
  phone: { unassigned: ['phone.unassigned'] },
  numbers: { foreign: ['phone.foreign'] },
  subscriptions: {},
}

export const WARNINGS: Readonly<Record<Asked, readonly Word[]>> = {
  token: ['user'],
  account: ['locked'],
  phone: ['disconnected'],
  numbers: [],
  subscriptions: ['none'],
}

/** The fields that two definite answers to one question differ in. */
export function driftOf(asked: Asked, before: Saying, after: Saying): readonly string[] {
  const fields = Object.entries(FIELDS[asked])
  const differing = fields.filter(([, read]) => read(before) !== read(after)).map(([field]) => field)
  const whole = differing.filter((field) => WHOLE.includes(field))
  const isGone = asked === 'token' && isDead(before) && isDead(after)
  return whole.length > 0 ? whole : isGone ? [] : differing
}

/** What a dead token or an unreachable asset has else is not told. */
const WHOLE = ['validity', 'account.reachable', 'phone.reachable']
const isDead = ({ word }: Saying) => ['revoked', 'expired', 'garbled'].includes(word)

const FIELDS: Readonly<Record<Asked, Readonly<Record<string, (saying: Saying) => unknown>>>> = {
  token: {
    validity: (saying) => !isDead(saying),
    type: ({ word }) => word === 'user',
    scopes: ({ word }) => word === 'narrow',
    expires_at: ({ word, endsAt }) => (word === 'ending' ? endsAt : 0),
  },
  account: {
    'account.reachable': ({ word }) => word !== 'unassigned',
    'account.can_send_message': ({ word }) => word === 'locked',
  },
  phone: {
    'phone.reachable': ({ word }) => word !== 'unassigned',
    'phone.status': ({ word }) => word === 'disconnected',
  },
  numbers: {},
  subscriptions: { 'account.subscribed': ({ word }) => word === 'good' },
}
