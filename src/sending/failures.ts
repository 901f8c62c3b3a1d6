import { causeOfError, type GraphError } from '../graph/errors.ts'
import { causeNamed, type CauseName } from '../verification/causes.ts'
import { capital } from '../verification/words.ts'
import { ACCESS, MESSAGE, type SendFailure, type FailureRow } from './failure.ts'
import { ACCESS_FAILURES, OBJECT_UNKNOWN, OF_CAUSE } from './failures.access.ts'
import { LATER_CAUSES, LATER_FAILURES } from './failures.later.ts'
import { MESSAGE_FAILURES, PARAMETER } from './failures.message.ts'

/** PURE. What an error to a message means, and what to do. */

const ROWS: readonly FailureRow[] = [...ACCESS_FAILURES, OBJECT_UNKNOWN, ...MESSAGE_FAILURES, ...LATER_FAILURES]
const CAUSES: Readonly<Partial<Record<CauseName, SendFailure>>> = { ...OF_CAUSE, ...LATER_CAUSES }

/** Causes whose own text is right for a message too; so is that of every cause which ends a token. */
const SAME_FOR_A_MESSAGE: readonly CauseName[] = [
  'app_blocked',
  'address_denied',
  'secret_wrong',
  'proof_wrong',
  'proof_required',
  'app_unknown',
]

const UNKNOWN: SendFailure = {
  name: 'unknown',
  exitCode: MESSAGE,
  means:
    'This program does not know this error: Graph refused the message, and what it said above is all that is known.',
  toDo: 'Look the code up at https://developers.facebook.com/docs/whatsapp/cloud-api/support/error-codes. Run check too: it shows whether token, account and number are well.',
}

/** WhatsApp's own codes come first, then what Graph's general errors mean here. */
export function explainFailure(error: GraphError): SendFailure {
  const cause = causeOfError(error)
  const row = ROWS.find((each) => fits(each, error)) ?? CAUSES[cause] ?? ofCause(cause)
  if (row !== null) return row
  return cause === 'unrecognised' && fits(PARAMETER, error) ? PARAMETER : UNKNOWN
}

function fits({ codes, text }: FailureRow, { code, message, details = '' }: GraphError): boolean {
  return codes.includes(code) && (text === undefined || text.test(`${message} ${details}`))
}

function ofCause(name: CauseName): SendFailure | null {
  const { class: errorClass, sentence, remedy } = causeNamed(name)
  if (errorClass?.startsWith('credential_') !== true && !SAME_FOR_A_MESSAGE.includes(name)) return null
  return { name, exitCode: ACCESS, means: asSentence(sentence ?? 'Graph refuses the token'), toDo: remedy }
}

function asSentence(text: string): string {
  return capital(text) + (text.endsWith('.') ? '' : '.')
}

/** Graph's general codes that mean one thing to a message, whatever their text. */
const GENERAL_CODES = [3, 10, 33, 200]

/** For the tests and the documentation: every code that is explained by itself. */
export const EXPLAINED_CODES: readonly number[] = [
  ...GENERAL_CODES,
  ...[...ROWS, PARAMETER].flatMap(({ codes, text }) => (text === undefined ? codes : [])),
]
