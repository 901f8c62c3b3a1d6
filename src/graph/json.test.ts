import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { parseJson } from './json.ts'

const valueOf = (text: string) => {
  const parsed = parseJson(text)
  return parsed.ok ? parsed.value : parsed.problem
}

describe('JSON', () => {
  test.each([
    ['a fraction of sixteen digits and more', '[0.30000000000000004]', [0.300_000_000_000_000_04]],
    ['a number of sixteen digits', '[1234567890123456]', ['1234567890123456']],
    ['a number of fifteen digits', '[123456789012345]', [123_456_789_012_345]],
    ['one below zero', '[-1234567890123456]', ['-1234567890123456']],
    ['one with an exponent', '[1234567890123456e2]', [1_234_567_890_123_456e2]],
    ['one with a fraction', '[1234567890123456.5]', [1_234_567_890_123_456.5]],
    ['one in a text', '{"a":"1234567890123456"}', { a: '1234567890123456' }],
    [
      'one behind an escaped quote',
      '["\\" 1234567890123456",9876543210987654]',
      ['" 1234567890123456', '9876543210987654'],
    ],
    ['one behind escaped backslashes', '["\\\\",9876543210987654]', ['\\', '9876543210987654']],
    ['one alone', '12345678901234567890', '12345678901234567890'],
    ['digits as a key', '{"1234567890123456":1234567890123457}', { '1234567890123456': '1234567890123457' }],
    ['a text that is not JSON', '{"a":01}', 'not JSON'],
    ['an invalid number', '12345678901234567890.', 'not JSON'],
    ['a text without an end', '"1234567890123456', 'not JSON'],
    ['two documents', '12345678901234567890 1', 'not JSON'],
    ['nothing', '', 'not JSON'],
  ] as const)('%s', (_what, text, expected) => {
    expect(valueOf(text)).toEqual(expected as never)
  })
})

/** As JSON.parse reads them, except for whole numbers of sixteen digits and more. */
const anyNumber = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => JSON.stringify(number)),
  fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }).map(String),
  fc
    .tuple(fc.bigInt({ min: 0n, max: 10n ** 20n }), fc.bigInt({ min: 0n, max: 10n ** 20n }))
    .map((parts) => parts.join('.')),
)
const anyText = fc.oneof(fc.string(), fc.constantFrom('1234567890123456', '\\', '"', '\\"', ':1234567890123456,'))
const { value: anyJson } = fc.letrec<{ value: string }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.constantFrom('null', 'true', 'false'),
    anyNumber,
    anyText.map((text) => JSON.stringify(text)),
    fc.array(tie('value'), { maxLength: 4 }).map((items) => `[ ${items.join(' , ')}]`),
    fc
      .array(fc.tuple(anyText, tie('value')), { maxLength: 4 })
      .map((entries) => `{${entries.map(([name, value]) => `${JSON.stringify(name)} :${value}`).join(',')}}`),
  ),
}))

const isLong = (text: unknown) => typeof text === 'string' && /^-?\d{16,}$/.test(text)
/** Turns strings that replace long numbers into numbers, rounded as JavaScript does. */
function rounded(exact: unknown, plain: unknown): unknown {
  if (typeof plain === 'number') return isLong(exact) ? Number(exact) : exact
  if (Array.isArray(plain) && Array.isArray(exact)) return exact.map((each, at) => rounded(each, plain[at]))
  if (typeof plain !== 'object' || plain === null) return exact
  return Object.fromEntries(
    Object.entries(exact as object).map(([name, each]) => [
      name,
      rounded(each, (plain as Record<string, unknown>)[name]),
    ]),
  )
}

describe('any JSON', () => {
  test('is read as JSON.parse reads it, except for long whole numbers', () => {
    fc.assert(
      fc.property(anyJson, (text) => {
        const plain: unknown = JSON.parse(text)
        expect(rounded(valueOf(text), plain)).toEqual(Object.is(plain, -0) ? -0 : plain)
      }),
      { numRuns: 1_000 },
    )
  })

  test('keeps the digits of whole numbers', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 10n ** 15n, max: 10n ** 60n }), (id) => {
        expect(valueOf(`{"data":[{"id":${id}}]}`)).toEqual({ data: [{ id: String(id) }] })
      }),
    )
  })

  test('is refused if JSON.parse refuses it', () => {
    const broken = fc.tuple(anyJson, fc.nat(), fc.constantFrom('"', '}', ',', 'e', '.', '\\', '1'))
    fc.assert(
      fc.property(broken, ([text, at, more]) => {
        const cut = text.slice(0, at % (text.length + 1)) + more
        const isJson = (() => {
          try {
            JSON.parse(cut)
            return true
          } catch {
            return false
          }
        })()
        expect(parseJson(cut).ok).toBe(isJson)
      }),
    )
  })
})

const MIB = 1_048_576
const fill = (text: string) => text.repeat(Math.ceil(MIB / text.length)).slice(0, MIB)

/** Texts that took quadratic time once, or could. */
export const WORST: readonly (readonly [what: string, text: string])[] = [
  ['digits and an e', `${fill('1')}e`],
  ['digits', fill('1')],
  ['digits within an array', `[${fill('1')}]`],
  ['fractions', `[${fill('0.30000000000000004,')}0]`],
  ['long numbers', `[${fill('1234567890123456,').slice(0, -17)}1]`],
  ['backslashes', `["${fill('\\\\')}",1234567890123456]`],
  ['escaped quotes', `["${fill('\\"')}",1234567890123456]`],
  ['quotes', fill('"')],
  ['brackets', fill('[')],
  ['minus signs', fill('-')],
  ['digits one short', `[${fill('123456789012345,').slice(0, -16)}1]`],
]

describe('a megabyte of', () => {
  test.each(WORST)('%s takes linear time', (_what, text) => {
    const startedMs = performance.now()
    parseJson(text)
    // Linear time is some milliseconds, on a busy machine a second; quadratic time would be minutes.
    expect(performance.now() - startedMs).toBeLessThan(10_000)
  })
})
