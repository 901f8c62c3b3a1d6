import { expect, test } from 'bun:test'
import { expectNoSecret } from './secrets.ts'

const SECRET = 'EAAq7Xw9Kd3Lm5Pv8Rt2Yb'

test.each([
  ['a part of it', `x ${SECRET.slice(7, 15)} x`],
  ['its end', SECRET.slice(-8)],
])('a search for a secret finds %s', (_what, text) => {
  expect(() => expectNoSecret(text, [SECRET])).toThrow('a part of a secret shows')
})

test('a search for a secret finds nothing in other text', () => {
  expect(() => expectNoSecret(`nothing here, ${SECRET.slice(0, 7)}`, [SECRET])).not.toThrow()
})
