import { causeNamed, type CauseName, type ErrorClass } from '../verification/causes.ts'
import type { SilenceCode } from '../verification/codes.ts'
import type { AccountFacts, Facts, NotShown, PhoneFacts } from '../verification/facts.ts'
import type { Silence } from '../verification/silence.ts'
import { codeText } from '../verification/words.ts'
import type { Clean } from './clean.ts'
import type { Reply } from './client.ts'
import { causeOfError, classify, unknownField, type GraphError } from './errors.ts'
import type { Invalid } from './error.ts'
import { reasonOf } from './wire.ts'
import { endingOf, witnessOfError } from './witness.ts'

/** What an error means depends on what was asked, and who asked. Here the causes of errors.ts meet the question. */

export type Meaning =
  | { readonly kind: 'facts'; readonly facts: Facts }
  | { readonly kind: 'silence'; readonly silence: Silence }
  /** This field is not there: ask again without it. `null`: not said which one. */
  | { readonly kind: 'field_gone'; readonly field: string | null; readonly silence: Silence }
  /** Ask again for less, this time. */
  | { readonly kind: 'too_much'; readonly silence: Silence }

/** Classes that say nothing definite, whatever was asked. The rest is `graph.unrecognised` where no question claims it. */
const SILENT: Readonly<Partial<Record<ErrorClass, SilenceCode>>> = {
  app_secret_wrong: 'inspector.rejected',
  asker_not_allowed: 'inspector.denied',
  address_denied: 'app.address_denied',
  proof_required: 'inspector.proof_required',
  path_unknown: 'graph.version_unknown',
  throttled: 'graph.rate_limited',
  transient: 'graph.failing',
  too_much_asked: 'graph.failing',
}

/** To a read that is not about the token itself: consequences of what other answers show better. */
const REFUSALS: readonly ErrorClass[] = [
  'credential_expired',
  'credential_revoked',
  'credential_invalid',
  'credential_ended',
  'locked',
  'not_visible',
  'not_permitted',
  'field_unknown',
]

/** Those that keep their own cause where they are refused. */
const SPEAKING: readonly CauseName[] = ['app_deleted', 'app_blocked', 'app_not_for_user', 'app_lacks_permission']

type TokenContext = {
  /** The app's own token inspects, not the token itself. */
  readonly byApp: boolean
  readonly appId: string | null
  readonly hasSecret: boolean
  readonly clean: Clean
}

/** `is_valid: false`. A passing fault inside of it is no answer. */
export function invalidToken({ error, isKnown }: Invalid, clean: Clean): Meaning {
  if (error === null) return facts({ about: 'token', kind: 'dead', ending: 'invalid', reason: null, fromReads: false })
  const errorClass = classify(error)
  if (['transient', 'throttled', 'too_much_asked'].includes(errorClass))
    return tokenSilence(causeOfError(error), error, clean)
  const reason = reasonOf(error, clean)
  if (errorClass === 'app_blocked') return facts({ about: 'token', kind: 'app_blocked', reason, fromReads: false })
  const ending = endingOf(error)
  const isUnexplained = ending === null || errorClass === 'credential_ended'
  return facts({
    about: 'token',
    kind: 'dead',
    ending: isUnexplained ? (isKnown ? 'revoked' : 'invalid') : ending,
    reason: isUnexplained ? { ...reason, cause: 'unexplained' } : reason,
    fromReads: false,
  })
}

/** A top-level error to debug_token: it speaks of the asker, and of the token only where the two are one. */
export function tokenError(error: GraphError, { byApp, appId, hasSecret, clean }: TokenContext): Meaning {
  const cause = causeOfError(error)
  const errorClass = classify(error)
  const reason = reasonOf(error, clean)
  if (errorClass === 'foreign_app' && appId !== null) return facts({ about: 'token', kind: 'foreign', reason })
  const ending = endingOf(error)
  if (ending !== null && !byApp) return facts({ about: 'token', kind: 'dead', ending, reason, fromReads: false })
  if (ending !== null) return tokenSilence(SPEAKING.includes(cause) ? cause : 'secret_wrong', error, clean, REJECTED)
  if (errorClass === 'app_blocked') {
    const silence = { ...silentError(cause, error, clean, 'inspector.denied'), isRefusal: false }
    // A token that inspects itself is a read of its own.
    return { kind: 'silence', silence: byApp ? silence : { ...silence, witness: witnessOfError(error, clean) } }
  }
  if (errorClass === 'not_permitted' || errorClass === 'foreign_app')
    return tokenSilence('inspector_not_allowed', error, clean)
  if (errorClass === 'proof_required' && hasSecret) return tokenSilence('proof_wrong', error, clean)
  return tokenSilence(cause, error, clean)
}

/** The node that was read. */
export type Subject =
  | { readonly about: 'account'; readonly businessAccountId: string }
  | { readonly about: 'phone'; readonly phoneNumberId: string }

type AssetContext = {
  readonly hasSecret: boolean
  readonly clean: Clean
  /** `null` for an edge, whose refusal the node's own finding shows. */
  readonly subject: Subject | null
  /** The kind of node that the id should name, in Graph's words. */
  readonly nodeType: string
}

/** An error to a read of the account, a number, one of their edges, or the token's user. */
export function assetError(error: GraphError, context: AssetContext): Meaning {
  const { subject, clean } = context
  const errorClass = classify(error)
  const reason = reasonOf(error, clean)
  if (errorClass === 'too_much_asked') return { kind: 'too_much', silence: readSilence(error, clean) }
  if (errorClass === 'field_unknown') return unknownFieldMeaning(error, context)
  if (errorClass === 'proof_required' && context.hasSecret)
    return silence({ ...silentError('proof_wrong', error, clean), witness: null })
  if (subject === null) return silence(readSilence(error, clean))
  if (errorClass === 'not_visible' || errorClass === 'not_permitted')
    return facts(about(subject, { kind: 'unassigned', reason }))
  if (errorClass === 'locked') return facts(about(subject, { kind: 'locked', reason }))
  return silence(readSilence(error, clean))
}

function unknownFieldMeaning(error: GraphError, { subject, nodeType, clean }: AssetContext): Meaning {
  const { field, nodeType: namedType } = unknownField(error.message)
  if (subject === null) return silence(readSilence(error, clean))
  if (namedType !== null && namedType !== nodeType)
    return facts(about(subject, { kind: 'wrong_kind', nodeType: namedType, reason: reasonOf(error, clean) }))
  return { kind: 'field_gone', field, silence: readSilence(error, clean) }
}

function about(subject: Subject, shown: NotShown): AccountFacts | PhoneFacts {
  return { ...subject, ...shown }
}

function facts(value: Facts): Meaning {
  return { kind: 'facts', facts: value }
}

function silence(value: Silence): Meaning {
  return { kind: 'silence', silence: value }
}

const REJECTED: SilenceCode = 'inspector.rejected'

/** To debug_token nothing is a consequence: there the token itself is asked for. */
function tokenSilence(cause: CauseName, error: GraphError, clean: Clean, code?: SilenceCode): Meaning {
  return silence({ ...silentError(cause, error, clean, code), isRefusal: false })
}

/** To a read that the token makes itself. */
function readSilence(error: GraphError, clean: Clean): Silence {
  return { ...silentError(causeOfError(error), error, clean), witness: witnessOfError(error, clean) }
}

function silentError(cause: CauseName, error: GraphError, clean: Clean, code?: SilenceCode): Silence {
  const { class: errorClass, sentence } = causeNamed(cause)
  const isRefusal = errorClass !== null && REFUSALS.includes(errorClass)
  const what =
    isRefusal && code === undefined
      ? 'Graph refuses this read'
      : (sentence?.replace(/\.$/, '') ?? 'Graph answers with an error that decides nothing')
  const number = codeText(error)
  return {
    code: code ?? (errorClass === null ? null : SILENT[errorClass]) ?? 'graph.unrecognised',
    what: `${what} (error ${number})`,
    observed: `HTTP ${error.httpStatus}, error ${number} "${clean(error.message)}"`,
    isRefusal,
    cause: isRefusal && !SPEAKING.includes(cause) ? refusedReadCause(error) : cause,
  }
}

/** What one read says of the token decides nothing alone. */
function refusedReadCause(error: GraphError): CauseName {
  return endingOf(error) === null ? 'unrecognised' : 'reads_disagree'
}

const SILENCE_OF = {
  nonsense: 'graph.nonsense',
  failing: 'graph.failing',
  throttled: 'graph.rate_limited',
  unreachable: 'graph.unreachable',
} as const satisfies Record<Exclude<Reply['kind'], 'error' | 'json'>, SilenceCode>

/** A reply that answers nothing of what was asked. */
export function silenceOf(reply: Exclude<Reply, { kind: 'json' }>, clean: Clean): Silence {
  if (reply.kind === 'error') return silentError(causeOfError(reply.error), reply.error, clean)
  const { kind, what, cause } = reply
  return { code: SILENCE_OF[kind], what, observed: what, ...(cause === undefined ? {} : { cause }) }
}
