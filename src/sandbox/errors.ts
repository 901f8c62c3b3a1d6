/** Graph's errors as it words them: a row each. Texts are copied from captured answers; the tests hold them. */
export type GraphError = {
  /** 401 holds for a bearer token; Graph says 400 when the token came as a parameter. */
  readonly status: number
  readonly code: number
  readonly subcode?: number
  readonly message: string
  readonly type: 'OAuthException' | 'GraphMethodException'
  readonly isTransient?: true
  readonly details?: string
}

/** Thrown by whatever finds the fault; the app turns it into Graph's envelope. */
export class Refusal extends Error {
  readonly error: GraphError
  constructor(error: GraphError) {
    super(error.message)
    this.name = 'Refusal'
    this.error = error
  }
}

const READ_THE_DOCS = 'Please read the Graph API documentation at https://developers.facebook.com/docs/graph-api'

export const oauth = (status: number, code: number, message: string, more: Partial<GraphError> = {}): GraphError => ({
  status,
  code,
  message,
  type: 'OAuthException',
  ...more,
})

const method = (message: string, more: Partial<GraphError> = {}): GraphError => ({
  status: 400,
  code: 100,
  message,
  type: 'GraphMethodException',
  ...more,
})

export const errors = {
  // the credential
  deadToken: (message: string, subcode?: number) => oauth(401, 190, message, subcode === undefined ? {} : { subcode }),
  unparsableToken: () => oauth(401, 190, 'Invalid OAuth access token - Cannot parse access token'),
  undecryptableToken: () => oauth(401, 190, 'The access token could not be decrypted'),
  badSignature: () => oauth(400, 190, 'Invalid OAuth access token signature.'),
  badSecret: () => oauth(400, 1, 'Error validating client secret.'),
  unknownApp: () => oauth(400, 101, 'Error validating application. Cannot get application info due to a system error.'),
  applicationDeleted: () => oauth(401, 190, 'Error validating application. Application has been deleted.'),
  applicationBlocked: () => oauth(400, 200, 'API access blocked.'),
  addressDenied: () => oauth(400, 5, '(#5) Unauthorized source IP address'),
  unknownGrant: () => oauth(400, 1, 'Invalid grant_type.'),
  tokenOfAnotherApp: (app: string) =>
    oauth(400, 190, `Error validating access token: The access token does not belong to application ${app}.`),
  noToken: () => oauth(400, 104, 'An access token is required to request this resource.'),
  noActiveToken: () =>
    oauth(400, 2500, 'An active access token must be used to query information about the current user.'),
  proofRequired: () => method('API calls from the server require an appsecret_proof argument'),
  proofInvalid: () => method('Invalid appsecret_proof provided in the API argument'),

  // debug_token
  inspectorDenied: () =>
    oauth(
      400,
      100,
      '(#100) You must provide an app access token, or a user access token that is an owner or developer of the app',
    ),
  foreignApp: () => oauth(400, 100, '(#100) The App_id in the input_token did not match the Viewing App'),
  parameterMissing: (name: string) => oauth(400, 100, `(#100) The parameter ${name} is required`),

  // nodes and paths
  unsupportedMethod: (verb: string) =>
    method(`Unsupported ${verb.toLowerCase()} request. ${READ_THE_DOCS}`, { subcode: 33 }),
  unknownObject: (verb: string, id: string) =>
    method(
      `Unsupported ${verb.toLowerCase()} request. Object with ID '${id}' does not exist, cannot be loaded due to ` +
        `missing permissions, or does not support this operation. ${READ_THE_DOCS}`,
      { subcode: 33 },
    ),
  unknownField: (field: string, nodeType: string) =>
    oauth(400, 100, `(#100) Tried accessing nonexisting field (${field}) on node type (${nodeType})`),
  unknownPath: (path: string) => oauth(400, 2500, `Unknown path components: ${path}`),
  permissionMissing: () => oauth(403, 200, '(#200) You do not have permission to access this field.'),
  nodePermissionMissing: () => oauth(400, 100, '(#100) Missing Permission'),
  pageUnreadable: () =>
    oauth(
      400,
      100,
      '(#100) Object does not exist, cannot be loaded due to missing permission or reviewable feature, or does not ' +
        "support this operation. This endpoint requires the 'pages_read_engagement' permission or the 'Page Public " +
        "Content Access' feature or the 'Page Public Metadata Access' feature. Refer to " +
        'https://developers.facebook.com/docs/apps/review/login-permissions#manage-pages for details.',
    ),

  // sending
  accountLocked: () =>
    oauth(403, 131031, '(#131031) Business Account locked', { details: 'Business account has been locked.' }),
  numberNotRegistered: () => oauth(400, 133010, '(#133010) Account not registered'),
  messageParameterMissing: (details: string) =>
    oauth(400, 131008, '(#131008) Required parameter is missing', { details }),
  parameterTooLong: (name: string, max: number) =>
    oauth(400, 100, `(#100) Param ${name} must be at most ${max} characters long.`),
  parameterNotOneOf: (name: string, values: readonly string[], got: string) =>
    oauth(400, 100, `(#100) Param ${name} must be one of {${values.join(', ')}} - got "${got}".`),
  unknownAttachment: (type: string) =>
    oauth(400, 100, `(#100) Param ${type}['id'] is not a valid whatsapp business account media attachment ID`),

  // media and registration
  fileType: (allowed: readonly string[], got: string) =>
    oauth(
      400,
      100,
      `(#100) Param file must be a file with one of the following types: ${allowed.join(', ')}. ` +
        `Received file of type '${got}'.`,
    ),
  bodyTooLarge: (maxBytes: number) =>
    oauth(400, 131053, '(#131053) Media upload error', {
      details: `The sandbox takes requests of at most ${maxBytes} bytes.`,
    }),
  pinLength: () => oauth(400, 100, '(#100) Param pin must be 6 characters long.'),

  // limits and outages
  applicationLimit: () => oauth(400, 4, '(#4) Application request limit reached', { isTransient: true }),
  outage: () =>
    oauth(500, 2, 'An unexpected error has occurred. Please retry your request later.', { isTransient: true }),
} as const satisfies Record<string, (...facts: never[]) => GraphError>

export function envelope(error: GraphError, traceId: string): { error: Record<string, unknown> } {
  return {
    error: {
      message: error.message,
      type: error.type,
      ...(error.isTransient && { is_transient: true }),
      code: error.code,
      ...(error.subcode !== undefined && { error_subcode: error.subcode }),
      ...(error.details !== undefined && {
        error_data: { messaging_product: 'whatsapp', details: error.details },
      }),
      fbtrace_id: traceId,
    },
  }
}
