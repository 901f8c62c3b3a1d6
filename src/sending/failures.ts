import { EXIT, type ExitCode } from '../assembly/exit-codes.ts'
import { classify, type GraphError } from '../graph/errors.ts'
import type { ErrorClass } from '../verification/causes.ts'

/** PURE. What an error to a message means, and what to do. Sources: Meta's WhatsApp error codes, and captured answers. */

export type Failure = {
  readonly exitCode: ExitCode
  readonly means: string
  readonly toDo: string
}

type Row = Failure & { readonly codes: readonly number[] }

const MESSAGE = EXIT.message
const ACCESS = EXIT.refused
const LATER = EXIT.temporary

const ROWS: readonly Row[] = [
  {
    codes: [131030],
    exitCode: MESSAGE,
    means: 'The recipient is not in the list of allowed numbers: a test number sends to five registered ones only.',
    toDo: 'Add the number in the app dashboard (WhatsApp → API setup → To), or send from a number of your own.',
  },
  {
    codes: [131047],
    exitCode: MESSAGE,
    means: 'More than 24 hours have passed since the recipient wrote: only templates may be sent.',
    toDo: 'Let the recipient write to the bot first, or send a template: --template hello_world.',
  },
  {
    codes: [131026],
    exitCode: MESSAGE,
    means: 'The message cannot be delivered: no WhatsApp account, an old version, or terms not accepted.',
    toDo: 'Check the number, and try another recipient.',
  },
  {
    codes: [131008, 131009, 132000, 132012, 132018, 100],
    exitCode: MESSAGE,
    means: 'A parameter of the message is missing or wrong.',
    toDo: 'Check the recipient, and with --template the name, the language and that it takes no parameters.',
  },
  {
    codes: [132001],
    exitCode: MESSAGE,
    means: 'There is no such template in this language, or it is not approved.',
    toDo: 'Check name and language in the WhatsApp Manager: --template NAME:LANGUAGE, such as hello_world:en_US.',
  },
  {
    codes: [132005, 132007, 132015, 132016],
    exitCode: MESSAGE,
    means: 'The template is paused, disabled, or breaks a rule.',
    toDo: 'See its state in the WhatsApp Manager, and send another one.',
  },
  {
    codes: [131021],
    exitCode: MESSAGE,
    means: 'The recipient is the sending number itself.',
    toDo: 'Send to another number.',
  },
  {
    codes: [131051, 131052, 131053],
    exitCode: MESSAGE,
    means: 'This kind of message is not supported, or its media could not be fetched.',
    toDo: 'A test message has no media: look at what stands between this program and Graph (GRAPH_API_URL).',
  },
  {
    codes: [130472],
    exitCode: MESSAGE,
    means: "The recipient is in one of Meta's experiments: marketing messages do not reach them.",
    toDo: 'Try another recipient, or a template of another category. Neither token nor number is the cause.',
  },
  {
    codes: [131031, 368],
    exitCode: ACCESS,
    means: 'The WhatsApp account is locked or restricted for a breach of policy.',
    toDo: 'See Business Support Home and the account quality page, and appeal there.',
  },
  {
    codes: [131042],
    exitCode: ACCESS,
    means: 'The account has no working payment method.',
    toDo: 'Add one in Business Settings → WhatsApp accounts → Payment settings.',
  },
  {
    codes: [131005],
    exitCode: ACCESS,
    means:
      "Access is denied: a user's token, an account that is not assigned, a missing payment method, or a declined display name.",
    toDo: 'Run check: it tells which. After assigning an account generate the token again (guide, steps 3 and 4).',
  },
  {
    codes: [131045, 133010],
    exitCode: ACCESS,
    means: 'The sending number is not registered with the Cloud API, or its account is no longer linked.',
    toDo: 'Register it (POST /{number id}/register), and run check for the account.',
  },
  {
    codes: [80007, 130429, 131048, 131056, 4, 133016],
    exitCode: LATER,
    means: 'A limit is reached: of the app, of the number, or of messages to this recipient.',
    toDo: 'Wait, and send less. The token is not the cause.',
  },
  {
    codes: [131000, 131016, 131057],
    exitCode: LATER,
    means: "Meta's service is out of order or in maintenance.",
    toDo: 'Try again later, and see metastatus.com. The token is not the cause.',
  },
]

const OF_CLASS: Readonly<Partial<Record<ErrorClass, Failure>>> = {
  not_visible: {
    exitCode: ACCESS,
    means: 'The id of the sending number is wrong, or the number is not assigned to the system user.',
    toDo: 'Run check. Assign the WhatsApp account to the system user (guide, step 3), then generate the token again.',
  },
  not_permitted: {
    exitCode: ACCESS,
    means: 'The token lacks the permission whatsapp_business_messaging, or the app may not do this.',
    toDo: 'Generate the token again with all three boxes ticked (guide, step 4).',
  },
  app_blocked: {
    exitCode: ACCESS,
    means: "Meta has blocked or deactivated the app's access to the API.",
    toDo: 'Open the app dashboard and do what it asks. A new token of the same app is blocked too.',
  },
  address_denied: {
    exitCode: ACCESS,
    means: "The app's server IP allow list does not name this machine's address.",
    toDo: 'Add the address (App settings → Advanced → Security), or empty the list.',
  },
  app_secret_wrong: {
    exitCode: ACCESS,
    means: 'The app secret does not belong to this app, or was changed.',
    toDo: 'Correct META_APP_ID and META_APP_SECRET (App settings → Basic).',
  },
  proof_required: {
    exitCode: ACCESS,
    means: 'The app demands appsecret_proof.',
    toDo: 'Set META_APP_ID and META_APP_SECRET.',
  },
  path_unknown: {
    exitCode: EXIT.config,
    means: 'Graph does not know the path: the configured version, or the id of the sending number.',
    toDo: 'Correct GRAPH_API_VERSION, or WHATSAPP_PHONE_NUMBER_ID (--from).',
  },
  throttled: {
    exitCode: LATER,
    means: 'A limit is reached.',
    toDo: 'Wait, and send less. The token is not the cause.',
  },
  transient: {
    exitCode: LATER,
    means: "Meta's service is out of order.",
    toDo: 'Try again later, and see metastatus.com. The token is not the cause.',
  },
}

const CREDENTIAL: Failure = {
  exitCode: ACCESS,
  means: 'Graph does not accept the token: it has expired, was revoked, or is not whole.',
  toDo: 'Run check: it tells why. Generate a new one (guide, step 4).',
}

const UNKNOWN: Failure = {
  exitCode: MESSAGE,
  means: 'Nobody here knows this error: Graph refused this message, and what it wrote is all that is known.',
  toDo: 'Look the code up: developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes',
}

/** 100 without a subcode is a parameter, 100/33 an object; 200 is a permission, but where it speaks of the app. */
const BEFORE_CODES: readonly ErrorClass[] = ['not_visible', 'app_secret_wrong', 'proof_required', 'app_blocked']

/** Codes of WhatsApp's own come before Graph's classes. */
export function explainFailure(error: GraphError): Failure {
  const errorClass = classify(error)
  if (errorClass.startsWith('credential_')) return CREDENTIAL
  const row = BEFORE_CODES.includes(errorClass) ? undefined : ROWS.find(({ codes }) => codes.includes(error.code))
  return row ?? OF_CLASS[errorClass] ?? UNKNOWN
}

/** For the tests and the documentation: every code that is explained by itself. */
export const EXPLAINED_CODES: readonly number[] = ROWS.flatMap(({ codes }) => codes)
