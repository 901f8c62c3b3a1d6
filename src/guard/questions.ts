import type { Question } from '../verification/facts.ts'
import type { Policy } from '../verification/policy.ts'
import type { State } from './state.ts'

/** PURE. What is asked of Graph. */

/** Everything that a policy wants to know. */
export function questionsOf({ businessAccountId, appId, phoneNumberIds }: Policy): readonly Question[] {
  return [
    'token',
    ...(businessAccountId === null ? [] : (['account'] as const)),
    ...(businessAccountId === null || appId === null ? [] : (['subscriptions'] as const)),
    ...(businessAccountId === null || phoneNumberIds.length === 0 ? [] : (['numbers'] as const)),
    ...phoneNumberIds.map((id) => `phone:${id}` as const),
  ]
}

const EDGES: readonly Question[] = ['numbers', 'subscriptions']

/** Whether a question is worth asking again. A refused edge is not: it decides nothing, and stays refused. */
export function isOpen({ answers, silences }: State, question: Question): boolean {
  const isRefusedEdge = EDGES.includes(question) && silences.get(question)?.isRefusal === true
  return !answers.has(question) && !isRefusedEdge
}
