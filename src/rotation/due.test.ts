import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { dueBeforeMs, dueOf } from './due.ts'

const DAY_MS = 86_400_000
const NOW_MS = Date.UTC(2026, 10, 29)

describe('a rotation', () => {
  test('is due two days before the first reminder, or when it was asked for', () => {
    expect(dueBeforeMs({ rotateBeforeMs: 14 * DAY_MS }, null)).toBe(16 * DAY_MS)
    expect(dueBeforeMs({ rotateBeforeMs: 14 * DAY_MS }, 45 * DAY_MS)).toBe(45 * DAY_MS)
  })

  test.each([
    [16 * DAY_MS, { isDue: false, dueAtMs: NOW_MS, remainingMs: 16 * DAY_MS }],
    [16 * DAY_MS - 1, { isDue: true }],
    [0, { isDue: true }],
    [-DAY_MS, { isDue: true }],
    [60 * DAY_MS, { isDue: false, dueAtMs: NOW_MS + 44 * DAY_MS, remainingMs: 60 * DAY_MS }],
    [null, { isDue: false, dueAtMs: null, remainingMs: null }],
  ] as const)('of a token with %p ms left', (remainingMs, due) => {
    expect(dueOf(remainingMs, 16 * DAY_MS, NOW_MS)).toEqual(due)
  })

  test('that is not due is due at the moment that is said, and not a second before', () => {
    fc.assert(
      fc.property(fc.nat(200 * DAY_MS), fc.nat(200 * DAY_MS), (remainingMs, beforeMs) => {
        const due = dueOf(remainingMs, beforeMs, NOW_MS)
        if (due.isDue) return remainingMs < beforeMs
        const passedMs = (due.dueAtMs ?? 0) - NOW_MS
        const isDueAfter = (ms: number) => dueOf(remainingMs - ms, beforeMs, NOW_MS + ms).isDue
        return isDueAfter(passedMs + 1) && (passedMs < 1_000 || !isDueAfter(passedMs - 1_000))
      }),
    )
  })
})
