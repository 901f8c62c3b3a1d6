import type { Asked, Saying, Word } from './words.ts'

/** The fields that two definite answers to one question differ in. */
export function driftOf(asked: Asked, before: Saying, after: Saying): readonly string[] {
  const fields = Object.entries(FIELDS[asked])
  const isOfLock = [before, after].some(({ word }) => word === 'locked')
  const differing = fields.flatMap(([field, read]) => {
    const [was, is] = [read(before), read(after)]
    // What is not said is not compared; a lock says something of sending all the same.
    const isSaid = (was !== null && is !== null) || (isOfLock && field.endsWith('.can_send_message'))
    return isSaid && was !== is ? [field] : []
  })
  const whole = differing.filter((field) => WHOLE.includes(field))
  return whole.length > 0 ? whole : differing
}

/** What a dead token or an unreachable asset has else is not compared. */
const WHOLE = ['validity', 'app.blocked', 'account.reachable', 'phone.reachable']

type Read = (saying: Saying) => unknown
const isAmong = (word: Word, words: readonly Word[]) => words.includes(word)
const isDead: (word: Word) => boolean = (word) => isAmong(word, ['revoked', 'expired', 'garbled', 'ended'])
const whenLive =
  (read: Read): Read =>
  (saying) =>
    isDead(saying.word) || saying.word === 'blocked' ? null : read(saying)
const isReachable: Read = ({ word }) => !isAmong(word, ['unassigned', 'missing', 'forbidden'])
const canSend: Read = (saying) => {
  if (isReachable(saying) === false) return null
  if (saying.word === 'locked') return 'BLOCKED'
  if (saying.word === 'heavy') return saying.kept ?? null
  return saying.word === 'limited' ? 'LIMITED' : 'AVAILABLE'
}
const phoneStatus: Read = (saying) => {
  if (isReachable(saying) === false || saying.word === 'locked') return null
  return saying.word === 'disconnected' ? 'DISCONNECTED' : 'CONNECTED'
}

const FIELDS: Readonly<Record<Asked, Readonly<Record<string, Read>>>> = {
  token: {
    validity: ({ word }) => (word === 'blocked' ? null : !isDead(word)),
    'app.blocked': ({ word }) => (isDead(word) ? null : word === 'blocked'),
    type: whenLive(({ word }) => word === 'user'),
    scopes: whenLive(({ word }) => word === 'narrow'),
    expires_at: whenLive(({ endsAt }) => endsAt ?? 0),
  },
  account: { 'account.reachable': isReachable, 'account.can_send_message': canSend },
  phone: { 'phone.reachable': isReachable, 'phone.status': phoneStatus, 'phone.can_send_message': canSend },
  numbers: {},
  subscriptions: { 'account.subscribed': ({ word }) => word !== 'none' },
  app: {},
  me: {},
}
