/**
 * Graph's errors, sorted into classes by one table. Sources: Meta's error-handling and WhatsApp error-code pages, and
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

export type ErrorClass =
  | 'app_secret_wrong'
  | 'asker_not_allowed'
  | 'proof_required'
  | 'foreign_app'
  | 'too_much_asked'
  | 'field_unknown'
  | 'path_unknown'
  | 'throttled'
  | 'transient'
  | 'credential_expired'
  | 'credential_revoked'
  | 'credential_invalid'
  /** Of no use any more, and Graph does not say why. */
  | 'credential_ended'
  | 'not_visible'
  | 'not_permitted'
  | 'locked'
  | 'unrecognised'

type Row = {
  readonly class: ErrorClass
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
    class: 'app_secret_wrong',
    codes: [1],
    text: /Error validating client secret/i,
    source: 'captured: a wrong secret as client_secret',
  },
  {
    class: 'app_secret_wrong',
    codes: [100],
    text: /Invalid appsecret_proof/i,
    source: 'captured: facebook-token-verifier',
  },
  {
    class: 'app_secret_wrong',
    codes: [200],
    text: /Provide valid app ID/i,
    source: 'captured: an app id that does not exist',
  },
  { class: 'app_secret_wrong', codes: [101], source: 'Meta: error handling, API_EC_PARAM_API_KEY' },
  {
    class: 'asker_not_allowed',
    codes: [100],
    text: /must provide an app access token/i,
    source: 'captured: debug_token by a token that may not inspect',
  },
  {
    class: 'proof_required',
    codes: [100],
    text: /require an appsecret_proof/i,
    source: 'captured: "Require app secret" is on',
  },
  {
    class: 'foreign_app',
    codes: [100],
    text: /did not match the Viewing App/i,
    source: "captured: debug_token of another app's token",
  },
  { class: 'too_much_asked', codes: [1], text: /reduce the amount of data/i, source: 'Meta: error handling' },
  {
    class: 'field_unknown',
    codes: [100],
    text: /nonexisting field/i,
    source: 'captured: one unknown field fails the whole GET',
  },
  {
    class: 'path_unknown',
    codes: [2500],
    source: 'captured: "Unknown path components" for a version or path that is not there',
  },
  {
    class: 'throttled',
    codes: [4, 17, 32, 341, 613, [80000, 80014], 130429],
    source: "Meta: rate limiting; 80007 and 80008 are WhatsApp's",
  },
  {
    class: 'throttled',
    codes: ANY,
    when: ({ httpStatus }) => httpStatus === 429,
    source: 'RFC 6585: imitations and proxies answer 429',
  },
  { class: 'transient', codes: [1, 2], source: 'Meta: error handling' },
  {
    class: 'transient',
    codes: ANY,
    when: ({ isTransient, httpStatus }) => isTransient || httpStatus >= 500,
    source: 'Meta: is_transient; any 5xx',
  },
  { class: 'credential_expired', codes: CREDENTIAL, subcodes: [463], source: 'Meta: access tokens, 463' },
  {
    class: 'credential_revoked',
    codes: CREDENTIAL,
    subcodes: [458, 459, 460, 464, 466, 467, 468, 492],
    source: 'Meta: access tokens, subcodes',
  },
  {
    class: 'credential_expired',
    codes: CREDENTIAL,
    text: /session has expired/i,
    source: 'captured: the subcode may be absent',
  },
  {
    class: 'credential_revoked',
    codes: CREDENTIAL,
    text: /invalidated|logged out|has not authorized|changed (?:their|the) password/i,
    source: 'captured: the subcode may be absent',
  },
  {
    class: 'credential_invalid',
    codes: CREDENTIAL,
    text: /cannot parse|could not be decrypted|malformed|signature/i,
    source: 'captured: what Graph says of a text that it cannot read',
  },
  { class: 'credential_ended', codes: CREDENTIAL, source: 'Meta: 0, 102 and 190 without a known subcode or text' },
  { class: 'not_visible', codes: [33], source: 'Meta: the object is deleted, or hidden from this token' },
  {
    class: 'not_visible',
    codes: [100],
    subcodes: [33],
    source: 'captured: "Unsupported get request. Object with ID …"',
  },
  {
    class: 'not_visible',
    codes: [100],
    text: /does not exist, cannot be loaded due to missing permissions/i,
    source: 'captured: the same text; the subcode may be absent',
  },
  { class: 'not_permitted', codes: [3, 10, [200, 299]], source: 'Meta: error handling, capability and permission' },
  { class: 'locked', codes: [368, 131031], source: 'Meta: blocked for policy; account locked' },
  { class: 'unrecognised', codes: ANY, source: 'everything else decides nothing' },
]

export function classify(error: GraphError): ErrorClass {
  return ERROR_TABLE.find((row) => fits(row, error))?.class ?? 'unrecognised'
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
