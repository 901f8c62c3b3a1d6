import type { Ended, Times } from './meanings.ts'

/** Our two clocks and Graph's, and the limits of what can be expected of them. */

export const SECOND_MS = 1_000
export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS
export const INTERVAL_MS = 5 * MINUTE_MS
export const ASSET_INTERVAL_MS = 15 * MINUTE_MS
export const STALE_AFTER_MS = 30 * MINUTE_MS
export const ROTATE_BEFORE_MS = 14 * DAY_MS
export const CONFIRM_AFTER_MS = 1_000
/** A good answer after a silence waits so long for the reads, to be shown with them. */
export const TOGETHER_WITHIN_MS = 500
export const UNHEARD_INTERVAL_MS = 15_000
export const SKEW_MAX_MS = 60_000
/** `Date` is cut to seconds, and an answer takes time: nothing is expected this close to an edge. */
const UNSURE_MS = 10_000

export class Unsure extends Error {}

/** The longer of the times that the two clocks show. */
export function elapsed(from: Times, to: Times): number {
  return Math.max(to.wall - from.wall, to.mono - from.mono)
}

/** Whether a clock was set while the answer was under way: then its offset is unknown. */
export function isOffsetUnsure({ from, at }: Ended): boolean {
  return at.wall - at.mono !== from.wall - from.mono
}

export function surely(value: number, edges: readonly number[]): number {
  if (edges.some((edge) => Math.abs(value - edge) < UNSURE_MS)) throw new Unsure()
  return value
}

/** `null` if nothing is expected: the clocks are too close to an edge. */
export function expected<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof Unsure) return null
    throw error
  }
}
