import { test } from 'bun:test'
import { isFirst, type Runtime } from './harness.ts'

/** Programs mostly wait, so several run at a time: as many as two cores can carry. */
const AT_A_TIME = 5
/** The time limit includes the wait for a free place. */
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

/** A test that shares nothing with the others and runs at the same time. */
export function independently(name: string, body: () => Promise<void>): void {
  test.concurrent(name, () => inTurn(body), TIMEOUT_MS)
}

/** The same for behaviour that does not depend on the runtime: it runs on one runtime only. */
export function independentlyOnOne(runtime: Pick<Runtime, 'name'>): typeof independently {
  return isFirst(runtime) ? independently : () => {}
}
