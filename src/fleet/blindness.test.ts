import { expect, test } from 'bun:test'
import { blindness, withCheck, type Minute } from './blindness.ts'

const MINUTE_MS = 60_000
/** So many silent and answered checks in each minute. */
const after = (...minutes: readonly (readonly [silent: number, answered: number])[]) =>
  minutes.reduce<readonly Minute[]>((known, [silent, answered], at) => {
    const checks = [...Array(silent).fill(true), ...Array(answered).fill(false)]
    return checks.reduce((all, isSilent) => withCheck(all, isSilent, at * MINUTE_MS + 1), known)
  }, [])

test.each([
  [
    'two bad minutes',
    [
      [10, 0],
      [5, 5],
    ],
    15,
  ],
  [
    'one bad minute',
    [
      [0, 10],
      [10, 0],
    ],
    null,
  ],
  [
    'one that is better',
    [
      [10, 0],
      [4, 6],
    ],
    null,
  ],
  [
    'too few checks',
    [
      [4, 0],
      [10, 0],
    ],
    null,
  ],
  [
    'a minute without checks',
    [
      [10, 0],
      [0, 0],
    ],
    null,
  ],
  [
    'a longer time, of which the last two count',
    [
      [0, 10],
      [8, 2],
      [6, 4],
    ],
    14,
  ],
] as const)('%s', (_what, minutes, expected) => {
  expect(blindness(after(...minutes), minutes.length * MINUTE_MS)).toBe(expected)
})

test('what is under way does not count, and old minutes are forgotten', () => {
  const minutes = after([10, 0], [10, 0], [0, 10])
  expect(blindness(minutes, 2.5 * MINUTE_MS)).toBe(20)
  expect(withCheck(minutes, true, 9 * MINUTE_MS)).toEqual([{ minute: 9, silent: 1, answered: 0 }])
})
