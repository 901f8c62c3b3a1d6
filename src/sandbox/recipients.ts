import { errors, type GraphError, oauth } from './errors.ts'
import { IDS } from './ids.ts'

/** `null`: accepted, as Graph does where the failure comes by webhook only. */
type Failure = { readonly code: number; readonly error: GraphError | null; readonly meaning: string }

const refusal = (meaning: string, error: GraphError): Failure => ({ code: error.code, error, meaning })

const failure = (status: number, code: number, message: string, meaning: string, details?: string): Failure =>
  refusal(meaning, oauth(status, code, `(#${code}) ${message}`, details === undefined ? {} : { details }))

/** What can go wrong with one message, each to be had by its recipient. Add a row to add one. */
const FAILURES: readonly Failure[] = [
  // the credential, and what it may do
  refusal(
    'the app user cannot be authenticated',
    oauth(401, 0, 'AuthException', { details: 'We were unable to authenticate the app user.' }),
  ),
  refusal('the token is none', errors.unparsableToken()),
  failure(403, 3, 'Application does not have the capability to make this API call.', 'a capability is missing'),
  failure(403, 10, 'Application does not have permission for this action', 'the app lacks a permission'),
  failure(
    403,
    200,
    'You do not have the necessary permissions required to send messages on behalf of this WhatsApp Business Account',
    'the system user lacks full control of the account',
  ),
  refusal('the number is wrong or not assigned', errors.unknownObject('POST', IDS.phoneNumber)),
  failure(403, 131_005, 'Access denied', 'access denied, for one of many reasons'),

  // the recipient
  failure(
    400,
    131_030,
    'Recipient phone number not in allowed list',
    'not in the list of test recipients',
    'Recipient phone number not in allowed list',
  ),
  failure(
    400,
    131_047,
    'Re-engagement message',
    'more than 24 hours since the customer wrote',
    'Message failed to send because more than 24 hours have passed since the customer last replied to this number.',
  ),
  failure(
    400,
    131_026,
    'Message undeliverable',
    'the recipient cannot get it',
    'Receiver is incapable of receiving this message',
  ),

  // the message
  refusal(
    'a parameter is missing',
    errors.messageParameterMissing('buttons: Button at index 0 of type Url requires a parameter'),
  ),
  failure(
    400,
    131_009,
    'Parameter value is not valid',
    'a parameter is wrong',
    'Please check the parameters you have provided.',
  ),
  failure(
    400,
    132_000,
    'Number of parameters does not match the expected number of params',
    'the template wants another number of parameters',
    'body: number of localizable_params (2) does not match the expected number of params (1)',
  ),
  failure(
    404,
    132_001,
    'Template name does not exist in the translation',
    'there is no such template in this language',
    'template name (order_shipped) does not exist in en_US',
  ),
  failure(
    400,
    132_012,
    'Parameter format does not match format in the created template',
    'a template parameter has the wrong format',
    'header: Format mismatch, expected IMAGE, received UNKNOWN',
  ),
  failure(
    400,
    132_015,
    'Template is paused',
    'the template is paused for its quality',
    'Template is paused due to low quality so it cannot be sent in a template message.',
  ),

  // the account and the number
  refusal('the account is locked', errors.accountLocked()),
  failure(
    403,
    368,
    'Temporarily blocked for policies violations',
    'the account is restricted for a violation of policy',
    'The WhatsApp Business Account associated with the app has been restricted or disabled for violating a platform ' +
      'policy.',
  ),
  { code: 131_042, error: null, meaning: 'payment is missing: accepted, and the failure comes by webhook only' },
  refusal('the number is not registered', errors.numberNotRegistered()),
  failure(
    400,
    131_037,
    'WhatsApp provided number needs display name approval before message can be sent',
    'the display name of the number is not approved yet',
  ),

  // limits
  refusal('the app made too many calls', errors.applicationLimit()),
  failure(400, 80_007, 'Rate limit hit', 'the account made too many calls'),
  failure(
    400,
    130_429,
    'Rate limit hit',
    'the number sends too fast',
    'Cloud API message throughput has been reached.',
  ),
  failure(
    400,
    131_048,
    'Spam rate limit hit',
    'too many of the number’s messages were blocked or reported',
    'Message failed to send because there are restrictions on how many messages can be sent from this phone number. ' +
      'This may be because too many previous messages were blocked or flagged as spam.',
  ),
  failure(
    400,
    131_056,
    '(Business Account, Consumer Account) pair rate limit hit',
    'too many messages to the same recipient',
    'Message failed to send because there were too many messages sent from this phone number to the same phone number ' +
      'in a short period of time.',
  ),

  // outages
  refusal('an outage', errors.outage()),
  failure(500, 131_000, 'Something went wrong', 'an unknown error', 'Message failed to send due to an unknown error.'),
  failure(500, 131_016, 'Service unavailable', 'a service is down', 'A service is temporarily unavailable.'),
  failure(
    500,
    131_057,
    'Account in maintenance mode',
    'the account is in maintenance',
    'Business Account is in maintenance mode',
  ),
]

/** Of a range that is not in use: +1 555 0, then the code in six digits. */
const PREFIX = '15550'

export type Recipient = Failure & { readonly number: string }

export const RECIPIENTS: readonly Recipient[] = FAILURES.map((each) => ({
  ...each,
  number: PREFIX + String(each.code).padStart(6, '0'),
}))

const BY_NUMBER = new Map(RECIPIENTS.map((each) => [each.number, each]))

/** What becomes of a message to this recipient, however the number is written. */
export const failureOf = (to: string): GraphError | null => BY_NUMBER.get(to.replace(/\D/g, ''))?.error ?? null
