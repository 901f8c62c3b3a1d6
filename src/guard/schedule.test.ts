import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { assetsAreDue, bootDelayMs, checkDelayMs, nextSlowdown } from './schedule.ts'

const SECOND_MS = 1_000
const HOUR_MS = 3_600_000
const CALM = { throttled: false, usagePercent: 0, waitMs: 0 }

const anyChance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const anyInterval = fc.integer({ min: SECOND_MS, max: 24 * HOUR_MS })
const anyWait = fc.integer({ min: 0, max: 24 * HOUR_MS })
const anySlowdown = fc.integer({ min: 0, max: 20 })

describe('the interval', () => {
  test('is jittered by a tenth at the most', () => {
    fc.assert(
      fc.property(anyInterval, anyChance, (intervalMs, chance) => {
        const delayMs = checkDelayMs(intervalMs, 0, 0, chance)
        expect(delayMs).toBeWithin(Math.floor(intervalMs * 0.9), Math.ceil(intervalMs * 1.1) + 1)
      }),
    )
  })

  test('doubles up to an hour, or stays where it is longer', () => {
    const delays = [0, 1, 2, 3, 4, 5, 20].map((slowdown) => checkDelayMs(300 * SECOND_MS, slowdown, 0, 0.5) / 60_000)
    expect(delays).toEqual([5, 10, 20, 40, 60, 60, 60])
    expect(checkDelayMs(2 * HOUR_MS, 3, 0, 0.5)).toBe(2 * HOUR_MS)
  })

  test('is never shorter than what Graph asks for', () => {
    fc.assert(
      fc.property(anyInterval, anySlowdown, anyWait, anyChance, (intervalMs, slowdown, waitMs, chance) => {
        expect(checkDelayMs(intervalMs, slowdown, waitMs, chance)).toBeGreaterThanOrEqual(waitMs)
      }),
    )
  })

  test.each([
    ['a throttled check', { ...CALM, throttled: true }, 3],
    ['75 % of usage', { ...CALM, usagePercent: 75 }, 3],
    ['74 % of usage', { ...CALM, usagePercent: 74 }, 0],
    ['a calm check', CALM, 0],
  ])('after %s is doubled or back', (_what, pace, expected) => {
    expect(nextSlowdown(2, pace)).toBe(expected)
  })
})

describe('the wait at boot', () => {
  test('doubles from half a second to five', () => {
    expect([1, 2, 3, 4, 5, 6].map((attempt) => bootDelayMs(attempt, CALM, 0.5))).toEqual([
      500, 1_000, 2_000, 4_000, 5_000, 5_000,
    ])
  })

  test('spreads by a half to either side, and is at least what Graph asks for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1_000 }), anyWait, anyChance, (attempt, waitMs, chance) => {
        const delayMs = bootDelayMs(attempt, { ...CALM, waitMs }, chance)
        expect(delayMs).toBeGreaterThanOrEqual(Math.max(250, waitMs))
        expect(delayMs).toBeLessThanOrEqual(Math.max(7_500, waitMs))
      }),
    )
  })

  test('is the longest at once where Graph throttles', () => {
    expect(bootDelayMs(1, { ...CALM, throttled: true }, 0.5)).toBe(5_000)
  })
})

test.each([
  [0, 900, 300, false],
  [600, 900, 300, false],
  [749, 900, 300, false],
  [750, 900, 300, true],
  [1_050, 900, 300, true],
  [300, 300, 300, true],
  [160, 300, 300, true],
])('after %d s of %d the assets are due at a check of every %d s: %p', (since, assetInterval, interval, expected) => {
  expect(assetsAreDue(since, assetInterval, interval)).toBe(expected)
})
