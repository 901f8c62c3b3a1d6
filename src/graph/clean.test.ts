import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { masker } from '../config/mask.ts'
import { cleaner, word } from './clean.ts'

const SECRET = 'Zq7Xw9Kd3Lm5Pv8Rt2Yb'
const clean = cleaner(masker([SECRET]))

test.each([
  ['colours', '\u001b[31mred\u001b[0m', '[31mred [0m'],
  ['a bell, a NUL and a backspace', 'a\u0007b\u0000c\u0008d', 'a b c d'],
  ['lines', 'one\r\ntwo\u2028three\u0085four', 'one two three four'],
  ['bidirectional overrides', 'a\u202eb\u2066c', 'a b c'],
  ['invisible characters', 'a\u200bb\ufeffc', 'a b c'],
  ['nothing but controls', '\u0000\u0001', ''],
  ['the secret', `the token ${SECRET} is bad`, 'the token [secret] is bad'],
  ['a part of the secret', `…${SECRET.slice(5, 14)}…`, '…[secret]…'],
  ['another token', 'EAAGm0PX4ZCpsBAKZC is malformed', '[secret] is malformed'],
  ['an app token', '123456789012|abcdef-123 is bad', '[secret] is bad'],
  ['accents and signs', 'Crêpe & Señor — 你好', 'Crêpe & Señor — 你好'],
])('%s', (_what, text, expected) => {
  expect(clean(text)).toBe(expected)
})

test('a long text is cut, and a secret across the cut is masked', () => {
  expect(clean('x '.repeat(1_000)).length).toBeLessThanOrEqual(401)
  for (let at = 1_590; at < 1_600; at++)
    expect(clean(`${' y'.repeat(at / 2)}${SECRET}`)).not.toContain(SECRET.slice(0, 8))
})

test('no text keeps a control character or a part of the secret', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.nat(12), fc.string(), (before, from, after) => {
      const text = clean(`${before}${SECRET.slice(from)}${after}`)
      expect(text).not.toMatch(/[\p{Cc}\u2028-\u202e]/u)
      for (let at = 0; at + 8 <= SECRET.length; at++) expect(text).not.toContain(SECRET.slice(at, at + 8))
    }),
  )
})

test.each([
  ['CONNECTED', 'CONNECTED'],
  ['a_b1', 'a_b1'],
  ['two words', 'UNREADABLE'],
  ['', 'UNREADABLE'],
  ['\u001b', 'UNREADABLE'],
  ['x'.repeat(65), 'UNREADABLE'],
])('the word %j is shown as %s', (text, expected) => {
  expect(word(text)).toBe(expected)
})
