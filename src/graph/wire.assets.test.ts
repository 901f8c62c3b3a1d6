import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import {
  ACCOUNT_FIELDS,
  accountSchema,
  PHONE_FIELDS,
  phoneSchema,
  readAccount,
  readNumbers,
  readPhone,
  readSubscriptions,
} from './wire.assets.ts'

const PHONE = '700700700700703'
const ACCOUNT = '700700700700702'
const same = (text: string) => text
const WHOLE = { unread: [], isShortened: false }

const phone = (more: object) => {
  const core = { id: PHONE, display_phone_number: '+1 555 010 0101', verified_name: 'Fork', status: 'CONNECTED' }
  const parsed = readPhone({ ...core, ...more }, PHONE, WHOLE, same)
  return parsed.ok ? parsed.value : parsed.problem
}
const sending = (health_status: unknown) => (phone({ health_status }) as { sending: unknown }).sending

const entity = (entity_type: string, can_send_message: string, more: object = {}) => ({
  entity_type,
  id: '1',
  can_send_message,
  ...more,
})
const failure = (error_code: number, error_description = 'why') => ({
  error_code,
  error_description,
  possible_solution: 'how',
})

describe('a number', () => {
  test('is read with and without its optional parts', () => {
    expect(phone({})).toMatchObject({ kind: 'readable', phoneNumberId: PHONE, status: 'CONNECTED', sending: null })
    expect(phone({ display_phone_number: null, verified_name: undefined, status: null })).toMatchObject({
      displayNumber: null,
      name: null,
      status: null,
    })
  })

  test('with another id than the one asked for is no answer', () => {
    expect(phone({ id: ACCOUNT })).toBe('not the number that was asked for')
    expect(readAccount({ id: PHONE, name: 'x' }, ACCOUNT, WHOLE, same).ok).toBe(false)
  })

  test.each(['x', 5, [], { can_send_message: 5 }].map((each) => [each]))(
    'is read if its health is %j',
    (health_status) => {
      expect(phone({ health_status })).toMatchObject({ kind: 'readable', sending: null })
    },
  )
})

test.each([
  ['an account', accountSchema, ACCOUNT_FIELDS],
  ['a number', phoneSchema, PHONE_FIELDS],
] as const)('of %s exactly the fields that are read are asked for', (_node, schema, fields) => {
  const read = Object.keys(schema._zod.innerType.shape).filter((name) => name !== 'id')
  expect(fields.map(({ name }) => name)).toEqual(read)
})

test('an account is read', () => {
  const health_status = { can_send_message: 'AVAILABLE', entities: [] }
  expect(readAccount({ id: ACCOUNT, name: 'Fork', status: 'ACTIVE', health_status }, ACCOUNT, WHOLE, same)).toEqual({
    ok: true,
    value: {
      about: 'account',
      businessAccountId: ACCOUNT,
      kind: 'readable',
      name: 'Fork',
      status: 'ACTIVE',
      review: null,
      ...WHOLE,
      sending: { canSend: 'AVAILABLE', causes: [] },
    },
  })
})

describe('health_status', () => {
  const cause = (entityName: string, code: number | null, text: string) => ({ entity: entityName, code, text })
  const rows: readonly (readonly [what: string, health: unknown, canSend: string, causes: readonly unknown[]])[] = [
    [
      'all well',
      { can_send_message: 'AVAILABLE', entities: [entity('PHONE_NUMBER', 'AVAILABLE'), entity('WABA', 'AVAILABLE')] },
      'AVAILABLE',
      [],
    ],
    [
      'a blocked account (141006)',
      {
        can_send_message: 'BLOCKED',
        entities: [entity('PHONE_NUMBER', 'AVAILABLE'), entity('WABA', 'BLOCKED', { errors: [failure(141_006)] })],
      },
      'BLOCKED',
      [cause('WABA', 141_006, 'why how')],
    ],
    [
      'two causes in two entities',
      {
        can_send_message: 'BLOCKED',
        entities: [
          entity('PHONE_NUMBER', 'BLOCKED', { errors: [failure(141_000)] }),
          entity('BUSINESS', 'LIMITED', { errors: [failure(141_010)] }),
        ],
      },
      'BLOCKED',
      [cause('PHONE_NUMBER', 141_000, 'why how'), cause('BUSINESS', 141_010, 'why how')],
    ],
    [
      'only calls (138024), overall and in its entity',
      { can_send_message: 'BLOCKED', entities: [entity('PHONE_NUMBER', 'BLOCKED', { errors: [failure(138_024)] })] },
      'AVAILABLE',
      [],
    ],
    [
      'only calls (138025), the other entities are fine',
      {
        can_send_message: 'BLOCKED',
        entities: [entity('PHONE_NUMBER', 'BLOCKED', { errors: [failure(138_025)] }), entity('WABA', 'AVAILABLE')],
      },
      'AVAILABLE',
      [],
    ],
    [
      'calls as noise, with the true cause in additional_info',
      {
        can_send_message: 'LIMITED',
        entities: [
          entity('PHONE_NUMBER', 'LIMITED', { errors: [failure(138_024)], additional_info: ['The name is declined.'] }),
        ],
      },
      'LIMITED',
      [cause('PHONE_NUMBER', null, 'The name is declined.')],
    ],
    [
      'an overall status that is worse than its entities, none of which has a cause',
      { can_send_message: 'BLOCKED', entities: [entity('PHONE_NUMBER', 'AVAILABLE'), entity('WABA', 'LIMITED')] },
      'BLOCKED',
      [],
    ],
    [
      'calls in one entity, and another cause in another',
      {
        can_send_message: 'BLOCKED',
        entities: [
          entity('PHONE_NUMBER', 'BLOCKED', { errors: [failure(138_024)] }),
          entity('WABA', 'LIMITED', { errors: [failure(141_010)] }),
        ],
      },
      'BLOCKED',
      [cause('WABA', 141_010, 'why how')],
    ],
    ['no entities', { can_send_message: 'LIMITED' }, 'LIMITED', []],
    [
      'what limits before what blocks',
      {
        can_send_message: 'BLOCKED',
        entities: [
          entity('BUSINESS', 'LIMITED', { errors: [failure(141_010)] }),
          entity('APP', 'AVAILABLE', { errors: [] }),
          entity('WABA', 'BLOCKED', { errors: [failure(141_006)] }),
        ],
      },
      'BLOCKED',
      [cause('WABA', 141_006, 'why how'), cause('BUSINESS', 141_010, 'why how')],
    ],
    ...(
      [
        ['a general code, about SIP', failure(99_999, 'cannot use SIP here'), 'AVAILABLE', []],
        ['a code of its own, about SIP', failure(100_000, 'no SIP'), 'LIMITED', [cause('APP', 100_000, 'no SIP how')]],
        ['a general code without a text', { error_code: 100 }, 'LIMITED', [cause('APP', 100, '')]],
      ] as const
    ).map(
      ([what, error, canSend, causes]) =>
        [
          what,
          { can_send_message: 'LIMITED', entities: [entity('APP', 'LIMITED', { errors: [error] })] },
          canSend,
          causes,
        ] as const,
    ),
    ['an unknown word', { can_send_message: 'PAUSED', entities: [] }, 'LIMITED', []],
    [
      'an entity that is worse than the overall status',
      { can_send_message: 'AVAILABLE', entities: [entity('APP', 'BLOCKED')] },
      'BLOCKED',
      [],
    ],
  ]
  test.each(rows)('of %s', (_what, health, canSend, causes) => {
    expect(sending(health)).toEqual({ canSend, causes: [...causes] })
  })
})

describe('the lists', () => {
  test('give the ids, and a cursor only if there is a next page', () => {
    const data = [
      { id: PHONE, verified_name: 'x' },
      { id: 5, display_phone_number: '+1 555-555-0123' },
    ]
    const cursors = { before: 'b', after: 'c' }
    const numbers = [
      { id: PHONE, digits: null },
      { id: '5', digits: '15555550123' },
    ]
    const page = (paging: unknown) => readNumbers({ data, paging })
    expect(page({ cursors })).toEqual({ ok: true, value: { numbers, after: 'last' } })
    expect(page({ cursors, next: 'https://x' })).toEqual({ ok: true, value: { numbers, after: { cursor: 'c' } } })
    expect(page(undefined)).toEqual({ ok: true, value: { numbers, after: 'last' } })
  })

  test.each([
    [{ next: 'https://x' }],
    [{ next: 5, cursors: [] }],
    [{ next: 'https://x', cursors: {} }],
    ['x'],
    [[]],
    [7],
  ])('say that there is another page, but not where: %j', (paging) => {
    expect(readNumbers({ data: [], paging })).toMatchObject({ ok: true, value: { after: { cursor: null } } })
  })

  test('of subscribed apps may be empty', () => {
    expect(readSubscriptions({ data: [] })).toMatchObject({ ok: true, value: { appIds: [] } })
    const app = { whatsapp_business_api_data: { id: '1', name: 'x', link: 'y' }, override_callback_uri: 'z' }
    expect(readSubscriptions({ data: [app] })).toMatchObject({ ok: true, value: { appIds: ['1'] } })
  })

  test('of any other shape are no answer, and never throw', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        const isEmptyList = JSON.stringify((json as { data?: unknown } | null)?.data ?? null) === '[]'
        expect(readNumbers(json).ok).toBe(isEmptyList)
        expect(readSubscriptions(json).ok).toBe(isEmptyList)
        expect([readAccount(json, ACCOUNT, WHOLE, same).ok, readPhone(json, PHONE, WHOLE, same).ok]).toEqual([
          false,
          false,
        ])
      }),
    )
  })
})
