import { expect, test } from 'bun:test'
import { recorded, type DriftRecord } from './history.ts'

test('the history keeps a value whole up to its bound, and cuts what is longer', () => {
  const drift = (after: string) => ({ field: 'scopes', before: null, after }) as unknown as DriftRecord
  // Two characters of JSON are the quotes.
  const [longest, longer] = ['x'.repeat(3_998), 'x'.repeat(3_999)]
  expect(recorded([], drift(longest))[0]?.after).toBe(longest)
  expect(recorded([], drift(longer))[0]?.after).toBe(`"${longer}…`)
})
