import {
  inspectorRefused,
  FAILING,
  graphError,
  RATE_LIMITED,
  refused,
  UNRECOGNISED,
  warned,
  VERIFIED,
  type Expected,
  type Row,
  type Target,
} from './row.ts'

/** Graph's own errors: to debug_token by an app's token and by the token itself, and to the assets. */

type ErrorCase = readonly [code: number, subcode?: number | null, message?: string, status?: number]

const nameOf = ([code, subcode, message]: ErrorCase) =>
  `${code}${subcode == null ? '' : `/${subcode}`}${message === undefined ? '' : ` “${message}”`}`

const answerOf = ([code, subcode, message = 'As Graph words it', status]: ErrorCase) =>
  graphError(code, message, subcode == null ? {} : { error_subcode: subcode }, status)

function rows(
  expected: Expected,
  only: Target | 'everything',
  list: readonly ErrorCase[],
  bySelf = false,
): readonly Row[] {
  return list.map((error) => ({
    name: `${bySelf ? 'by itself: ' : ''}${only}: ${nameOf(error)}`,
    fault: only === 'everything' ? { onRequest: answerOf(error) } : { only, onRequest: answerOf(error) },
    expected,
    ...(bySelf ? { bySelf } : {}),
  }))
}

const bare = (...codes: readonly number[]): readonly ErrorCase[] => codes.map((code) => [code] as const)

const MAY_NOT = '(#100) You must provide an app access token, or a user access token that is an owner or developer'
const NOT_THIS_APP = '(#100) The App_id in the input_token did not match the Viewing App'
const PROOF = 'API calls from the server require an appsecret_proof argument'
const NO_FIELD = '(#100) Tried accessing nonexisting field (health_status) on node type (WhatsAppBusinessAccount)'
const NO_FIELD_OF_A_KIND = '(#100) Tried accessing nonexisting field (health_status)'
const APP_BLOCKED = 'API access blocked.'
const APP_DEACTIVATED = 'API access deactivated. To reactivate, go to the app dashboard.'
const APP_DELETED = 'Error validating application. Application has been deleted.'
const ADDRESS = '(#5) Unauthorized source IP address'
const NO_OBJECT = 'Object does not exist, cannot be loaded due to missing permission or reviewable feature'
const MISSING_PERMISSION = '(#100) Missing Permission'
const NO_ALIAS = '(#803) Some of the aliases you requested do not exist: 1'
const TOO_MUCH = "Please reduce the amount of data you're asking for, then retry your request"
const BUSINESS = '(#100) Tried accessing nonexisting field (name) on node type (Business)'

export const ERROR_ROWS: readonly Row[] = [
  ...rows(inspectorRefused('inspector.rejected'), 'debug_token', [
    ...bare(0, 101, 102),
    [190, null, 'Invalid OAuth access token signature.'],
    [190, null, 'Malformed access token', 401],
    ...[458, 459, 460, 463, 464, 466, 467, 468, 492].map((subcode): ErrorCase => [190, subcode]),
    [1, null, 'Error validating client secret.'],
    [200, null, 'Provide valid app ID'],
    [100, null, 'Invalid appsecret_proof provided in the API argument'],
    [100, null, PROOF],
    [190, null, APP_DELETED, 401],
  ]),
  ...rows(inspectorRefused('inspector.denied'), 'debug_token', [
    ...bare(3, 10, 200, 250, 299),
    [100, null, MAY_NOT],
    [200, null, APP_BLOCKED],
    [200, null, APP_DEACTIVATED],
  ]),
  ...rows(inspectorRefused('app.address_denied'), 'debug_token', [[5], [5, null, ADDRESS, 403]]),
  ...rows(inspectorRefused('graph.version_unknown'), 'debug_token', [
    [2500, null, 'Unknown path components: /debug_token'],
  ]),
  ...rows(refused('app.mismatch'), 'debug_token', [[100, null, NOT_THIS_APP]]),
  ...rows(FAILING, 'debug_token', [...bare(1, 2), [1, null, 'Please reduce the amount of data you are asking for']]),
  ...rows(RATE_LIMITED, 'debug_token', [
    ...bare(4, 17, 32, 341, 613, 80_000, 80_007, 80_008, 80_014, 130_429),
    [4, null, 'Application request limit reached', 403],
    [80_007, null, 'Rate limit issues', 429],
  ]),
  ...rows(UNRECOGNISED, 'debug_token', [
    ...bare(33, 104, 368, 131_005, 131_031, 131_042, 131_045, 131_056, 133_010, 133_016),
    [100, 33],
    [100, null, '(#100) The parameter input_token is required'],
    [100, null, NO_FIELD],
    ...bare(-1, 99, 300, 424_242, 2_147_483_647),
    [803, null, NO_ALIAS, 404],
    [424_242, null, 'Something new', 403],
  ]),

  ...rows(
    refused('token.revoked'),
    'debug_token',
    [[190], [0], [102], [190, 458], [190, 460], [190, 464], [190, 467]],
    true,
  ),
  ...rows(refused('token.expired'), 'debug_token', [[190, 463]], true),
  ...rows(refused('token.revoked'), 'debug_token', [[190, null, APP_DELETED, 401]], true),
  ...rows(
    refused('token.invalid'),
    'debug_token',
    [
      [190, null, 'Cannot parse access token', 401],
      [190, null, 'Invalid OAuth access token data.'],
    ],
    true,
  ),
  ...rows(
    inspectorRefused('inspector.denied'),
    'debug_token',
    [
      [100, null, MAY_NOT],
      [200, null, APP_BLOCKED],
    ],
    true,
  ),
  ...rows(inspectorRefused('app.address_denied'), 'debug_token', [[5, null, ADDRESS]], true),
  ...rows(inspectorRefused('inspector.proof_required'), 'debug_token', [[100, null, PROOF]], true),
  ...rows(RATE_LIMITED, 'debug_token', [[4]], true),

  // Every read answers the same, and the token makes most of them.
  ...rows(refused('token.expired'), 'everything', [[190, 463]]),
  ...rows(refused('token.revoked'), 'everything', [[190], [0], [102], [190, 466], [190, null, APP_DELETED, 401]]),
  ...rows(refused('token.invalid'), 'everything', [[190, null, 'Invalid OAuth access token data.']]),
  ...rows(refused('app.blocked'), 'everything', [[200, null, APP_BLOCKED]]),
  ...rows(refused('app.blocked'), 'everything', [[200, null, APP_DEACTIVATED]], true),
  ...rows(inspectorRefused('app.address_denied'), 'everything', [[5, null, ADDRESS]]),
  ...rows(FAILING, 'everything', [[1], [2], [1, null, TOO_MUCH]]),
  ...rows(RATE_LIMITED, 'everything', [[4], [80_007, null, 'Rate limit issues', 429]]),
  ...rows(UNRECOGNISED, 'everything', [[424_242]]),

  ...rows(refused('account.unassigned'), 'account', [
    [100, 33],
    [33],
    [803, null, NO_ALIAS, 404],
    [100, null, NO_OBJECT],
    [10, null, NO_OBJECT],
  ]),
  // The number can be read: messages still go out.
  ...rows(warned('account.unassigned'), 'account', [...bare(3, 10, 200, 299), [100, null, MISSING_PERMISSION]]),
  ...rows(refused('account.wrong_kind'), 'account', [[100, null, BUSINESS]]),
  ...rows(warned('account.blocked'), 'account', bare(368, 131_031)),
  ...rows(warned('graph.failing'), 'account', [...bare(1, 2), [1, null, TOO_MUCH]]),
  ...rows(warned('graph.rate_limited'), 'account', bare(4, 80_008)),
  ...rows(warned('graph.unrecognised'), 'account', bare(190, 100, 131_042, 424_242)),
  ...rows(refused('phone.unassigned'), 'phone', [
    [100, 33],
    ...bare(10, 200),
    [803, null, NO_ALIAS, 404],
    [100, null, NO_OBJECT],
    [100, null, MISSING_PERMISSION],
  ]),
  ...rows(warned('phone.blocked'), 'phone', bare(368, 131_031)),
  ...rows(warned('graph.failing'), 'phone', [[1, null, TOO_MUCH]]),
  ...rows(warned('graph.unrecognised'), 'phone', bare(190, 133_010, 424_242)),
  ...rows(VERIFIED, 'phone_numbers', [[200], [10], [100, 33]]),
  ...rows(VERIFIED, 'subscribed_apps', [[200], [100, 33]]),
  ...rows(warned('graph.unrecognised'), 'phone_numbers', bare(190, 424_242)),
  ...rows(warned('graph.unrecognised'), 'subscribed_apps', bare(190, 424_242)),
  ...rows(warned('graph.failing'), 'subscribed_apps', [[1, null, TOO_MUCH]]),
  ...rows(VERIFIED, 'subscriptions', [[200], [190], [424_242], [4]]),

  // Once: the next request asks for less, and is answered.
  ...[NO_FIELD, NO_FIELD_OF_A_KIND, TOO_MUCH].map((message): Row => {
    const error: ErrorCase = [message === TOO_MUCH ? 1 : 100, null, message]
    const fault = { only: 'account', times: 1, onRequest: answerOf(error) } as const
    return { name: `account, once: ${nameOf(error)}`, fault, expected: VERIFIED }
  }),
]
