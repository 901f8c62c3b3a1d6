import type { Asked, Reply, Word } from './words.ts'

/** The fields in which two definite answers to one question differ. */
export function driftOf(asked: Asked, before: Reply, after: Reply): readonly string[] {
  const fields = Object.entries(FIELDS[asked])
  const isOfLock = [before, after].some(({ word }) => word === 'locked')
  const differing = fields.flatMap(([field, read]) => {
    const [was, is] = [read(before), read(after)]
    // Missing values are not compared; but a lock always has a value for sending.
    const isSaid = (was !== null && is !== null) || (isOfLock && field.endsWith('.can_send_message'))
    return isSaid && was !== is ? [field] : []
  })
  const whole = differing.filter((field) => WHOLE.includes(field))
  return whole.length > 0 ? whole : differing
}

/** If one of these differs, the other fields are not compared. */
const WHOLE = ['validity', 'app.blocked', 'account.reachable', 'phone.reachable']

type Read = (reply: Reply) => unknown
const isAmong = (word: Word, words: readonly Word[]) => words.includes(word)
const isDead: (word: Word) => boolean = (word) => isAmong(word, ['revoked', 'expired', 'garbled', 'ended'])
const whenLive =
  (read: Read): Read =>
  (reply) =>
    isDead(reply.word) || reply.word === 'blocked' ? null : read(reply)
const isReachable: Read = ({ word }) => !isAmong(word, ['unassigned', 'missing', 'forbidden'])
const canSend: Read = (reply) => {
  if (isReachable(reply) === false) return null
  if (reply.word === 'locked') return 'BLOCKED'
  if (reply.word === 'heavy') return reply.kept ?? null
  return reply.word === 'limited' ? 'LIMITED' : 'AVAILABLE'
}
const phoneStatus: Read = (reply) => {
  if (isReachable(reply) === false || reply.word === 'locked') return null
  return reply.word === 'disconnected' ? 'DISCONNECTED' : 'CONNECTED'
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
