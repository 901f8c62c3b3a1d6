import { expect, test } from 'bun:test'
import { relative } from './relative.ts'

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000]

test.each([
  [0, 'now'],
  [999, 'now'],
  [-999, 'now'],
  [SECOND, '1 s ago'],
  [2 * MINUTE - 1, '119 s ago'],
  [2 * MINUTE, '2 min ago'],
  [2 * HOUR - 1, '119 min ago'],
  [2 * DAY - 1, '47 hours ago'],
  [-59 * DAY, 'in 59 days'],
  [-90 * SECOND, 'in 90 s'],
])('%d ms ago is "%s"', (ms, expected) => {
  expect(relative(ms)).toBe(expected)
})

test('works in a browser, without any other code of ours', () => {
  const alone = new Function(`return ${relative.toString()}`)() as typeof relative
  expect(alone(3 * HOUR)).toBe(relative(3 * HOUR))
})
