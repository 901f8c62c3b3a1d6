import type { Ended, Times } from './meanings.ts'

/** Two clocks and Graph's, and what cannot be told of them. */

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS
export const INTERVAL_MS = 5 * MINUTE_MS
export const ASSET_INTERVAL_MS = 15 * MINUTE_MS
export const STALE_AFTER_MS = 30 * MINUTE_MS
export const ROTATE_BEFORE_MS = 14 * DAY_MS
export const CONFIRM_AFTER_MS = 1_000
export const UNHEARD_INTERVAL_MS = 15_000
export const SKEW_MAX_MS = 60_000
/** `Date` is cut to seconds, and an answer is under way for some: nearer to an end than this nothing is expected. */
const UNSURE_MS = 10_000

export class Unsure extends Error {}

/** By whichever clock says longer. */
export function elapsed(from: Times, to: Times): number {
  return Math.max(to.wall - from.wall, to.mono - from.mono)
}

/** A clock that was set while the answer was under way leaves open by how much it is wrong. */
export function isOffsetUnsure({ from, at }: Ended): boolean {
  return at.wall - at.mono !== from.wall - from.mono
}

export function surely(value: number, edges: readonly number[]): number {
  if (edges.some((edge) => Math.abs(value - edge) < UNSURE_MS)) throw new Unsure()
  return value
}

/** `null` where the promise leaves it open: two clocks that cannot be told apart by seconds. */
export function expected<T>(read: () => T): T | null {
  try {
    return read()
  } catch (error) {
    if (error instanceof Unsure) return null
    throw error
  }
}
