import { describe, expect, test } from 'bun:test'
import type { CauseName } from '../verification/causes.ts'
import { causeOfError } from './errors.ts'
import { witnessOfError } from './witness.ts'
import { graphError as error, type Given } from './error.fake.ts'

const PAGE =
  "(#100) Object does not exist, cannot be loaded due to missing permission or reviewable feature, or does not support this operation. This endpoint requires the 'pages_read_engagement' permission."
const DELETED = 'Error validating application. Application has been deleted.'

type Says = 'ended' | 'app_blocked' | 'other' | null
/** Answers of Graph that were seen in 2026: the cause, and what such an answer to a read says about its token. */
const ROWS: readonly (readonly [given: Given, cause: CauseName, says: Says])[] = [
  [{ code: 190, message: 'Invalid OAuth access token data.' }, 'copied_wrong', 'ended'],
  [{ code: 190, message: 'Invalid OAuth 2.0 Access Token' }, 'copied_wrong', 'ended'],
  [{ code: 190, subcode: 452, message: 'Session does not match current stored session.' }, 'password_changed', 'ended'],
  [{ code: 190, subcode: 459 }, 'login_check', 'ended'],
  [{ code: 190, subcode: 490 }, 'login_check', 'ended'],
  [{ code: 190, subcode: 465, message: 'Sessions for the user are not allowed.' }, 'integration_user_gone', 'ended'],
  [{ code: 190, subcode: 466 }, 'revoked_by_call', 'ended'],
  [{ code: 190, message: DELETED, httpStatus: 401 }, 'app_deleted', 'ended'],
  [{ code: 190 }, 'unexplained', 'ended'],
  [{ code: 200, message: 'API access blocked.' }, 'app_blocked', 'app_blocked'],
  [
    { code: 200, message: 'API access deactivated. To reactivate, go to the app dashboard.' },
    'app_blocked',
    'app_blocked',
  ],
  [{ code: 5, message: '(#5) Unauthorized source IP address' }, 'address_denied', null],
  [{ code: 5, message: "This IP can't make requests for that application." }, 'address_denied', null],
  [
    { code: 101, message: 'Error validating application. Cannot get application info due to a system error.' },
    'app_unknown',
    'other',
  ],
  [
    { code: 803, message: '(#803) Some of the aliases you requested do not exist', httpStatus: 404 },
    'not_visible',
    'other',
  ],
  [{ code: 803 }, 'not_visible', 'other'],
  [{ code: 100, message: PAGE }, 'not_visible', 'other'],
  [{ code: 10, message: PAGE.replace('#100', '#10') }, 'not_visible', 'other'],
  [{ code: 100, message: '(#100) Missing Permission' }, 'full_control_missing', 'other'],
  [
    { code: 100, message: '(#100) Need permission on either WhatsApp Business Account or owner/shared business' },
    'full_control_missing',
    'other',
  ],
  [{ code: 200, message: '(#200) Cannot call API for app 123 on behalf of user 456' }, 'app_not_for_user', 'other'],
  [
    { code: 10, message: '(#10) Application does not have permission for this action' },
    'app_lacks_permission',
    'other',
  ],
  [{ code: 200, message: '(#200) Requires business_management permission' }, 'permission_refused', 'other'],
  [{ code: 100, message: 'Invalid appsecret_proof provided in the API argument' }, 'proof_wrong', null],
  [{ code: 100, message: 'API calls from the server require an appsecret_proof argument' }, 'proof_required', null],
  [{ code: 1, message: "Please reduce the amount of data you're asking for" }, 'too_much_asked', null],
  [{ code: 2500, message: 'Unknown path components: /x' }, 'path_unknown', null],
  [{ code: 4 }, 'throttled', null],
  [{ code: 2, httpStatus: 500 }, 'transient', null],
  [{ code: 424_242 }, 'unrecognised', 'other'],
]

describe('an error', () => {
  test.each(ROWS.map((row) => [JSON.stringify(row[0]).slice(0, 110), row] as const))(
    '%s',
    (_what, [given, cause, says]) => {
      expect(causeOfError(error(given))).toBe(cause)
      expect(witnessOfError(error(given), (text) => text)?.says ?? null).toBe(says)
    },
  )
})

describe('a text', () => {
  /** A text is in the caller's language: code and subcode come first. */
  test.each([
    [{ code: 190, subcode: 463, message: DELETED }, 'expired'],
    [{ code: 190, subcode: 466, message: 'Session has expired on Thursday' }, 'revoked_by_call'],
    [{ code: 190, subcode: 460, message: 'Invalid OAuth access token data.' }, 'password_changed'],
    [{ code: 100, subcode: 33, message: '(#100) Tried accessing nonexisting field (x)' }, 'not_visible'],
    [{ code: 10, message: 'API access blocked.' }, 'app_lacks_permission'],
    [{ code: 4, message: DELETED }, 'throttled'],
    [{ code: 424_242, message: 'Session has expired on Thursday' }, 'unrecognised'],
  ] as const)('does not override its code and subcode: %j', (given, cause) => {
    expect(causeOfError(error(given))).toBe(cause)
  })
})
