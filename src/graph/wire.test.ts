import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { parseJson, readError, readToken } from './wire.ts'

const same = (text: string) => text
const read = (data: unknown) => readToken({ data }, same)
const facts = (data: unknown) => {
  const parsed = read(data)
  return parsed.ok ? parsed.value : parsed.problem
}

/** As Graph answers for a system user, with made-up ids. */
const VALID = {
  app_id: '700700700700701',
  application: 'Fork & Spoon',
  data_access_expires_at: 0,
  expires_at: 0,
  granular_scopes: [
    { scope: 'business_management' },
    { scope: 'whatsapp_business_messaging', target_ids: ['700700700700702'] },
  ],
  is_valid: true,
  issued_at: 1_700_000_000,
  scopes: ['business_management', 'whatsapp_business_messaging'],
  type: 'SYSTEM_USER',
  user_id: '700700700700705',
}
const without = (name: keyof typeof VALID) => Object.fromEntries(Object.entries(VALID).filter(([key]) => key !== name))

describe('a live token', () => {
  test('is read whole', () => {
    expect(facts(VALID)).toEqual({
      about: 'token',
      kind: 'live',
      appId: '700700700700701',
      userId: '700700700700705',
      type: 'SYSTEM_USER',
      scopes: ['business_management', 'whatsapp_business_messaging'],
      granularScopes: [
        { scope: 'business_management', targetIds: null },
        { scope: 'whatsapp_business_messaging', targetIds: ['700700700700702'] },
      ],
      expiresAt: 'never',
      dataAccessExpiresAt: 'never',
      issuedAtMs: 1_700_000_000_000,
    })
  })

  test('may have numbers for ids, and fields that nobody knows', () => {
    const told = { ...VALID, app_id: 700_700, user_id: 0, profile_id: '1', metadata: { auth_type: 'rerequest' }, x: [] }
    expect(facts(told)).toMatchObject({ appId: '700700', userId: '0' })
  })

  test.each(['app_id', 'user_id', 'type', 'granular_scopes', 'issued_at', 'data_access_expires_at'] as const)(
    'may tell no %s',
    (name) => {
      expect(facts(without(name))).toMatchObject({ kind: 'live' })
      expect(facts({ ...VALID, [name]: null })).toMatchObject({ kind: 'live' })
    },
  )

  test.each(['is_valid', 'scopes', 'expires_at'] as const)('without %s is no answer', (name) => {
    expect(facts(without(name))).toContain(`\`${name}\` is missing`)
  })

  test.each(['0', null, -1, 0.5, true, [], {}, 4_102_444_801, 1_900_000_000_000, 1e20, 'never'].map((each) => [each]))(
    'that expires at %p is no answer',
    (expires_at) => {
      expect(facts({ ...VALID, expires_at })).toBe('not a debug_token answer (`expires_at` is missing or malformed)')
    },
  )

  test.each([1, 1_900_000_000, 4_102_444_800])('that expires at %d is told in milliseconds', (expires_at) => {
    expect(facts({ ...VALID, expires_at })).toMatchObject({ expiresAt: expires_at * 1000 })
  })

  test.each([['a', 'list', 1], 'business_management', null, {}, [null]].map((each) => [each]))(
    'with the scopes %j is no answer',
    (scopes) => {
      expect(facts({ ...VALID, scopes })).toContain('`scopes` is missing or malformed')
    },
  )

  test.each(['true', 1, null, 'false'])('that is valid: %j is no answer', (is_valid) => {
    expect(facts({ ...VALID, is_valid })).toContain('`is_valid` is missing or no boolean')
  })

  test('with an error beside it is no answer', () => {
    expect(facts({ ...VALID, error: { code: 190, message: 'x' } })).toContain('not a debug_token answer')
    expect(facts({ ...VALID, error: null })).toMatchObject({ kind: 'live' })
  })

  test('is told without what could be a message in place of a word', () => {
    const told = { ...VALID, type: 'say \u001b[2J', scopes: ['a b', 'x'.repeat(101)], granular_scopes: [] }
    expect(facts(told)).toMatchObject({ type: 'UNREADABLE', scopes: ['UNREADABLE', 'UNREADABLE'] })
  })

  test('of an app needs neither scopes nor an end', () => {
    const app = { app_id: '1', is_valid: true, type: 'APP', application: 'x', scopes: [] }
    expect(facts(app)).toMatchObject({ kind: 'live', type: 'APP', scopes: [], expiresAt: null })
  })
})

describe('a dead token', () => {
  const dead = (more: object) => ({ is_valid: false, scopes: [], ...more })
  const known = { app_id: '1', user_id: '2', type: 'SYSTEM_USER', expires_at: 0 }
  const because = (code: unknown, subcode?: number, message = 'x') => ({ error: { code, subcode, message } })
  test.each([
    ['463', dead({ ...known, ...because(190, 463) }), 'expired', 463],
    ['460, its end still 0 and its scopes whole', { ...VALID, is_valid: false, ...because(190, 460) }, 'revoked', 460],
    ['466, with no scopes', dead({ ...known, ...because(190, 466) }), 'revoked', 466],
    [
      'a text alone: expired',
      dead({ ...known, ...because(190, undefined, 'Session has expired on x') }),
      'expired',
      null,
    ],
    ['a text that is no token', dead(because(190, undefined, 'Cannot parse access token')), 'invalid', null],
    ['190 alone, of a token that Graph knows', dead({ ...known, ...because(190) }), 'revoked', null],
    ['190 alone, of nobody', dead(because(190)), 'invalid', null],
    ['0', dead({ ...known, ...because(0) }), 'revoked', null],
    ['102', dead({ ...known, ...because(102, 463) }), 'expired', 463],
    ['a code that nobody knows', dead({ ...known, ...because(4_711) }), 'revoked', null],
  ])('by %s', (_what, data, cause, subcode) => {
    expect(facts(data)).toMatchObject({ kind: 'dead', cause, reason: { subcode } })
  })

  test('of which Graph still knows the app or the user was ended; of which it knows neither it is no token', () => {
    const causeOf = (more: object) => (facts(dead(more)) as { readonly cause: string }).cause
    const seen = [{ app_id: '1' }, { user_id: '2' }, { app_id: '1', user_id: '2' }, {}].map(causeOf)
    expect(seen).toEqual(['revoked', 'revoked', 'revoked', 'invalid'])
  })

  test.each([dead({}), dead({ ...known }), dead({ error: 'x' }), dead({ scopes: 'x', expires_at: 'y', app_id: {} })])(
    'needs nothing but the word: %j',
    (data) => {
      expect(facts(data)).toMatchObject({ kind: 'dead', reason: null })
    },
  )
})

describe('whatever JSON comes', () => {
  test('is read or refused, never thrown, and alive only where is_valid is true', () => {
    const anyData = fc.record(
      {
        is_valid: fc.oneof(fc.boolean(), fc.jsonValue()),
        scopes: fc.oneof(fc.array(fc.string()), fc.jsonValue()),
        expires_at: fc.oneof(fc.nat(), fc.jsonValue()),
        type: fc.oneof(fc.constantFrom('APP', 'USER'), fc.jsonValue()),
        granular_scopes: fc.jsonValue(),
        error: fc.jsonValue(),
      },
      { requiredKeys: [] },
    )
    fc.assert(
      fc.property(anyData, (data) => {
        const parsed = read(data)
        if (!parsed.ok || parsed.value.kind !== 'live') return
        expect(data.is_valid).toBe(true)
        expect(data.type === 'APP' || (Array.isArray(data.scopes) && Number.isInteger(data.expires_at))).toBe(true)
      }),
      { numRuns: 2_000 },
    )
    fc.assert(fc.property(fc.jsonValue(), (json) => expect(readToken(json, same).ok).toBe(false)))
  })

  test.each(['', 'x', '<html>', '{', '{"a":1', 'NaN', '\u0000'])('%j is no JSON', (text) => {
    expect(parseJson(text)).toEqual({ ok: false, problem: 'not JSON' })
  })

  test('keeps every digit of a long id, and leaves texts and fractions alone', () => {
    const text =
      '{"id":12345678901234567890,"text":"12345678901234567890 \\" 1","list":[1234567890123456789],"small":12.5}'
    expect(parseJson(text)).toEqual({
      ok: true,
      value: {
        id: '12345678901234567890',
        text: '12345678901234567890 " 1',
        list: ['1234567890123456789'],
        small: 12.5,
      },
    })
  })

  test('reads as JSON does where no number is long', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const text = JSON.stringify(value)
        if (!/\d{16}/.test(text)) expect(parseJson(text)).toEqual({ ok: true, value: JSON.parse(text) })
      }),
    )
  })
})

test('the envelope of an error is read with and without its optional parts', () => {
  expect(readError({ error: { code: 190, error_subcode: 463, message: 'm', is_transient: true } }, 401)).toEqual({
    code: 190,
    subcode: 463,
    message: 'm',
    isTransient: true,
    httpStatus: 401,
  })
  expect(readError({ error: { code: 1, error_data: 'x', message: 7 } }, 500)).toEqual({
    code: 1,
    subcode: null,
    message: '',
    details: 'x',
    isTransient: false,
    httpStatus: 500,
  })
  for (const none of [null, {}, { error: {} }, { error: { code: '190' } }, { error: 'x' }, [], 'x'])
    expect(readError(none, 400)).toBeNull()
})
