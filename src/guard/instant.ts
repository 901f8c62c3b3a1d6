import type { Clock } from '../platform/clock.ts'

/** A moment on both clocks. Neither alone can be trusted: one jumps, the other stops while a machine sleeps. */
export type Instant = { readonly wallMs: number; readonly monotonicMs: number }

export function instantOf(clock: Clock): Instant {
  return { wallMs: clock.nowMs(), monotonicMs: clock.monotonicMs() }
}

/** How long ago, by whichever clock says longer. */
export function elapsedMs(from: Instant, to: Instant): number {
  return Math.max(to.wallMs - from.wallMs, to.monotonicMs - from.monotonicMs)
}

/** Whether what was worked out at a moment holds still: a clock that was set back may have made all ages young again. */
export function isWithin(ms: number, from: Instant, to: Instant): boolean {
  return to.wallMs >= from.wallMs && elapsedMs(from, to) < ms
}
