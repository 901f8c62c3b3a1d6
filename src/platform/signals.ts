import { constants } from 'node:os'

export type StopSignal = 'SIGTERM' | 'SIGINT'

const SIGNALS: readonly StopSignal[] = ['SIGTERM', 'SIGINT']

/**
 * Ends this process by a signal, so that whoever waits for it sees the truth. As PID 1 the kernel does not allow it:
 * then by exit 128+n.
 */
export function dieBy(signal: StopSignal): void {
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
  // Delivery takes a moment; who is still here after it is PID 1.
  setTimeout(() => process.exit(128 + constants.signals[signal]), 100)
}

/** Calls back for each SIGTERM and SIGINT. Returns the function that ends it. */
export function onStopSignal(callback: (signal: StopSignal) => void): () => void {
  for (const signal of SIGNALS) process.on(signal, callback)
  return () => {
    for (const signal of SIGNALS) process.removeListener(signal, callback)
  }
}
