import { expect, test } from 'bun:test'
import { FINDING_CODES } from './codes.ts'
import { EXPLANATIONS } from './explanations.ts'
import { FINDING_ROWS } from './findings/all.ts'

test.each(FINDING_CODES)("the usual causes of %s are among its explanation's", (code) => {
  const usual = FINDING_ROWS.filter((row) => row.code === code).map(({ cause }) => cause)
  expect(usual.filter((name) => !(name in EXPLANATIONS[code].causes))).toEqual([])
})
