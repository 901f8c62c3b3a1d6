import { test } from 'bun:test'
import { isFirst, type Runtime } from './harness.ts'
import { isByProcess } from './here.ts'

/**
 * Programs mostly wait, so several run at a time: as many as two cores can carry, five, or seven of those that run on
 * one runtime only, which is Bun where that is to choose.
 */
const PLACES = 35
const [PLACES_ON_EACH, PLACES_ON_ONE] = [7, isByProcess ? 7 : 5]
/** The time limit includes the wait for a free place. */
const TIMEOUT_MS = 240_000
let free = PLACES
const waiting: { readonly places: number; readonly begin: () => void }[] = []

/** In the order in which they came. */
function letBegin(): void {
  for (let next = waiting[0]; next !== undefined && next.places <= free; next = waiting[0]) {
    waiting.shift()
    free -= next.places
    next.begin()
  }
}

async function inTurn(places: number, body: () => Promise<void>): Promise<void> {
  await new Promise<void>((begin) => {
    waiting.push({ places, begin })
    letBegin()
  })
  try {
    await body()
  } finally {
    free += places
    letBegin()
  }
}

type Test = (name: string, body: () => Promise<void>) => void

/** A test that shares nothing with the others and runs at the same time. */
export const independently: Test = (name, body) => test.concurrent(name, () => inTurn(PLACES_ON_EACH, body), TIMEOUT_MS)

/** The same for a test that starts no program (here.ts): it needs no place. */
export const withoutStart: Test = (name, body) =>
  isByProcess ? independently(name, body) : test.concurrent(name, body, TIMEOUT_MS)

/** The same for behaviour that does not depend on the runtime: it runs on one runtime only. */
export function independentlyOnOne(runtime: Pick<Runtime, 'name'>): Test {
  return isFirst(runtime)
    ? (name, body) => test.concurrent(name, () => inTurn(PLACES_ON_ONE, body), TIMEOUT_MS)
    : () => {}
}

/** For the rows of a table: those that show what the runtime does run on each runtime, the others on one. */
export function independentlyOn(runtime: Pick<Runtime, 'name'>, isForEach: boolean): Test {
  return isForEach ? independently : independentlyOnOne(runtime)
}
