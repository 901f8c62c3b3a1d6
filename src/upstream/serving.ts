import type { Guard } from '../guard/guard.ts'
import type { Clock } from '../platform/clock.ts'
import { readQuestion, writeAnswer, type UpstreamAnswer } from './exchange.ts'

export type ServingDeps = {
  readonly guard: Pick<Guard, 'own' | 'token'>
  /** The text of the token in service. */
  readonly token: string
  readonly policy: string
  readonly instance: string
  readonly clock: Clock
}

/** Answers another guard that holds the same token, with what Graph said here. `null` for everyone else. */
export function upstreamAnswer(
  query: string,
  { guard, token, policy, instance, clock }: ServingDeps,
): UpstreamAnswer | null {
  const nonce = readQuestion(query, { fingerprint: guard.token.fingerprint, policy }, token)
  const state = guard.own
  return nonce === null || state === null ? null : writeAnswer(state, instance, clock.nowMs(), nonce, token)
}
