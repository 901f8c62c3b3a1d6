/** PURE. How often reports may have the token verified. */

const PAUSE_MS_MIN = 10_000

export type Pausing = {
  /** When the last report had it verified, monotonic; `null`: none has yet. */
  readonly lookedAtMs: number | null
  /** From then on no report has it verified for so long. */
  readonly pauseMs: number
}

export const NO_PAUSE: Pausing = { lookedAtMs: null, pauseMs: PAUSE_MS_MIN }

/** How long the next look has to wait. */
export function waitMs({ lookedAtMs, pauseMs }: Pausing, nowMs: number): number {
  return lookedAtMs === null ? 0 : Math.max(0, lookedAtMs + pauseMs - nowMs)
}

/**
 * After a look: the pause doubles up to the check interval while reports change nothing. A report that comes when none
 * came for a whole interval after the pause is like the first one.
 */
export function afterLook(before: Pausing, nowMs: number, hasChanged: boolean, checkIntervalMs: number): Pausing {
  const { lookedAtMs, pauseMs } = before
  const isFirst = lookedAtMs === null || hasChanged || nowMs - lookedAtMs - pauseMs >= checkIntervalMs
  const longestMs = Math.max(PAUSE_MS_MIN, checkIntervalMs)
  return { lookedAtMs: nowMs, pauseMs: isFirst ? PAUSE_MS_MIN : Math.min(2 * pauseMs, longestMs) }
}
