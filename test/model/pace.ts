import { THROTTLES, type Times } from './meanings.ts'
import { ASSET_INTERVAL_MS, HOUR_MS, INTERVAL_MS, STALE_AFTER_MS, UNHEARD_INTERVAL_MS } from './times.ts'
import { WAITS_MS, type Word } from './words.ts'

/** How often Graph may and must be asked: one check per interval, and checks on demand. */

export type Plan = { readonly nextCheckAtMs: number; readonly reason: 'throttled' | 'usage' | null }

type Asks = 'isAll' | 'hasMore' | 'isScheduled' | 'isHeard'

export class Pace {
  /** A check on demand has been called for, and has not begun. */
  isWanted = false
  #slow: { readonly doublings: number; readonly reason: Plan['reason']; readonly waitMs: number } = CALM
  /** The start and the length of the wait for the next check. `null`: before service. */
  #plan: { readonly at: Times; readonly waitMs: number } | null = null
  /** A clock was set during a check on demand: it may have counted as the interval's check too. */
  #isVague = false
  #assetsAt: Times | null = null
  #allAt: Times | null = null

  begin(now: Times, isHeard: boolean): void {
    this.#assetsAt = this.#allAt = now
    this.#wait(now, isHeard)
  }

  /** Whether the check that begins is the interval's, not one on demand. The interval's must not come too early. */
  isScheduled(now: Times): boolean {
    const isWanted = this.isWanted
    this.isWanted = false
    if (isWanted) return false
    if (this.#plan !== null && atMost(this.#plan.at, now) < this.#plan.waitMs)
      throw new Error('a check before its time')
    return true
  }

  /** Verifies the questions of a check: the assets once per interval, and in between only partial answers. */
  asks({ isAll, hasMore, isScheduled, isHeard }: Readonly<Record<Asks, boolean>>, at: Times): void {
    const [assetsAt, allAt] = [this.#assetsAt as Times, this.#allAt as Times]
    if (isScheduled && isHeard && hasMore && atMost(assetsAt, at) + INTERVAL_MS / 2 < ASSET_INTERVAL_MS)
      throw new Error('assets are asked for before their time')
    if (isScheduled && !isAll && at.mono - allAt.mono >= ASSET_INTERVAL_MS) throw new Error('assets are not asked for')
    if (isAll) this.#allAt = at
    if (isAll && isScheduled) this.#assetsAt = at
  }

  /** The new token has been verified in full. Answers to the old one no longer count, and its check is cut off. */
  takeOver(isScheduled: boolean, now: Times, isHeard: boolean): void {
    this.#allAt = now
    this.ended(isScheduled, [], now, isHeard)
  }

  /** Called after each round in service. Returns whether the checks have slowed down with it. */
  ended(isScheduled: boolean, words: readonly (Word | null)[], now: Times, isHeard: boolean): boolean {
    const before = this.#slow
    this.#slow = slowedDown(before, words)
    const isChanged = before.reason !== null || this.#slow.reason !== null
    const plan = this.#plan
    const isJoined = plan !== null && !this.#isVague && now.mono - plan.at.mono > plan.waitMs
    if (isScheduled || isChanged || isJoined) this.#wait(now, isHeard)
    else if (plan !== null && atMost(plan.at, now) >= plan.waitMs) this.#isVague = true
    return before.reason === null && this.#slow.reason !== null
  }

  /** The expected plan; `null` if it is unknown. */
  plan(): Plan | null {
    if (this.#plan === null || this.#isVague) return null
    return { nextCheckAtMs: this.#plan.at.wall + this.#plan.waitMs, reason: this.#slow.reason }
  }

  /** Whether a check should have come by now. */
  isOverdue(now: Times): boolean {
    return this.#plan !== null && !this.#isVague && now.mono - this.#plan.at.mono > this.#plan.waitMs
  }

  #wait(at: Times, isHeard: boolean): void {
    const { doublings, reason, waitMs } = this.#slow
    const intervalMs = isHeard ? INTERVAL_MS : UNHEARD_INTERVAL_MS
    const longestMs = reason === 'usage' ? STALE_AFTER_MS / 2 : HOUR_MS
    const slowMs = Math.max(intervalMs, Math.min(intervalMs * 2 ** doublings, longestMs))
    this.#plan = { at, waitMs: Math.max(slowMs, Math.min(waitMs, HOUR_MS)) }
    this.#isVague = false
  }
}

const CALM = { doublings: 0, reason: null, waitMs: 0 } as const

function slowedDown({ doublings }: { readonly doublings: number }, words: readonly (Word | null)[]) {
  const throttles = words.flatMap((word) => (word !== null && THROTTLES.includes(word) ? [word] : []))
  if (throttles.length === 0 && !words.includes('used')) return CALM
  const reason = throttles.length > 0 ? ('throttled' as const) : ('usage' as const)
  return { doublings: doublings + 1, reason, waitMs: Math.max(0, ...throttles.map((word) => WAITS_MS[word] ?? 0)) }
}

/** The longest time that a clock may show as passed, whenever it was set since. */
function atMost(from: Times, to: Times): number {
  return to.mono - from.mono + to.ahead - from.ahead
}
