import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { classify, ERROR_TABLE, unknownField, type GraphError } from './errors.ts'
import { causeNamed, type ErrorClass } from '../verification/causes.ts'
import { graphError as error, type Given } from './error.fake.ts'

const NOT_SHOWN =
  "Unsupported get request. Object with ID '700' does not exist, cannot be loaded due to missing permissions, or does not support this operation."

/** Known errors of Graph, and what each means. */
const ROWS: readonly (readonly [given: Given, expected: ErrorClass])[] = [
  [{ code: 0 }, 'credential_ended'],
  [{ code: 1, message: 'An unknown error occurred', httpStatus: 500 }, 'transient'],
  [{ code: 1, message: 'Error validating client secret.' }, 'app_secret_wrong'],
  [{ code: 1, message: "Please reduce the amount of data you're asking for" }, 'too_much_asked'],
  [{ code: 2, httpStatus: 500 }, 'transient'],
  [{ code: 2, httpStatus: 400 }, 'transient'],
  [{ code: 99_999, isTransient: true }, 'transient'],
  [{ code: 99_999, httpStatus: 503 }, 'transient'],
  [{ code: 190, subcode: 463, httpStatus: 500 }, 'transient'],
  [{ code: 3 }, 'not_permitted'],
  [{ code: 10, message: '(#10) Application does not have permission for this action' }, 'not_permitted'],
  [{ code: 200, message: '(#200) You do not have permission to access this field.' }, 'not_permitted'],
  [{ code: 299, httpStatus: 403 }, 'not_permitted'],
  [{ code: 200, message: '(#200) Provide valid app ID', httpStatus: 403 }, 'app_secret_wrong'],
  [{ code: 101, message: 'Error validating application.' }, 'app_secret_wrong'],
  ...[4, 17, 32, 341, 613, 80_000, 80_007, 80_008, 80_014, 130_429].map(
    (code) => [{ code, httpStatus: 403 }, 'throttled'] as const,
  ),
  [{ code: 99_999, httpStatus: 429 }, 'throttled'],
  [{ code: 33 }, 'not_visible'],
  [{ code: 100, subcode: 33, message: NOT_SHOWN }, 'not_visible'],
  [{ code: 100, message: NOT_SHOWN }, 'not_visible'],
  [{ code: 100, message: '(#100) The App_id in the input_token did not match the Viewing App' }, 'foreign_app'],
  [{ code: 100, message: 'The App_id in the input_token did not match the Viewing App' }, 'foreign_app'],
  [
    { code: 100, message: '(#100) You must provide an app access token, or a user access token that is an owner' },
    'asker_not_allowed',
  ],
  [{ code: 100, message: 'API calls from the server require an appsecret_proof argument' }, 'proof_required'],
  [{ code: 100, message: 'Invalid appsecret_proof provided in the API argument' }, 'app_secret_wrong'],
  [{ code: 100, message: '(#100) Tried accessing nonexisting field (x) on node type (Business)' }, 'field_unknown'],
  [{ code: 100, message: 'something new' }, 'unrecognised'],
  [{ code: 104, message: 'An access token is required to request this resource.' }, 'unrecognised'],
  [{ code: 2500, message: 'Unknown path components: /debug_token' }, 'path_unknown'],
  [{ code: 368, httpStatus: 403 }, 'locked'],
  [{ code: 131_031 }, 'locked'],
  ...[131_005, 131_042, 131_045, 133_010, 1_234_567, -1].map((code) => [{ code }, 'unrecognised'] as const),
  ...[458, 459, 460, 464, 466, 467, 468, 492].flatMap((subcode) => [
    [{ code: 190, subcode }, 'credential_revoked'] as const,
    [{ code: 102, subcode }, 'credential_revoked'] as const,
  ]),
  [{ code: 190, subcode: 463 }, 'credential_expired'],
  [{ code: 190, message: 'Error validating access token: Session has expired on Thursday' }, 'credential_expired'],
  [{ code: 190, message: 'The session has been invalidated because the user changed' }, 'credential_revoked'],
  [{ code: 190, message: 'The session was invalidated explicitly using an API call.' }, 'credential_revoked'],
  [{ code: 190, message: 'The session is invalid because the user logged out.' }, 'credential_revoked'],
  [{ code: 190, message: 'The user has not authorized application 123.' }, 'credential_revoked'],
  [{ code: 190, message: 'Invalid OAuth access token - Cannot parse access token' }, 'credential_invalid'],
  [{ code: 190, message: 'The access token could not be decrypted' }, 'credential_invalid'],
  [{ code: 190, message: 'Malformed access token x' }, 'credential_invalid'],
  [{ code: 190, message: 'Error validating access token: Session key x is malformed' }, 'credential_invalid'],
  [{ code: 190, message: 'Invalid OAuth access token signature.' }, 'credential_invalid'],
  [{ code: 190, message: 'in another language', subcode: 999 }, 'credential_ended'],
]

test.each(ROWS.map(([given, expected]) => [JSON.stringify(given).slice(0, 110), given, expected] as const))(
  '%s',
  (_what, given, expected) => {
    expect(classify(error(given))).toBe(expected)
  },
)

const anyError: fc.Arbitrary<GraphError> = fc.record({
  code: fc.oneof(fc.integer(), fc.integer({ min: 0, max: 700 })),
  subcode: fc.option(fc.integer({ min: 0, max: 600 })),
  message: fc.string(),
  isTransient: fc.boolean(),
  httpStatus: fc.constantFrom(400, 401, 403, 404, 429, 500, 503),
})

describe('the table', () => {
  test('sorts every error into one class', () => {
    const classes = new Set(ERROR_TABLE.map((row) => causeNamed(row.cause).class))
    fc.assert(fc.property(anyError, (given) => expect(classes.has(classify(given))).toBe(true)))
  })

  test('never refuses anything because of an outage or throttling', () => {
    fc.assert(
      fc.property(anyError, fc.constantFrom(429, 500, 502, 503), (given, httpStatus) => {
        const silent: readonly ErrorClass[] = [
          'transient',
          'throttled',
          'app_secret_wrong',
          'too_much_asked',
          'path_unknown',
        ]
        expect([...silent, 'asker_not_allowed', 'proof_required', 'foreign_app', 'field_unknown']).toContain(
          classify({ ...given, httpStatus }),
        )
      }),
    )
  })

  test('refuses a credential only for 0, 102 and 190', () => {
    fc.assert(
      fc.property(anyError, (given) => {
        if (classify(given).startsWith('credential_')) expect([0, 102, 190]).toContain(given.code)
      }),
    )
  })

  test('names a source for each row', () => {
    expect(ERROR_TABLE.filter(({ source }) => source.trim() === '')).toEqual([])
  })
})

test.each([
  ['(#100) Tried accessing nonexisting field (health_status) on node type (Business)', 'health_status', 'Business'],
  ['(#100) Tried accessing nonexisting field (id)', 'id', null],
  ['(#100) Tried accessing nonexisting field (<b>) on node type (a b)', null, null],
])('%s names a field and a kind of node', (message, field, nodeType) => {
  expect(unknownField(message)).toEqual({ field, nodeType })
})
