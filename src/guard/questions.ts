import type { Question } from '../verification/facts.ts'
import type { Policy } from '../verification/policy.ts'
import { isUnreadableEdge, type Silence } from '../verification/silence.ts'
import { isPartial, type State } from './state.ts'

/** PURE. What is asked of Graph. */

/** Everything that a policy wants to know. */
export function questionsOf({ businessAccountId, phoneNumberIds, hasAppSecret }: Policy): readonly Question[] {
  const hasAccount = businessAccountId !== null
  const hasNumbers = phoneNumberIds.length > 0
  return [
    'token',
    ...(hasAccount ? (['account', 'subscriptions'] as const) : []),
    ...(hasAccount && hasNumbers ? (['numbers'] as const) : []),
    ...phoneNumberIds.map((id) => `phone:${id}` as const),
    ...(hasAppSecret && (hasAccount || hasNumbers) ? (['app'] as const) : []),
  ]
}

/** Between two rounds of assets: the token, and what Graph gave only in part. */
export function questionsBetween({ answers }: State): readonly Question[] {
  return ['token', ...[...answers].flatMap(([question, { facts }]) => (isPartial(facts) ? [question] : []))]
}

/** The reads that the token makes itself, due or not, where debug_token gives no verdict. */
export function ownReadsOf({ businessAccountId, phoneNumberIds }: Policy): readonly Question[] {
  const nodes: readonly Question[] = [
    ...(businessAccountId === null ? [] : (['account'] as const)),
    ...phoneNumberIds.map((id) => `phone:${id}` as const),
  ]
  return nodes.length === 0 ? ['me'] : nodes
}

/** Whether debug_token was answered, and without a verdict; not where Graph throttled or was not reached. */
export function isWithoutVerdict({ code }: Silence): boolean {
  return code !== 'graph.rate_limited' && code !== 'graph.unreachable'
}

/**
 * Whether a question is worth asking again. A refused edge is not: it decides nothing, and stays refused. The app's own
 * subscriptions hold up nothing.
 */
export function isOpen({ answers, silences }: State, question: Question): boolean {
  const silence = silences.get(question)
  const isNote = silence !== undefined && isUnreadableEdge(question, silence)
  return question !== 'app' && !answers.has(question) && !isNote
}
