import { THROTTLES, type Times } from './meanings.ts'
import { HOUR_MS, INTERVAL_MS, UNHEARD_INTERVAL_MS } from './times.ts'
import { BUSY_FOR_MS, type Word } from './words.ts'

/** How often Graph may be asked: one check an interval, and those that somebody wants. */
export class Pace {
  /** Somebody has called for a check, and no request has answered yet. */
  isWanted = false
  #last: { readonly at: Times; readonly waitMs: number } | null = null

  /** Whether the check that begins is one of the interval's; then it must not come before its time. */
  isScheduled(at: Times, isHeard: boolean): boolean {
    const isWanted = this.isWanted
    this.isWanted = false
    if (isWanted) return false
    const last = this.#last
    if (last !== null && atMost(last.at, at) < last.waitMs) throw new Error('a check before its time')
    this.#last = { at, waitMs: isHeard ? INTERVAL_MS : UNHEARD_INTERVAL_MS }
    return true
  }

  /** The wait is doubled at least, and no answer's own wish for more is passed over. */
  slowDown(words: readonly (Word | null)[]): void {
    const last = this.#last
    if (last === null || !words.some((word) => word !== null && THROTTLES.includes(word))) return
    const waitMs = Math.max(2 * last.waitMs, words.includes('busy-for-long') ? BUSY_FOR_MS : 0)
    this.#last = { at: last.at, waitMs: Math.min(waitMs, HOUR_MS) }
  }
}

/** The most that may seem to have gone by, to somebody who began to wait at any moment since. */
function atMost(from: Times, to: Times): number {
  return to.mono - from.mono + to.ahead - from.ahead
}
