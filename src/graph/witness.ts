import type { ErrorClass } from '../verification/causes.ts'
import type { DeadToken } from '../verification/facts.ts'
import type { Witness } from '../verification/silence.ts'
import type { Clean } from './clean.ts'
import { classify, type GraphError } from './errors.ts'
import { reasonOf } from './wire.ts'

/** What an error says of the token that made the call. */

/** Graph did not look at the token: it failed, throttled, or refused the request for another reason. */
const SAY_NOTHING: readonly ErrorClass[] = [
  'transient',
  'throttled',
  'too_much_asked',
  'address_denied',
  'proof_required',
  'path_unknown',
]

const ENDINGS: Readonly<Partial<Record<ErrorClass, DeadToken['ending']>>> = {
  credential_expired: 'expired',
  credential_revoked: 'revoked',
  credential_invalid: 'invalid',
  credential_ended: 'revoked',
}

/** How an error ends the token that it speaks of, or `null` where it does not. */
export function endingOf(error: GraphError): DeadToken['ending'] | null {
  return ENDINGS[classify(error)] ?? null
}

/** What it says of the token that made the call; `null`: nothing. */
export function witnessOfError(error: GraphError, clean: Clean): Witness | null {
  const reason = reasonOf(error, clean)
  const ending = endingOf(error)
  if (ending !== null) return { says: 'ended', ending, reason }
  const errorClass = classify(error)
  if (errorClass === 'app_blocked') return { says: 'app_blocked', reason }
  // A wrong proof is a fault of ours: Graph did not come to the token.
  return SAY_NOTHING.includes(errorClass) || reason.cause === 'proof_wrong' ? null : { says: 'other' }
}
