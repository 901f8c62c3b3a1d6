import { causeNamed, type CauseName, type ErrorClass } from '../verification/causes.ts'

/**
 * Graph's errors and their causes, by one table. Sources: Meta's error-handling and WhatsApp error-code pages, and
 * answers captured in public code: each row names its own. Never sorted by `type` (`OAuthException` also marks throttling
 * and outages) nor by the HTTP status alone (4, 80007 and 80008 come with 400, 403 and 429).
 */

/** Graph's error envelope, as far as it is judged. */
export type GraphError = {
  readonly code: number
  readonly subcode: number | null
  /** Raw: cleaned before it is kept. */
  readonly message: string
  /** WhatsApp's own words, raw too. */
  readonly details?: string
  readonly isTransient: boolean
  readonly httpStatus: number
}

type Row = {
  readonly cause: CauseName
  readonly codes: readonly (number | readonly [from: number, to: number])[]
  readonly subcodes?: readonly number[]
  readonly text?: RegExp
  readonly when?: (error: GraphError) => boolean
  readonly source: string
}

const ANY: Row['codes'] = [[Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER]]
const CREDENTIAL: Row['codes'] = [0, 102, 190]

/** The first row that fits wins: texts before codes, since 1 and 100 mean many things. */
export const ERROR_TABLE: readonly Row[] = [
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
  { cause: 'app_unknown', codes: [101], source: 'Meta: error handling, API_EC_PARAM_API_KEY' },
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
  { cause: 'expired', codes: CREDENTIAL, subcodes: [463], source: 'Meta: access tokens, 463' },
  {
    cause: 'revoked',
    codes: CREDENTIAL,
    subcodes: [458, 459, 460, 464, 466, 467, 468, 492],
    source: 'Meta: access tokens, subcodes',
  },
  {
    cause: 'expired',
    codes: CREDENTIAL,
    text: /session has expired/i,
    source: 'captured: the subcode may be absent',
  },
  {
    cause: 'revoked',
    codes: CREDENTIAL,
    text: /invalidated|logged out|has not authorized|changed (?:their|the) password/i,
    source: 'captured: the subcode may be absent',
  },
  {
    cause: 'copied_wrong',
    codes: CREDENTIAL,
    text: /cannot parse|could not be decrypted|malformed|signature/i,
    source: 'captured: what Graph says of a text that it cannot read',
  },
  { cause: 'unexplained', codes: CREDENTIAL, source: 'Meta: 0, 102 and 190 without a known subcode or text' },
  { cause: 'not_visible', codes: [33], source: 'Meta: the object is deleted, or hidden from this token' },
  {
    cause: 'not_visible',
    codes: [100],
    subcodes: [33],
    source: 'captured: "Unsupported get request. Object with ID …"',
  },
  {
    cause: 'not_visible',
    codes: [100],
    text: /does not exist, cannot be loaded due to missing permissions/i,
    source: 'captured: the same text; the subcode may be absent',
  },
  { cause: 'not_permitted', codes: [3, 10, [200, 299]], source: 'Meta: error handling, capability and permission' },
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

function fits({ codes, subcodes, text, when }: Row, error: GraphError): boolean {
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
