import { describe, expect, test } from 'bun:test'
import { endOfVersion, hasEnded, isOlder } from './versions.ts'

const at = (date: string) => ({ graphMs: Date.parse(date), ownMs: Date.parse(date) })

describe('a version of Graph', () => {
  test.each([
    ['v9.0', 'v23.0', true],
    ['v23.0', 'v9.0', false],
    ['v23.0', 'v23.0', false],
    ['v23.0', 'v23.1', true],
    ['v100.0', 'v23.1', false],
  ])('%s is older than %s: %p', (version, other, expected) => {
    expect(isOlder(version, other)).toBe(expected)
  })

  test.each([
    ['v21.0', '2027-01-20', false],
    ['v21.0', '2027-01-21', true],
    ['v25.0', '2026-11-28', false],
    ['v13.0', '2026-11-28', true],
    ['v20.0', '2026-11-28', true],
    ['v27.0', '2026-11-28', false],
    ['v99.0', '2036-11-28', false],
  ])('%s has ended on %s: %p', (version, date, expected) => {
    expect(hasEnded(version, at(date))).toBe(expected)
  })

  test('that is not in the table has no known end', () => {
    expect([endOfVersion('v27.0'), endOfVersion('v13.0'), endOfVersion('__proto__')]).toEqual([null, null, null])
  })

  test('has ended only if both clocks say so', () => {
    const [before, after] = [Date.parse('2026-11-28'), Date.parse('2027-02-01')]
    expect(hasEnded('v21.0', { graphMs: after, ownMs: before })).toBe(false)
    expect(hasEnded('v21.0', { graphMs: after, ownMs: after })).toBe(true)
  })
})
