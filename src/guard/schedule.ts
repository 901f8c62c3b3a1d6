import { backoffMs, jittered } from '../net/backoff.ts'

/** PURE. How long to wait after what was heard. */

const HOUR_MS = 3_600_000
const BOOT_BACKOFF = { firstMs: 500, longestMs: 5_000 }
/** Doubling beyond this changes nothing: an interval of a second reaches the hour in twelve steps. */
const DOUBLINGS_MAX = 20

/** What the answers of one round say about the pace. */
export type Pace = {
  /** An answer was refused for the number of calls. */
  readonly throttled: boolean
  /** Much of what we may use is used. */
  readonly isBusy: boolean
  /** The same of the app alone, whose calls all tokens of it share. */
  readonly isAppBusy: boolean
  /** How long Graph asks us to wait, where it throttles; 0 where it does not. */
  readonly waitMs: number
}

/** How far the checks have slowed down, and why. */
export type Slowdown = {
  readonly doublings: number
  readonly reason: 'throttled' | 'usage' | null
  readonly waitMs: number
}

export const NO_SLOWDOWN: Slowdown = { doublings: 0, reason: null, waitMs: 0 }

/** Forgotten with the first round that is neither throttled nor busy. */
export function slowedDown(
  { doublings }: Slowdown,
  { throttled, isBusy, waitMs }: Pick<Pace, 'throttled' | 'isBusy' | 'waitMs'>,
): Slowdown {
  if (!throttled && !isBusy) return NO_SLOWDOWN
  const reason = throttled ? 'throttled' : 'usage'
  return { doublings: Math.min(doublings + 1, DOUBLINGS_MAX), reason, waitMs: throttled ? waitMs : 0 }
}

/**
 * Until the next check in service: the interval doubles up to an hour, or where much is used up to half of the age at
 * which an answer is stale; a longer interval stays. `chance` is in [0, 1).
 */
export function checkDelayMs(
  intervalMs: number,
  { doublings, reason, waitMs }: Slowdown,
  staleAfterMs: number,
  chance: number,
): number {
  const capMs = reason === 'usage' ? staleAfterMs / 2 : HOUR_MS
  const slowMs = jittered(intervalMs * 2 ** doublings, 0.1, chance)
  const delayMs = doublings === 0 ? slowMs : Math.min(slowMs, Math.max(capMs, jittered(intervalMs, 0.1, chance)))
  return Math.max(delayMs, Math.min(waitMs, HOUR_MS))
}

/** Until the next attempt at boot: doubling, capped, jittered by a half, so that a restarted fleet spreads. */
export function bootDelayMs(attempt: number, { throttled, waitMs }: Pace, chance: number): number {
  // More calls make throttling worse.
  const delayMs = throttled ? BOOT_BACKOFF.longestMs : backoffMs(attempt, BOOT_BACKOFF)
  return Math.max(jittered(delayMs, 0.5, chance), waitMs)
}

/** Whether the assets are asked again: at the check nearest to their interval's end. */
export function assetsAreDue(sinceMs: number, assetIntervalMs: number, checkIntervalMs: number): boolean {
  return sinceMs + checkIntervalMs / 2 >= assetIntervalMs
}
