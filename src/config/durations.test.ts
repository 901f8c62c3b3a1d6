import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { formatDuration, MAX_DURATION_MS, parseDuration } from './durations.ts'

const parsed: readonly (readonly [text: string, ms: number | null])[] = [
  ['500ms', 500],
  ['5s', 5_000],
  ['5m', 300_000],
  ['1h', 3_600_000],
  ['14d', 1_209_600_000],
  ['0s', 0],
  ['5', null],
  ['', null],
  ['5 s', null],
  ['-5s', null],
  ['1.5h', null],
  ['5S', null],
  ['5m\n', null],
  ['1h30m', null],
  ['٥s', null],
]

test.each(parsed)('%j is %p ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms)
})

test('formats in the largest exact unit', () => {
  expect([0, 1, 1_000, 90_000, 3_600_000, 86_400_000].map(formatDuration)).toEqual([
    '0s',
    '1ms',
    '1s',
    '90s',
    '1h',
    '1d',
  ])
})

test('every formatted duration parses to itself', () => {
  fc.assert(fc.property(fc.nat(MAX_DURATION_MS), (ms) => parseDuration(formatDuration(ms)) === ms))
})

test('the longest duration still fits a timer', () => {
  expect(MAX_DURATION_MS).toBeLessThanOrEqual(2 ** 31 - 1)
})
