import { describe, expect, test } from 'bun:test'
import { causeNamed } from '../verification/causes.ts'
import { explainFailure, EXPLAINED_CODES } from './failures.ts'

const error = (
  code: number,
  {
    subcode = null,
    message = 'm',
    httpStatus = 400,
  }: { subcode?: number | null; message?: string; httpStatus?: number } = {},
) => ({
  code,
  subcode,
  message,
  isTransient: false,
  httpStatus,
})

/** Texts as Graph words them. */
const NO_FULL_CONTROL =
  '(#200) You do not have the necessary permissions required to send messages on behalf of this WhatsApp Business Account'
const UNSUPPORTED =
  "Unsupported post request. Object with ID '1' does not exist, cannot be loaded due to missing permissions"

/** Graph's answer, the cause, the exit code, and a word that the advice must contain. */
const FAILURES = [
  // what the token may do
  [error(200, { message: NO_FULL_CONTROL, httpStatus: 403 }), 'full_control_missing', 77, 'with full control'],
  [error(200, { message: NO_FULL_CONTROL }), 'full_control_missing', 77, 'ticking boxes does not help'],
  [
    error(100, { message: '(#100) Need permission on either WhatsApp Business Account or owner/shared business' }),
    'full_control_missing',
    77,
    'guide step 3',
  ],
  [
    error(200, { message: '(#200) You do not have permission to access this field.', httpStatus: 403 }),
    'permission_missing',
    77,
    'guide step 4',
  ],
  [error(299, { httpStatus: 403 }), 'permission_missing', 77, 'three boxes'],
  [error(100, { message: '(#100) Missing Permission' }), 'permission_missing', 77, 'Run check'],
  [error(200, { message: '(#200) Cannot call API for app 1 on behalf of user 2' }), 'app_not_for_user', 77, 'live'],
  [error(3, { httpStatus: 403 }), 'app_lacks_permission', 77, 'App Review'],
  [error(10, { httpStatus: 403 }), 'app_lacks_permission', 77, 'partners'],
  [error(131005, { httpStatus: 403 }), 'access_denied', 77, 'Run check first'],

  // the token
  [error(104), 'token_not_received', 78, 'Authorization'],
  [
    error(2500, { message: 'An active access token must be used to query information about the current user.' }),
    'token_not_received',
    78,
    'Authorization',
  ],

  // the number and its account
  [error(100, { subcode: 33, message: UNSUPPORTED }), 'number_not_visible', 77, 'Phone number ID'],
  [error(33), 'number_not_visible', 77, 'Messaging account (until 2026: WhatsApp Business Account)'],
  [error(803, { httpStatus: 404 }), 'number_unknown', 77, 'Phone number ID'],
  [
    error(10, {
      message: '(#10) Object does not exist, cannot be loaded due to missing permission or reviewable feature',
    }),
    'number_not_visible',
    77,
    'API Setup',
  ],
  [
    error(100, { message: '(#100) Tried accessing nonexisting field (messages) on node type (Business)' }),
    'number_id_of_another_kind',
    77,
    '--from',
  ],
  [error(2500, { message: 'Unknown path components: /messages' }), 'path_unknown', 78, 'GRAPH_API_VERSION'],
  [error(133010), 'number_not_registered', 77, 'POST /{Phone number ID}/register'],
  [error(131045), 'certificate_wrong', 77, 'POST /{Phone number ID}/register'],
  [error(131037), 'name_not_approved', 77, 'display name'],
  [error(131042), 'payment_missing', 77, 'Payment settings'],
  [error(131031, { httpStatus: 403 }), 'account_locked', 77, 'WhatsApp Manager'],
  [error(368, { httpStatus: 403 }), 'account_restricted', 77, 'appeal'],

  // the recipient
  [error(131030), 'not_in_test_list', 65, 'API Setup'],
  [error(131047), 'window_closed', 65, '--template'],
  [error(131026), 'undeliverable', 65, 'another recipient'],
  [error(131021), 'recipient_is_sender', 65, '--to'],
  [error(130472), 'in_experiment', 65, 'another recipient'],

  // the message
  [error(131008), 'parameter_missing', 65, 'takes none'],
  [error(131009), 'parameter_wrong', 65, '--to'],
  [error(100, { message: '(#100) Param to must be …' }), 'parameter_refused', 65, '--to'],
  [error(132000), 'template_wants_parameters', 65, 'without parameters'],
  [error(132001, { httpStatus: 404 }), 'template_unknown', 65, 'NAME:LANGUAGE'],
  [error(131058), 'template_for_test_numbers', 65, 'NAME:LANGUAGE'],
  [error(132005), 'template_too_long', 65, 'Shorten'],
  [error(132007), 'template_breaks_rule', 65, 'reason'],
  [error(132012), 'template_parameter_format', 65, 'header'],
  [error(132018), 'template_parameter_format', 65, 'header'],
  [error(132015), 'template_paused', 65, 'another template'],
  [error(132016), 'template_disabled', 65, 'Waiting does not help'],
  [error(131051), 'kind_not_supported', 65, 'GRAPH_API_URL'],
  [error(131052), 'media_failed', 65, 'no media'],
  [error(131053), 'media_failed', 65, 'no media'],
  [error(999_999), 'unknown', 65, 'Look the code up'],
  [error(999_999, { message: NO_FULL_CONTROL }), 'unknown', 65, 'Look the code up'],

  // what may pass
  [error(4), 'app_limit', 75, 'sooner makes it worse'],
  [error(80007), 'account_limit', 75, 'sooner makes it worse'],
  [error(130429, { httpStatus: 429 }), 'number_too_fast', 75, 'slowly'],
  [error(131048), 'number_restricted', 75, 'quality'],
  [error(131056), 'recipient_too_often', 75, 'this recipient'],
  [error(133016), 'registered_too_often', 75, '72 hours'],
  [error(613), 'throttled', 75, 'sooner makes it worse'],
  [error(100, { httpStatus: 429 }), 'throttled', 75, 'Wait'],
  [error(2, { httpStatus: 500 }), 'outage', 75, 'metastatus.com'],
  [error(131000, { httpStatus: 500 }), 'unknown_to_graph', 75, 'metastatus.com'],
  [error(131016, { httpStatus: 500 }), 'service_down', 75, 'metastatus.com'],
  [error(131057), 'account_in_maintenance', 75, 'some minutes'],
  [error(1), 'transient', 75, 'metastatus.com'],
  [error(100, { httpStatus: 503 }), 'transient', 75, 'metastatus.com'],
] as const

/** Causes whose usual advice is right for a message too. */
const SAME = [
  [error(190, { httpStatus: 401 }), 'unexplained'],
  [error(0, { httpStatus: 401 }), 'unexplained'],
  [error(190, { subcode: 463 }), 'expired'],
  [error(190, { subcode: 466 }), 'revoked_by_call'],
  [error(190, { subcode: 459 }), 'login_check'],
  [error(190, { subcode: 490 }), 'login_check'],
  [error(190, { subcode: 465 }), 'integration_user_gone'],
  [error(190, { message: 'Invalid OAuth access token - Cannot parse access token' }), 'copied_wrong'],
  [error(190, { message: 'Error validating application. Application has been deleted.' }), 'app_deleted'],
  [error(200, { message: 'API access blocked.' }), 'app_blocked'],
  [error(200, { message: 'API access deactivated. To reactivate, go to the app dashboard.' }), 'app_blocked'],
  [error(5, { message: '(#5) Unauthorized source IP address' }), 'address_denied'],
  [error(100, { message: 'API calls from the server require an appsecret_proof argument' }), 'proof_required'],
  [error(100, { message: 'Invalid appsecret_proof provided in the API argument' }), 'proof_wrong'],
  [error(1, { message: 'Error validating client secret.' }), 'secret_wrong'],
  [error(200, { message: '(#200) Provide valid app ID' }), 'app_unknown'],
] as const

const sentencesOf = (text: string) => text.split(/(?<=[.?!])\s+(?=[A-Z])/).length
const ASSIGNED = /Assign assets(?! → Apps)|assign the /

describe('a failure', () => {
  test.each(FAILURES)('%j is %s, exits %d and says %j', (given, name, exitCode, word) => {
    const failure = explainFailure(given)
    expect(failure).toMatchObject({ name, exitCode })
    expect(failure.toDo).toContain(word)
    for (const text of [failure.means, failure.toDo]) expect(text).toMatch(/^(?:[A-Z]|send-test).{10,}[.a-z]$/s)
  })

  test.each(FAILURES)('%j (%s) has one sentence that explains it, and at most three of advice', (given) => {
    const { means, toDo } = explainFailure(given)
    expect(sentencesOf(means)).toBe(1)
    expect(sentencesOf(toDo)).toBeLessThanOrEqual(3)
  })

  test.each(SAME)('%j is %s, exits 77, and advises what check advises', (given, name) => {
    const { remedy, sentence } = causeNamed(name)
    const failure = explainFailure(given)
    expect(failure).toMatchObject({ name, exitCode: 77, toDo: remedy })
    expect(failure.means).toMatch(/^[A-Z].{10,}\.$/)
    expect(failure.means.toLowerCase()).toContain(sentence?.toLowerCase() ?? name)
  })

  test("names both assets by Meta's words wherever it advises to assign them", () => {
    const advising = FAILURES.map(([given]) => explainFailure(given)).filter(({ toDo }) => ASSIGNED.test(toDo))
    const names = [...new Set(advising.map(({ name }) => name))]
    expect(names).toEqual([
      'full_control_missing',
      'permission_missing',
      'number_not_visible',
      'number_unknown',
      'number_not_registered',
    ])
    for (const { toDo } of advising) {
      expect(toDo).toContain('the WhatsApp account (the number)')
      expect(toDo).toContain('the Messaging account (until 2026: WhatsApp Business Account)')
    }
  })

  test('with the text of another code is not mistaken for that code', () => {
    expect(explainFailure(error(131005, { message: NO_FULL_CONTROL })).name).toBe('access_denied')
    expect(explainFailure(error(200, { message: '(#200) Permissions error' })).name).toBe('permission_missing')
  })

  test('is recognised by its details too', () => {
    const given = { ...error(200, { message: '(#200) Permissions error' }), details: NO_FULL_CONTROL }
    expect(explainFailure(given).name).toBe('full_control_missing')
  })

  test('has one row for each code, and each row has a test', () => {
    expect(new Set(EXPLAINED_CODES).size).toBe(EXPLAINED_CODES.length)
    const tested = FAILURES.map(([{ code }]): number => code)
    expect(EXPLAINED_CODES.filter((code) => !tested.includes(code))).toEqual([])
  })
})
