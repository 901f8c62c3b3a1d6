import { expect, test } from 'bun:test'
import { deadToken, HOUR_MS, judge, NOW_MS, policy } from '../verification/verification.fake.ts'
import { candidateFinding, staleFinding } from './remarks.ts'

test('a refused candidate is described by its first cause', () => {
  const refusal = judge(deadToken('expired'), policy(), NOW_MS)
  expect(candidateFinding(refusal)).toMatchObject({
    severity: 'warn',
    summary: 'The changed token was refused (token.expired); the old one stays in service.',
    expected: 'is_valid: true',
    observed: 'is_valid: false, error 190 "as Graph words it"',
  })
  expect(candidateFinding([])).toMatchObject({ expected: 'a token that passes', observed: 'a refused one' })
})

test('the age of a stale answer is given in minutes', () => {
  expect(staleFinding('fail', 3_599_999, HOUR_MS / 2)).toMatchObject({
    severity: 'fail',
    expected: 'an answer within 30 min',
    observed: 'the last one is 59 min old',
  })
})
