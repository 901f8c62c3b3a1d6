import { describe, expect, test } from 'bun:test'
import { Secret } from '../config/secret.ts'
import { fakeClock } from '../platform/clock.fake.ts'
import { createJudge, isForeign } from './access.ts'

const TOKEN = 'correct-horse-battery'
const EXPECTED = new Secret(TOKEN)
const basic = (pair: string) => `Basic ${Buffer.from(pair).toString('base64')}`

function judge(authorization: string | null) {
  return createJudge(fakeClock())(authorization, EXPECTED, '192.0.2.1')
}

describe('an Authorization header', () => {
  test('that is missing asks for the public view', () => {
    expect(judge(null)).toBe('public')
  })

  test.each([
    `Bearer ${TOKEN}`,
    `bearer ${TOKEN}`,
    `BEARER   ${TOKEN} `,
    basic(`:${TOKEN}`),
    basic(`anybody:${TOKEN}`),
    basic(`jürgen:${TOKEN}`),
    basic(`x:${TOKEN}`).replace('Basic', 'bAsIc'),
  ])('%j is the operator', (authorization) => {
    expect(judge(authorization)).toBe('operator')
  })

  const wrong: readonly (readonly [string, string])[] = [
    ['empty', ''],
    ['a scheme alone', 'Bearer'],
    ['a scheme and blanks', 'Bearer   '],
    ['another scheme', `Negotiate ${TOKEN}`],
    ['no scheme', TOKEN],
    ['a part', `Bearer ${TOKEN.slice(0, -1)}`],
    ['more', `Bearer ${TOKEN}x`],
    ['another case', `Bearer ${TOKEN.toUpperCase()}`],
    ['two', `Bearer ${TOKEN} ${TOKEN}`],
    ['two, joined as servers do', `Bearer ${TOKEN}, Bearer x`],
    ['Basic without a password', basic('anybody')],
    ['Basic with it as the user', basic(`${TOKEN}:`)],
    ['Basic that is no base64', 'Basic ?????'],
    ['Basic in clear', `Basic x:${TOKEN}`],
    ['huge', `Bearer ${'a'.repeat(1_000_000)}`],
    ['huge blanks', `Bearer${' '.repeat(100_000)}${TOKEN} x`],
    ['control characters', `Bearer ${TOKEN}\u0000`],
  ]
  test.each(wrong)('that is %s is wrong', (_what, authorization) => {
    const startedMs = performance.now()
    expect(judge(authorization)).toBe('wrong')
    expect(performance.now() - startedMs).toBeLessThan(1_000)
  })
})

describe('wrong ones', () => {
  const BAD = 'Bearer wrong'
  const hall = () => {
    const clock = fakeClock()
    const decide = createJudge(clock)
    const ask = (authorization = BAD, address = '192.0.2.1') => decide(authorization, EXPECTED, address)
    return { clock, ask, fail: (times: number) => Array.from({ length: times }, () => ask()) }
  }

  test('are too many after ten within a minute', () => {
    const { ask, fail } = hall()
    expect(new Set(fail(10))).toEqual(new Set(['wrong']))
    expect([ask(), ask()]).toEqual(['too_often', 'too_often'])
  })

  test('never lock out the right one', () => {
    const { ask, fail } = hall()
    fail(50)
    expect(ask(`Bearer ${TOKEN}`)).toBe('operator')
    expect(ask()).toBe('too_often')
  })

  test('from one address do not count for another', () => {
    const { ask, fail } = hall()
    fail(20)
    expect(ask(BAD, '192.0.2.2')).toBe('wrong')
  })

  test('are forgotten after a minute', async () => {
    const { ask, fail, clock } = hall()
    fail(12)
    await clock.advance(59_999)
    expect(ask()).toBe('too_often')
    await clock.advance(1)
    expect(new Set(fail(10))).toEqual(new Set(['wrong']))
    expect(ask()).toBe('too_often')
  })

  test('free one place for each that is a minute old', async () => {
    const { ask, fail, clock } = hall()
    fail(1)
    await clock.advance(30_000)
    fail(9)
    expect(ask()).toBe('too_often')
    await clock.advance(30_000)
    expect([ask(), ask()]).toEqual(['wrong', 'too_often'])
  })

  test('from a flood of addresses share one count, and known addresses keep theirs', () => {
    const { ask } = hall()
    for (let at = 0; at < 1_000; at++) ask(BAD, `known ${at}`)
    const strangers = Array.from({ length: 12 }, (_, at) => ask(BAD, `stranger ${at}`))
    expect(strangers.filter((access) => access === 'too_often')).toHaveLength(2)
    expect(ask(BAD, 'known 1')).toBe('wrong')
  })

  test('from a flood of addresses make room when they grow old', async () => {
    const { ask, clock } = hall()
    for (let at = 0; at < 2_000; at++) ask(BAD, `flood ${at}`)
    await clock.advance(60_000)
    const strangers = Array.from({ length: 12 }, (_, at) => ask(BAD, `stranger ${at}`))
    expect(new Set(strangers)).toEqual(new Set(['wrong']))
  })
})

describe('a request that changes something', () => {
  const HOST = 'health.example:3000'
  const rows: readonly (readonly [string, Record<string, string>, boolean])[] = [
    ['of a program', {}, false],
    ['of the page itself', { origin: `http://${HOST}`, 'sec-fetch-site': 'same-origin' }, false],
    ['of the page itself, from an old browser', { origin: `http://${HOST}` }, false],
    ['of the page itself, behind a proxy', { origin: 'https://bot.example', 'sec-fetch-site': 'same-origin' }, false],
    ['typed by the user', { 'sec-fetch-site': 'none' }, false],
    ['of another site', { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }, true],
    ['of another site, without an origin', { 'sec-fetch-site': 'cross-site' }, true],
    ['of a sibling', { origin: `http://other.example:3000`, 'sec-fetch-site': 'same-site' }, true],
    ['of another site, from an old browser', { origin: 'https://evil.example' }, true],
    ['of another port', { origin: 'http://health.example' }, true],
    ['of a sandboxed frame', { origin: 'null' }, true],
    ['of nonsense', { origin: 'evil', 'sec-fetch-site': 'none' }, true],
    ['with an unknown site', { 'sec-fetch-site': 'elsewhere' }, true],
  ]
  test.each(rows)('%s', (_what, headers, foreign) => {
    expect(isForeign(new Headers(headers), HOST)).toBe(foreign)
  })

  test('without a Host is foreign to every origin', () => {
    expect(isForeign(new Headers({ origin: 'http://a' }), null)).toBe(true)
    expect(isForeign(new Headers(), null)).toBe(false)
  })
})
