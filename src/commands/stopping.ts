import { systemClock } from '../platform/clock.ts'
import { dieBy, onStopSignal, SAME_SIGNAL_MS, type StopSignal } from '../platform/signals.ts'

/** How a service is stopped. */
export type Stopping = {
  /** Aborts when a stop begins. */
  readonly signal: AbortSignal
  /** Resolves when a stop is asked for. Until it is called, a signal ends the process. */
  readonly begun: () => Promise<StopSignal>
}

/** From the first line on: before a service listens a signal ends the process, afterwards it begins a stop. */
export function stopping(): Stopping {
  const stop = new AbortController()
  let stoppedAtMs = 0
  let begin: ((signal: StopSignal) => void) | null = null
  onStopSignal((signal) => {
    const nowMs = systemClock.monotonicMs()
    const isAgain = stop.signal.aborted
    if (begin === null || (isAgain && nowMs - stoppedAtMs > SAME_SIGNAL_MS)) return dieBy(signal)
    if (isAgain) return
    stoppedAtMs = nowMs
    stop.abort()
    begin(signal)
  })
  return {
    signal: stop.signal,
    begun: () =>
      new Promise<StopSignal>((resolve) => {
        begin = resolve
      }),
  }
}

/** Never resolves: the signal that came ends the process. */
export function died(): Promise<never> {
  return new Promise(() => {})
}
