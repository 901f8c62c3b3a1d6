import { describe, expect, test } from 'bun:test'
import { incident, query, rate } from './values.ts'

describe('TOKEN_GUARD_FLEET_INCIDENT', () => {
  test.each([
    ['8/200', { refused: 8, of: 200 }],
    ['20/100', { refused: 20, of: 100 }],
    ['2/2', { refused: 2, of: 2 }],
    ['500/1000', { refused: 500, of: 1_000 }],
    ['off', 'off'],
    ...['', 'OFF', '8', '8/', '/200', '8/200/3', ' 8/200', '8 / 200', '08/200', '0/200', '1/200', '9/8', '8/1001'].map(
      (text) => [text, null] as const,
    ),
    ...['-8/200', '8/200\n', '8.5/200', '8e1/200', '٨/200'].map((text) => [text, null] as const),
  ] as const)('is read from %p', (text, rule) => {
    const read = incident(text)
    expect('value' in read ? read.value : null).toEqual(rule)
  })
})

describe('TOKEN_GUARD_FLEET_RATE', () => {
  test.each([
    ['10', 10],
    ['0.5', 0.5],
    ['0.1', 0.1],
    ['1000', 1_000],
    ...['', '0', '0.09', '1000.1', '-1', '1e2', '.5', '10/s', 'ten'].map((text) => [text, null] as const),
  ] as const)('%p', (text, value) => {
    const read = rate(text)
    expect('value' in read ? read.value : null).toBe(value)
  })
})

test('a query has its parameters', () => {
  expect(query('$1', '$2')('select $1, $2')).toEqual({ value: 'select $1, $2' })
  expect(query('$1', '$2')('select $1')).toEqual({ problem: 'has no $2 in it' })
})
