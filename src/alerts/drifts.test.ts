import { expect, test } from 'bun:test'
import type { Drift } from '../verification/drift.ts'
import { addDrifts } from './drifts.ts'

const drift = (field: string, before: unknown, after: unknown, more: Partial<Drift> = {}): Drift => {
  return { field, before, after, severity: 'error', ...more }
}

test('two drifts of one field are one, from the first value to the last', () => {
  const first = addDrifts([], [drift('scopes', ['a', 'b'], ['a'])])
  expect(addDrifts(first, [drift('scopes', ['a'], [], { severity: 'warn' })])).toEqual([
    drift('scopes', ['a', 'b'], [], { severity: 'warn' }),
  ])
})

test('a field that is as it was before has not drifted', () => {
  const first = addDrifts([], [drift('scopes', ['a'], []), drift('validity', true, false)])
  expect(addDrifts(first, [drift('scopes', [], ['a'])])).toEqual([drift('validity', true, false)])
})

test('the same field of two numbers is two', () => {
  const of = (phoneNumberId: string) => drift('phone.status', 'CONNECTED', 'BANNED', { phoneNumberId })
  expect(addDrifts([of('1')], [of('2')])).toHaveLength(2)
})
