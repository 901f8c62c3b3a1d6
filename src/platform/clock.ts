import { setTimeout as delay } from 'node:timers/promises'

/** Time as the program sees it. Passed in everywhere, so that tests move it instead of waiting. */
export type Clock = {
  /** Milliseconds since the Unix epoch, for dates. May jump. */
  readonly nowMs: () => number
  /** Milliseconds from an arbitrary start, for durations. Never goes back; may stop while the machine sleeps. */
  readonly monotonicMs: () => number
  /** Resolves `true` after `ms`, `false` as soon as the signal aborts. Never rejects. */
  readonly sleep: (ms: number, signal?: AbortSignal) => Promise<boolean>
}

export const systemClock: Clock = {
  nowMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  sleep: (ms, signal) => sleep(ms, signal, true),
}

/** A clock whose waiting keeps the process alive only while a caller waits for its end. */
export function backgroundClock(isAttended: () => boolean): Clock {
  return { ...systemClock, sleep: (ms, signal) => sleep(ms, signal, isAttended()) }
}

function sleep(ms: number, signal: AbortSignal | undefined, ref: boolean): Promise<boolean> {
  return delay(ms, true, signal === undefined ? { ref } : { ref, signal }).catch(() => false)
}
