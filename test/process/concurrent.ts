import { test } from 'bun:test'
import { isFirst, type Runtime } from './harness.ts'

/** Programs mostly wait: several at a time, as many as two cores bear. */
const AT_A_TIME = 9
/** Waiting for one's turn counts. */
const TIMEOUT_MS = 120_000
let running = 0
const waiting: (() => void)[] = []

async function inTurn(body: () => Promise<void>): Promise<void> {
  if (running >= AT_A_TIME) await new Promise<void>((resolve) => waiting.push(resolve))
  running += 1
  try {
    await body()
  } finally {
    running -= 1
    waiting.shift()?.()
  }
}

/** A test that shares nothing with its neighbours and runs beside them. */
export function independently(name: string, body: () => Promise<void>): void {
  test.concurrent(name, () => inTurn(body), TIMEOUT_MS)
}

/** The same for what no runtime changes, among tests for each of them. */
export function independentlyOnOne(runtime: Pick<Runtime, 'name'>): typeof independently {
  return isFirst(runtime) ? independently : () => {}
}
