/** PURE. How long to wait after what was heard. */

const HOUR_MS = 3_600_000
/** Meta's headers tell a percentage of a rolling hour: three quarters leave room for the backend's own calls. */
const USAGE_PERCENT_HIGH = 75
const BOOT_BACKOFF_FIRST_MS = 500
const BOOT_BACKOFF_MAX_MS = 5_000
/** Doubling beyond this changes nothing: an interval of a second reaches the hour in twelve steps. */
const SLOWDOWN_MAX = 20

/** What the answers of one check say about the pace. */
export type Pace = {
  readonly throttled: boolean
  readonly usagePercent: number
  /** How long Graph asks us to wait; 0 where it does not. */
  readonly waitMs: number
}

/** How often the interval has been doubled. */
export function nextSlowdown(slowdown: number, { throttled, usagePercent }: Pace): number {
  return throttled || usagePercent >= USAGE_PERCENT_HIGH ? Math.min(slowdown + 1, SLOWDOWN_MAX) : 0
}

/** Until the next check in service. `chance` is in [0, 1). */
export function checkDelayMs(intervalMs: number, slowdown: number, waitMs: number, chance: number): number {
  const doubledMs = Math.min(intervalMs * 2 ** slowdown, Math.max(HOUR_MS, intervalMs))
  return Math.max(jitter(doubledMs, 0.1, chance), waitMs)
}

/** Until the next attempt at boot: doubling, capped, jittered by a half, so that a restarted fleet spreads. */
export function bootDelayMs(attempt: number, { throttled, waitMs }: Pace, chance: number): number {
  const backoffMs = Math.min(BOOT_BACKOFF_FIRST_MS * 2 ** (attempt - 1), BOOT_BACKOFF_MAX_MS)
  // More calls make throttling worse.
  return Math.max(jitter(throttled ? BOOT_BACKOFF_MAX_MS : backoffMs, 0.5, chance), waitMs)
}

/** Whether the assets are asked again: at the check nearest to their interval's end. */
export function assetsAreDue(sinceMs: number, assetIntervalMs: number, checkIntervalMs: number): boolean {
  return sinceMs + checkIntervalMs / 2 >= assetIntervalMs
}

function jitter(ms: number, part: number, chance: number): number {
  return Math.round(ms * (1 - part + 2 * part * chance))
}
