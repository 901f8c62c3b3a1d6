import { expect, test } from 'bun:test'
import { timeLeft } from './clocks.ts'

test.each([
  ['has not come by either clock', 5, 7, 5],
  ["has not come by Graph's clock: ours does not matter", 5, -7, 5],
  ["has come by Graph's clock alone", -5, 7, 7],
  ["comes now by Graph's clock alone", 0, 7, 7],
  ['has passed by both: the later one counts', -5, -7, -5],
  ['has passed by both, by ours later', -7, -5, -5],
])('a date that %s', (_what, byGraphMs, byOurClockMs, leftMs) => {
  const dateMs = 1_000_000
  expect(timeLeft(dateMs, { graphMs: dateMs - byGraphMs, ownMs: dateMs - byOurClockMs })).toBe(leftMs)
})
