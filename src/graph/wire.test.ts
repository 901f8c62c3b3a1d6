import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { readError, readToken } from './wire.ts'

const read = (data: unknown) => readToken({ data })
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

  test('may have numbers as ids, and unknown fields', () => {
    const data = { ...VALID, app_id: 700_700, user_id: 0, profile_id: '1', metadata: { auth_type: 'rerequest' }, x: [] }
    expect(facts(data)).toMatchObject({ appId: '700700', userId: '0' })
  })

  test.each(['app_id', 'user_id', 'type', 'granular_scopes', 'issued_at', 'data_access_expires_at'] as const)(
    'may lack %s',
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

  test.each([1, 1_900_000_000, 4_102_444_800])('that expires at %d is given in milliseconds', (expires_at) => {
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

  test('that comes with an error is no answer', () => {
    expect(facts({ ...VALID, error: { code: 190, message: 'x' } })).toContain('not a debug_token answer')
    expect(facts({ ...VALID, error: null })).toMatchObject({ kind: 'live' })
  })

  test('is read without any text that could be a message in place of a word', () => {
    const data = { ...VALID, type: 'say \u001b[2J', scopes: ['a b', 'x'.repeat(101)], granular_scopes: [] }
    expect(facts(data)).toMatchObject({ type: 'UNREADABLE', scopes: ['UNREADABLE', 'UNREADABLE'] })
  })

  test('of an app needs neither scopes nor an expiry', () => {
    const app = { app_id: '1', is_valid: true, type: 'APP', application: 'x', scopes: [] }
    expect(facts(app)).toMatchObject({ kind: 'live', type: 'APP', scopes: [], expiresAt: null })
  })
})

describe('a token that is not valid', () => {
  const dead = (more: object) => ({ is_valid: false, scopes: [], ...more })
  const error = (more: object) => ({ error: { code: 190, message: 'x', ...more } })

  test('has the error of the inspected token, with its subcode and whether it passes', () => {
    expect(facts(dead(error({ subcode: 463 })))).toMatchObject({
      kind: 'invalid',
      error: { code: 190, subcode: 463, isTransient: false },
    })
    expect(facts(dead(error({ is_transient: true })))).toMatchObject({ error: { isTransient: true, subcode: null } })
  })

  test('may still come with its app or its user', () => {
    const isKnown = (more: object) => (facts(dead(more)) as { readonly isKnown: boolean }).isKnown
    expect([{ app_id: '1' }, { user_id: '2' }, { app_id: '1', user_id: '2' }, {}].map(isKnown)).toEqual([
      true,
      true,
      true,
      false,
    ])
  })

  test.each([
    dead({}),
    dead({ app_id: '1' }),
    dead({ error: 'x' }),
    dead({ scopes: 'x', expires_at: 'y', app_id: {} }),
  ])('needs nothing but is_valid: %j', (data) => {
    expect(facts(data)).toMatchObject({ kind: 'invalid', error: null })
  })
})

describe('a field that no finding depends on never makes an answer unreadable', () => {
  test.each([
    ['a target that is no number', { granular_scopes: [{ scope: 'ads_read', target_ids: ['act_1', 5] }] }, [['5']]],
    ['a scope that is no text', { granular_scopes: [{ scope: 5 }, { scope: 'ads_read' }] }, [null]],
    ['targets that are no list', { granular_scopes: [{ scope: 'ads_read', target_ids: 'x' }] }, [null]],
    ['granular scopes that are no list', { granular_scopes: { scope: 'ads_read' } }, []],
  ])('%s', (_what, more, targets) => {
    const live = facts({ ...VALID, ...more }) as { readonly granularScopes: readonly { targetIds: unknown }[] }
    expect(live.granularScopes.map(({ targetIds }) => targetIds)).toEqual(targets)
  })

  test.each([
    ['a user id', { user_id: {} }, { userId: null }],
    ['an app id', { app_id: 'x' }, { appId: null }],
    ['a type', { type: 5 }, { type: null }],
    ['a date of issue', { issued_at: 0.300_000_000_000_000_04 }, { issuedAtMs: null }],
  ])('%s that is invalid', (_what, more, expected) => {
    expect(facts({ ...VALID, ...more })).toMatchObject({ kind: 'live', ...expected })
  })
})

describe('any JSON', () => {
  test('is read or refused without throwing, and alive only if is_valid is true', () => {
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
    fc.assert(fc.property(fc.jsonValue(), (json) => expect(readToken(json).ok).toBe(false)))
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
