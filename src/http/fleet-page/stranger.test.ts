import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { shortened, visible } from './stranger.tsx'

test.each([
  ['Müller & Söhne', 'Müller & Söhne'],
  ['a\u202Eb', 'a\\u{202e}b'],
  ['a\u200Fb\u2069', 'a\\u{200f}b\\u{2069}'],
  ['a\u0000\u001B[31m\nb', 'a\\u{0}\\u{1b}[31m\\u{a}b'],
  ['a\u{E0041}b', 'a\\u{e0041}b'],
  // Persian, and a family: their joiners are a part of what is written.
  ['می\u200Cخواهم', 'می\u200Cخواهم'],
  ['👩\u200D👧', '👩\u200D👧'],
])('%j is shown as %j', (text, expected) => {
  expect(visible(text)).toBe(expected)
})

test('a long text is shortened at a whole sign', () => {
  expect(shortened('👧'.repeat(61))).toBe(`${'👧'.repeat(60)}…`)
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => expect([...shortened(text, 5)].length).toBeLessThan(7)),
  )
})
