import { backoffMs, jittered } from '../net/backoff.ts'
import { retryAfterMs } from '../net/retry-after.ts'

/** PURE. What becomes of one attempt, and when the next one is due. */

export type ReceiverReply =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter: string | null }
  | { readonly kind: 'none'; readonly what: string }

export type AttemptOutcome =
  | { readonly kind: 'delivered' }
  /** `afterMs`: not before. */
  | { readonly kind: 'again'; readonly problem: string; readonly afterMs: number }
  | { readonly kind: 'hopeless'; readonly problem: string }

const BACKOFF = { firstMs: 1_000, longestMs: 60_000 }
/** Longer demands are cut: an alert that is an hour old is worth little. */
const RETRY_AFTER_MAX_MS = 600_000
/** Of the 4xx those that say "later". */
const LATER = [408, 425, 429]

/** `tries` is 1 for the first; `random` in [0, 1); `nowMs` by our wall clock. */
export function judgeAttempt(reply: ReceiverReply, tries: number, random: number, nowMs: number): AttemptOutcome {
  const waitMs = jittered(backoffMs(tries, BACKOFF), 0.25, random)
  if (reply.kind === 'none') return { kind: 'again', problem: reply.what, afterMs: waitMs }
  const { status, retryAfter } = reply
  if (status >= 200 && status < 300) return { kind: 'delivered' }
  if (status >= 300 && status < 400)
    return { kind: 'hopeless', problem: `the receiver redirects (${status}), which is not followed` }
  const problem = `the receiver answers ${status}`
  if (status < 500 && !LATER.includes(status)) return { kind: 'hopeless', problem }
  return {
    kind: 'again',
    problem,
    afterMs: Math.max(waitMs, Math.min(retryAfterMs(retryAfter, nowMs), RETRY_AFTER_MAX_MS)),
  }
}
