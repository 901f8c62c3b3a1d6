import { expect, test } from 'bun:test'
import { isWithin, type Instant } from './instant.ts'

const at = (wallMs: number, monotonicMs = wallMs): Instant => ({ wallMs, monotonicMs })

test.each([
  ['just before its end', at(1_009), true],
  ['at its end', at(1_010), false],
  ['at its end by the monotonic clock alone', at(1_001, 1_010), false],
  ['after the wall clock was set back', at(999, 1_001), false],
])('what holds for 10 ms: %s', (_when, now, holds) => {
  expect(isWithin(10, at(1_000), now)).toBe(holds)
})
