import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { readSignals } from './headers.ts'

const NOW_MS = Date.UTC(2026, 5, 1, 12)
const HOUR_MS = 3_600_000
const signals = (headers: Record<string, string>, tookMs = 100) =>
  readSignals(new Headers(headers), NOW_MS - tookMs, NOW_MS)
const date = (ms: number) => new Date(NOW_MS + ms).toUTCString()

test('no header tells nothing', () => {
  expect(signals({})).toEqual({ servedVersion: null, clockOffsetMs: null, usagePercent: 0, waitMs: 0 })
})

describe('Retry-After', () => {
  test.each([
    ['30', 30_000],
    ['0', 0],
    [' 7 ', 7_000],
    [date(90_000), 90_000],
    [date(-90_000), 0],
    ['-5', 0],
    ['soon', 0],
    ['', 0],
    ['1e3', 0],
    ['99999999999999', 0],
    ['9999999999', 24 * HOUR_MS],
    [new Date(NOW_MS + 400 * HOUR_MS).toUTCString(), 24 * HOUR_MS],
  ])('%j is %d ms', (value, waitMs) => {
    expect(signals({ 'retry-after': value }).waitMs).toBe(waitMs)
  })
})

describe('usage', () => {
  const app = (usage: unknown) => ({ 'x-app-usage': JSON.stringify(usage) })
  const business = (usage: unknown) => ({ 'x-business-use-case-usage': JSON.stringify(usage) })
  test.each([
    ['the highest of three', app({ call_count: 28, total_time: 80, total_cputime: 25 }), 80, 0],
    ['a part of it', app({ call_count: 12 }), 12, 0],
    [
      'of a business, with the minutes until it is over',
      business({
        '1': [{ type: 'x', call_count: 99, total_cputime: 1, total_time: 1, estimated_time_to_regain_access: 19 }],
      }),
      99,
      19 * 60_000,
    ],
    ['of several businesses', business({ a: [{ call_count: 5 }], b: [{ call_count: 50 }, { total_time: 60 }] }), 60, 0],
    ['nonsense', { 'x-app-usage': '{', 'x-business-use-case-usage': '[]' }, 0, 0],
    ['texts for numbers', app({ call_count: '99', total_time: null }), 0, 0],
    ['a wait below nothing', business({ a: [{ estimated_time_to_regain_access: -5 }] }), 0, 0],
    ['a wait of years', business({ a: [{ estimated_time_to_regain_access: 9e9 }] }), 0, 24 * HOUR_MS],
  ])('%s', (_what, headers, usagePercent, waitMs) => {
    expect(signals(headers)).toMatchObject({ usagePercent, waitMs })
  })
})

describe('Date', () => {
  test.each([
    ['now', date(0), 0],
    ["cut to the request's own second", date(-999), 0],
    ['two minutes ahead', date(120_000), 120_550],
    ['two minutes behind', date(-120_000), -119_450],
    ['nonsense', 'yesterday', null],
  ])('%s', (_what, value, clockOffsetMs) => {
    expect(signals({ date: value }).clockOffsetMs).toBe(clockOffsetMs)
  })

  test.each([
    [date(1_000), 100],
    [date(-1_000), 0],
  ])('at the very edge of its second tells no difference: %s', (value, tookMs) => {
    expect(signals({ date: value }, tookMs).clockOffsetMs).toBe(0)
  })

  test('within a slow request tells no difference', () => {
    expect(signals({ date: date(-40_000) }, 60_000).clockOffsetMs).toBe(0)
  })
})

test.each([
  ['v23.0', 'v23.0'],
  ['v100.12', 'v100.12'],
  ['23.0', null],
  ['v23.0 <script>', null],
])('the version %j is %p', (value, servedVersion) => {
  expect(signals({ 'facebook-api-version': value }).servedVersion).toBe(servedVersion)
})

test('whatever the headers hold, the numbers stay within bounds', () => {
  const anyText = fc.string().map((text) => text.replaceAll(/[^\u0020-\u007e]/g, ''))
  fc.assert(
    fc.property(anyText, fc.json(), fc.json(), anyText, (retry, app, business, sent) => {
      const ascii = (text: string) => text.replaceAll(/[^\u0020-\u007e]/g, '')
      const told = signals({
        'retry-after': retry,
        'x-app-usage': ascii(app),
        'x-business-use-case-usage': ascii(business),
        date: sent,
      })
      expect(told.waitMs).toBeWithin(0, 24 * HOUR_MS + 1)
      expect(told.usagePercent).toBeGreaterThanOrEqual(0)
    }),
  )
})
