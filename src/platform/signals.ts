import { constants } from 'node:os'
import { isTerminal } from './tty.ts'

export type StopSignal = 'SIGTERM' | 'SIGINT' | 'SIGHUP'

/** The same signal within this time is the first one delivered twice: by `bun run`, or to a process group. */
export const SAME_SIGNAL_MS = 1_000

/** Asked at the start: a terminal that has gone is none any more. */
const livesInTerminal = isTerminal(0)

/** A terminal that goes away leaves no ghost: there SIGHUP asks to stop, elsewhere to read again. */
const SIGNALS: readonly StopSignal[] = livesInTerminal ? ['SIGTERM', 'SIGINT', 'SIGHUP'] : ['SIGTERM', 'SIGINT']

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

/** What a wrapper passes on besides the signals that ask to stop. SIGHUP is among them where it does not. */
const PASSED: readonly NodeJS.Signals[] = ['SIGQUIT', 'SIGUSR1', 'SIGUSR2']

/** Calls back for each signal that is meant for a wrapped command and does not ask to stop. */
export function onPassedSignal(callback: (signal: NodeJS.Signals) => void): void {
  for (const signal of PASSED) process.on(signal, callback)
}

/** Without a listener they end a process; on Node SIGUSR1 opens the inspector, through which every secret can be read. */
export function ignoreUserSignals(): void {
  for (const signal of ['SIGUSR1', 'SIGUSR2'] as const) process.on(signal, () => {})
}

/** Resolves when each signal that has come already was handled. A runtime looks for them once in each turn of its loop. */
export async function signalsHandled(): Promise<void> {
  // The first turn is the one that is under way, and may have looked before the signal came.
  for (let turns = 0; turns < 2; turns++) await new Promise<void>((resolve) => setImmediate(resolve))
}

/** Calls back for each SIGHUP, unless it asks to stop. */
export function onReloadSignal(callback: () => void): void {
  if (!livesInTerminal) process.on('SIGHUP', callback)
}

/** Calls back for each signal that asks to stop. Returns the function that ends it. */
export function onStopSignal(callback: (signal: StopSignal) => void): () => void {
  for (const signal of SIGNALS) process.on(signal, callback)
  return () => {
    for (const signal of SIGNALS) process.removeListener(signal, callback)
  }
}
