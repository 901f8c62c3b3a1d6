/**
 * `AbortSignal.any` and `AbortSignal.timeout` leave something behind on Node 20 for each use together with a signal that lives
 * long, or until their time is over. A guard makes such a use for every request, for months.
 */

/** Runs something under a signal that aborts with any of these, and lets go of them afterwards. */
export async function underAny<T>(
  signals: readonly AbortSignal[],
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController()
  const abort = () => controller.abort(signals.find(({ aborted }) => aborted)?.reason)
  if (signals.some(({ aborted }) => aborted)) abort()
  for (const signal of signals) signal.addEventListener('abort', abort)
  try {
    return await run(controller.signal)
  } finally {
    for (const signal of signals) signal.removeEventListener('abort', abort)
  }
}

/** The same with a time of its own: then the reason is a `TimeoutError`. */
export async function withinTime<T>(
  ms: number,
  signal: AbortSignal,
  run: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const timeout = new AbortController()
  const timer = setTimeout(() => timeout.abort(new DOMException('the time is over', 'TimeoutError')), ms)
  try {
    return await underAny([signal, timeout.signal], run)
  } finally {
    clearTimeout(timer)
  }
}
