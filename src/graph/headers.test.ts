import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { readSignals } from './headers.ts'

const NOW_MS = Date.UTC(2026, 5, 1, 12)
const HOUR_MS = 3_600_000
const signals = (headers: Record<string, string>, tookMs = 100) =>
  readSignals(new Headers(headers), NOW_MS - tookMs, NOW_MS)
const date = (ms: number) => new Date(NOW_MS + ms).toUTCString()

test('without headers nothing is known', () => {
  expect(signals({})).toEqual({ servedVersion: null, clockOffsetMs: null, usages: [], retryAfterMs: 0 })
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
    expect(signals({ 'retry-after': value }).retryAfterMs).toBe(waitMs)
  })
})

describe('usage', () => {
  const app = (usage: unknown) => ({ 'x-app-usage': JSON.stringify(usage) })
  const business = (usage: unknown) => ({ 'x-business-use-case-usage': JSON.stringify(usage) })
  const usage = (of: unknown, percent: number, minutes = 0) => ({ of, percent, regainMs: minutes * 60_000 })
  const of = (id: string, type: string | null = null) => ({ id, type })
  const rows: readonly (readonly [what: string, headers: Record<string, string>, usages: readonly unknown[]])[] = [
    ['the highest of three', app({ call_count: 28, total_time: 80, total_cputime: 25 }), [usage('app', 80)]],
    ['a part of it', app({ call_count: 12 }), [usage('app', 12)]],
    [
      'of a business, with its kind and the minutes until it is over',
      business({
        '1': [{ type: 'x', call_count: 99, total_cputime: 1, total_time: 1, estimated_time_to_regain_access: 19 }],
      }),
      [usage(of('1', 'x'), 99, 19)],
    ],
    [
      'of several businesses',
      business({ a: [{ call_count: 5 }], b: [{ call_count: 50 }, { total_time: 60 }] }),
      [usage(of('a'), 5), usage(of('b'), 50), usage(of('b'), 60)],
    ],
    [
      'an unreadable row does not hide the others',
      business({ a: 'x', b: [5, { call_count: 50 }], c: null }),
      [usage(of('b'), 50)],
    ],
    ['nonsense', { 'x-app-usage': '{', 'x-business-use-case-usage': '[]' }, []],
    ['texts in place of numbers', app({ call_count: '99', total_time: null }), [usage('app', 0)]],
    ['a negative wait', business({ a: [{ estimated_time_to_regain_access: -5 }] }), [usage(of('a'), 0)]],
    ['a wait of years', business({ a: [{ estimated_time_to_regain_access: 9e9 }] }), [usage(of('a'), 0, 24 * 60)]],
    ['a kind that is no text', business({ a: [{ type: 7, call_count: 1 }] }), [usage(of('a'), 1)]],
  ]
  test.each(rows)('%s', (_what, headers, usages) => {
    expect(signals(headers).usages).toEqual(usages as never)
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
  ])('at the very edge of its second shows no difference: %s', (value, tookMs) => {
    expect(signals({ date: value }, tookMs).clockOffsetMs).toBe(0)
  })

  test('within a slow request shows no difference', () => {
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
      const read = signals({
        'retry-after': retry,
        'x-app-usage': ascii(app),
        'x-business-use-case-usage': ascii(business),
        date: sent,
      })
      expect(read.retryAfterMs).toBeWithin(0, 24 * HOUR_MS + 1)
      for (const { percent, regainMs } of read.usages) {
        expect(percent).toBeGreaterThanOrEqual(0)
        expect(regainMs).toBeWithin(0, 24 * HOUR_MS + 1)
      }
    }),
  )
})
