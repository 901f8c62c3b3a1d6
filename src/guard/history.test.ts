import { expect, test } from 'bun:test'
import { recorded, recordedStatus, type DriftRecord, type Past } from './history.ts'

const NONE: Past = { drifts: [], statuses: [] }

test('the history keeps a value whole up to its bound, and cuts what is longer', () => {
  const drift = (after: string) => ({ field: 'scopes', before: null, after }) as unknown as DriftRecord
  // Two characters of JSON are the quotes.
  const [longest, longer] = ['x'.repeat(3_998), 'x'.repeat(3_999)]
  expect(recorded(NONE, drift(longest)).drifts[0]?.after).toBe(longest)
  expect(recorded(NONE, drift(longer)).drifts[0]?.after).toBe(`"${longer}…`)
})

test('a status is recorded where it changes, the newest first, 20 at the most', () => {
  const [first, same, changed] = [recordedStatus(NONE, 'pass', 1), 'pass', 'fail'] as const
  expect(recordedStatus(first, same, 2)).toBe(first)
  expect(recordedStatus(first, changed, 3).statuses).toEqual([
    { atMs: 3, before: 'pass', after: 'fail' },
    { atMs: 1, before: null, after: 'pass' },
  ])
  const many = Array.from({ length: 30 }).reduce<Past>((past, _each, at) => {
    return recordedStatus(past, at % 2 === 0 ? 'warn' : 'pass', at)
  }, NONE)
  expect([many.statuses.length, many.statuses[0]?.atMs]).toEqual([20, 29])
})
