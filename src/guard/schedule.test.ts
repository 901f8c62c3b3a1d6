import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { SECOND_MS } from './guard.fake.ts'
import { assetsAreDue, bootDelayMs, checkDelayMs, NO_SLOWDOWN, slowedDown, type Slowdown } from './schedule.ts'

const HOUR_MS = 3_600_000
const STALE_MS = HOUR_MS / 2
const CALM = { throttled: false, isBusy: false, isAppBusy: false, waitMs: 0 }

const anyChance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const anyInterval = fc.integer({ min: SECOND_MS, max: 24 * HOUR_MS })
const anyWait = fc.integer({ min: 0, max: 24 * HOUR_MS })
const anySlowdown: fc.Arbitrary<Slowdown> = fc.record({
  doublings: fc.integer({ min: 1, max: 20 }),
  reason: fc.constantFrom('throttled', 'usage'),
  waitMs: anyWait,
})
const throttled = (doublings: number, waitMs = 0): Slowdown => ({ doublings, reason: 'throttled', waitMs })
const busy = (doublings: number): Slowdown => ({ doublings, reason: 'usage', waitMs: 0 })
const minutes = (slowdowns: readonly Slowdown[], intervalMs = 300 * SECOND_MS) =>
  slowdowns.map((slowdown) => checkDelayMs(intervalMs, slowdown, STALE_MS, 0.5) / 60_000)

describe('the interval', () => {
  test('is jittered by at most a tenth', () => {
    fc.assert(
      fc.property(anyInterval, anyChance, (intervalMs, chance) => {
        const delayMs = checkDelayMs(intervalMs, NO_SLOWDOWN, STALE_MS, chance)
        expect(delayMs).toBeWithin(Math.floor(intervalMs * 0.9), Math.ceil(intervalMs * 1.1) + 1)
      }),
    )
  })

  test('doubles up to an hour if Graph throttles, or stays if it is longer', () => {
    expect(minutes([1, 2, 3, 4, 5, 20].map((doublings) => throttled(doublings)))).toEqual([10, 20, 40, 60, 60, 60])
    expect(minutes([throttled(3)], 2 * HOUR_MS)).toEqual([120])
  })

  test('doubles up to half the age of a stale answer if usage is high', () => {
    expect(minutes([1, 2, 20].map(busy))).toEqual([10, 15, 15])
    expect(minutes([busy(3)], 2 * HOUR_MS)).toEqual([120])
  })

  test('is as long as Graph asks for, up to an hour', () => {
    expect(minutes([throttled(1, 30 * 60_000), throttled(1, 24 * HOUR_MS)])).toEqual([30, 60])
  })

  test('is never longer than an hour, or than itself', () => {
    fc.assert(
      fc.property(anyInterval, anySlowdown, anyChance, (intervalMs, slowdown, chance) => {
        const delayMs = checkDelayMs(intervalMs, slowdown, STALE_MS, chance)
        expect(delayMs).toBeLessThanOrEqual(Math.max(HOUR_MS, Math.ceil(intervalMs * 1.1)))
      }),
    )
  })

  test.each([
    ['a throttled round', { ...CALM, throttled: true, waitMs: 7 }, throttled(3, 7)],
    ['a busy round', { ...CALM, isBusy: true }, busy(3)],
    ['one that is both', { throttled: true, isBusy: true, waitMs: 7 }, throttled(3, 7)],
    ['a calm round', CALM, NO_SLOWDOWN],
  ])('after %s is doubled or back', (_what, pace, expected) => {
    expect(slowedDown(throttled(2, 99), pace)).toEqual(expected)
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

  test('is the longest wait at once if Graph throttles', () => {
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
