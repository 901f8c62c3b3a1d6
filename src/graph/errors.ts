import { causeNamed, type CauseName, type ErrorClass } from '../verification/causes.ts'
import type { ErrorRow, GraphError } from './error.ts'
import { CREDENTIAL_ERRORS } from './errors.credential.ts'

export type { GraphError } from './error.ts'

/**
 * Graph's errors and their causes, by one table. Sources: Meta's error-handling and WhatsApp error-code pages, and
 * answers captured in public code: each row names its own. Never sorted by `type` (`OAuthException` also marks throttling
 * and outages) nor by the HTTP status alone (4, 80007 and 80008 come with 400, 403 and 429).
 */

const ANY: ErrorRow['codes'] = [[Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]]

/**
 * The first row that fits wins: texts before codes, since 1, 100 and 200 mean many things; subcodes before texts, since
 * a text may be in anybody's language and a subcode is exact.
 */
export const ERROR_TABLE: readonly ErrorRow[] = [
  {
    cause: 'not_visible',
    codes: [100],
    subcodes: [33],
    source: 'captured: "Unsupported get request. Object with ID …"',
  },
  {
    cause: 'secret_wrong',
    codes: [1],
    text: /Error validating client secret/i,
    source: 'captured: a wrong secret as client_secret',
  },
  {
    cause: 'proof_wrong',
    codes: [100],
    text: /Invalid appsecret_proof/i,
    source: 'captured: facebook-token-verifier',
  },
  {
    cause: 'app_unknown',
    codes: [200],
    text: /Provide valid app ID/i,
    source: 'captured: an app id that does not exist',
  },
  {
    cause: 'app_blocked',
    codes: [200],
    text: /API access (?:is )?(?:blocked|deactivated)/i,
    source: 'captured, often in 2026: answered to every call of an app that Meta has blocked, debug_token included',
  },
  {
    cause: 'app_unknown',
    codes: [101],
    source:
      'Meta: error handling, API_EC_PARAM_API_KEY; captured: "Cannot get application info due to a system error."',
  },
  {
    cause: 'inspector_not_allowed',
    codes: [100],
    text: /must provide an app access token/i,
    source: 'captured: debug_token by a token that may not inspect',
  },
  {
    cause: 'proof_required',
    codes: [100],
    text: /require an appsecret_proof/i,
    source: 'captured: "Require app secret" is on',
  },
  {
    cause: 'other_app',
    codes: [100],
    text: /did not match the Viewing App/i,
    source: "captured: debug_token of another app's token",
  },
  { cause: 'too_much_asked', codes: [1], text: /reduce the amount of data/i, source: 'Meta: error handling' },
  {
    cause: 'field_unknown',
    codes: [100],
    text: /nonexisting field/i,
    source: 'captured: one unknown field fails the whole GET',
  },
  {
    cause: 'path_unknown',
    codes: [2500],
    source: 'captured: "Unknown path components" for a version or path that is not there',
  },
  {
    cause: 'throttled',
    codes: [4, 17, 32, 341, 613, [80000, 80014], 130429],
    source: "Meta: rate limiting; 80007 and 80008 are WhatsApp's",
  },
  {
    cause: 'throttled',
    codes: ANY,
    when: ({ httpStatus }) => httpStatus === 429,
    source: 'RFC 6585: imitations and proxies answer 429',
  },
  { cause: 'transient', codes: [1, 2], source: 'Meta: error handling' },
  {
    cause: 'transient',
    codes: ANY,
    when: ({ isTransient, httpStatus }) => isTransient || httpStatus >= 500,
    source: 'Meta: is_transient; any 5xx',
  },
  {
    cause: 'address_denied',
    codes: [5],
    source: 'captured: "(#5) Unauthorized source IP address", "This IP can\'t make requests for that application."',
  },

  ...CREDENTIAL_ERRORS,

  { cause: 'not_visible', codes: [33], source: 'Meta: the object is deleted, or hidden from this token' },
  {
    cause: 'not_visible',
    codes: [803],
    source: 'captured, with HTTP 404 and 400: "Some of the aliases you requested do not exist"',
  },
  {
    cause: 'not_visible',
    codes: [10, 100],
    text: /does not exist, cannot be loaded due to missing (?:permissions?|reviewable)/i,
    source: "captured: the same text without its subcode; for a Page's id with the name of a feature",
  },
  {
    cause: 'full_control_missing',
    codes: [100],
    text: /^(?:\(#100\) )?(?:Missing Permission|Need permission on)/i,
    source: 'captured, 2026: a refusal for want of permission under another number',
  },
  {
    cause: 'app_not_for_user',
    codes: [200],
    text: /Cannot call API for app/i,
    source: 'captured: "Cannot call API for app … on behalf of user …"',
  },
  { cause: 'app_lacks_permission', codes: [3, 10], source: 'Meta: error handling, capability and permission' },
  { cause: 'permission_refused', codes: [[200, 299]], source: 'Meta: error handling, permission' },
  { cause: 'locked', codes: [368, 131031], source: 'Meta: blocked for policy; account locked' },
  { cause: 'unrecognised', codes: ANY, source: 'everything else decides nothing' },
]

/** Why Graph says so. */
export function causeOfError(error: GraphError): CauseName {
  return ERROR_TABLE.find((row) => fits(row, error))?.cause ?? 'unrecognised'
}

/** What it speaks of: the class of its cause. */
export function classify(error: GraphError): ErrorClass {
  return causeNamed(causeOfError(error)).class ?? 'unrecognised'
}

function fits({ codes, subcodes, text, when }: ErrorRow, error: GraphError): boolean {
  const inCodes = codes.some((code) =>
    typeof code === 'number' ? code === error.code : error.code >= code[0] && error.code <= code[1],
  )
  if (!inCodes) return false
  if (subcodes !== undefined && (error.subcode === null || !subcodes.includes(error.subcode))) return false
  if (text !== undefined && !text.test(error.message)) return false
  return when === undefined || when(error)
}

/** The field and the kind of node that a `field_unknown` names. */
export function unknownField(message: string): { readonly field: string | null; readonly nodeType: string | null } {
  return {
    field: /nonexisting field \(([a-z_]{1,64})\)/i.exec(message)?.[1] ?? null,
    nodeType: /node type \(([a-z_]{1,64})\)/i.exec(message)?.[1] ?? null,
  }
}
