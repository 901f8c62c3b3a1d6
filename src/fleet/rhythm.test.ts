import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { nextPlaceMs, phaseOf, retryMs } from './rhythm.ts'

const anyPhase = fc.double({ min: 0, max: 0.999_999, noNaN: true })
const anyNow = fc.integer({ min: 1.7e12, max: 1.9e12 })
const anyInterval = fc.constantFrom(2_000, 60_000, 3_600_000, 86_400_000)

describe('the place of a token in the interval', () => {
  test('is spread evenly, whatever the ids look like', () => {
    for (const idOf of [
      (n: number) => String(n),
      (n: number) => `customer-${n}`,
      (n: number) => `${n}`.padStart(36, '0'),
    ]) {
      const tenths = Array.from({ length: 10 }, () => 0)
      for (let n = 0; n < 10_000; n++) tenths[Math.floor(phaseOf(idOf(n)) * 10)]! += 1
      expect(Math.min(...tenths)).toBeGreaterThan(850)
      expect(Math.max(...tenths)).toBeLessThan(1_150)
    }
  })

  test('is the same for an id, and from 0 up to 1', () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        expect(phaseOf(id)).toBe(phaseOf(id))
        expect(phaseOf(id)).toBeGreaterThanOrEqual(0)
        expect(phaseOf(id)).toBeLessThan(1)
      }),
    )
  })
})

describe('the next time', () => {
  test('is at the place, at least half an interval and at most one and a half away', () => {
    fc.assert(
      fc.property(anyPhase, anyNow, anyInterval, (phase, nowMs, intervalMs) => {
        const nextMs = nextPlaceMs(phase, nowMs, intervalMs)
        expect(nextMs - nowMs).toBeGreaterThan(intervalMs / 2 - 1)
        expect(nextMs - nowMs).toBeLessThanOrEqual(intervalMs * 1.5 + 1)
        const turns = nextMs / intervalMs - phase
        expect(Math.abs(turns - Math.round(turns))).toBeLessThan(1e-3)
      }),
    )
  })

  test('is one interval after a check that came in time, however late its answer was', () => {
    fc.assert(
      fc.property(
        anyPhase,
        anyNow,
        anyInterval,
        fc.double({ min: 0, max: 0.49, noNaN: true }),
        (phase, nowMs, intervalMs, late) => {
          const placeMs = nextPlaceMs(phase, nowMs, intervalMs)
          expect(nextPlaceMs(phase, placeMs + late * intervalMs, intervalMs) - placeMs).toBeCloseTo(intervalMs, 0)
        },
      ),
    )
  })

  test('without an answer comes within 7.5 minutes', () => {
    fc.assert(
      fc.property(anyPhase, anyNow, anyInterval, (phase, nowMs, intervalMs) => {
        expect(retryMs(phase, nowMs, intervalMs) - nowMs).toBeLessThanOrEqual(Math.min(intervalMs, 300_000) * 1.5 + 1)
      }),
    )
  })
})
