import type { BlockedApp, DeadToken, Facts } from './facts.ts'
import type { Silence, Witness } from './silence.ts'

/**
 * PURE. What the token's own reads say of the token, where debug_token gives no verdict: a read made with the token is
 * Graph's word about it. It takes all of them to refuse, and two calm rounds to lift what they refused.
 */

/** What a request gave. */
export type Result =
  { readonly kind: 'answered'; readonly facts: Facts } | { readonly kind: 'silent'; readonly silence: Silence }

/** `null`: it says nothing of the token. Silence never does. */
export function witnessOf(result: Result): Witness | null {
  if (result.kind === 'silent') return result.silence.witness ?? null
  const { facts } = result
  switch (facts.about) {
    case 'account':
    case 'phone':
      return { says: facts.kind === 'readable' ? 'alive' : 'other' }
    case 'numbers':
    case 'subscriptions':
    case 'me':
      return { says: 'alive' }
    default:
      return null
  }
}

/** The token's end, where every read that says something says that it has ended; `null` where they disagree. */
export function verdictOf(reads: readonly Result[]): DeadToken | BlockedApp | null {
  const [first, ...others] = reads.flatMap((read) => witnessOf(read) ?? [])
  if (first === undefined || others.some(({ says }) => says !== first.says)) return null
  if (first.says === 'ended')
    return { about: 'token', kind: 'dead', ending: first.ending, reason: first.reason, fromReads: true }
  if (first.says === 'app_blocked')
    return { about: 'token', kind: 'app_blocked', reason: first.reason, fromReads: true }
  return null
}

/** Whether a round speaks for the token (one read succeeded, none said that it has ended), against it, or not at all. */
export function voiceOf(reads: readonly Result[]): 'for' | 'against' | 'none' {
  const words = reads.flatMap((read) => witnessOf(read)?.says ?? [])
  if (words.some((says) => says === 'ended' || says === 'app_blocked')) return 'against'
  return words.includes('alive') ? 'for' : 'none'
}

/** Rounds that speak for the token before what reads alone refused is lifted. */
export const CALM_ROUNDS = 2
