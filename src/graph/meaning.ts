import type { AccountFacts, Facts, NotShown, PhoneFacts } from '../verification/facts.ts'
import type { SilenceCode } from '../verification/codes.ts'
import type { Silence } from '../verification/silence.ts'
import type { Clean } from './clean.ts'
import type { Reply } from './client.ts'
import { causeOfError, classify, unknownField, type GraphError } from './errors.ts'
import { causeNamed, type CauseName, type ErrorClass } from '../verification/causes.ts'
import { causeOf, reasonOf } from './wire.ts'

/** What an error means depends on what was asked, and who asked. Here the classes of errors.ts meet the question. */

export type Meaning =
  | { readonly kind: 'facts'; readonly facts: Facts }
  | { readonly kind: 'silence'; readonly silence: Silence }
  /** An optional field was refused: ask again without. */
  | { readonly kind: 'optional_refused' }

/** Classes that say nothing definite, whatever was asked. The rest is `graph.unrecognised` where no question claims it. */
const SILENT: Readonly<Partial<Record<ErrorClass, SilenceCode>>> = {
  app_secret_wrong: 'inspector.rejected',
  asker_not_allowed: 'inspector.denied',
  proof_required: 'inspector.proof_required',
  path_unknown: 'graph.version_unknown',
  throttled: 'graph.rate_limited',
  transient: 'graph.failing',
  too_much_asked: 'graph.failing',
}

/** To a read beside the token's own: consequences of what other answers tell better. */
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

type TokenContext = {
  /** The app's own token inspects, not the token itself. */
  readonly byApp: boolean
  readonly appId: string | null
  readonly hasSecret: boolean
  readonly clean: Clean
}

/** A top-level error to debug_token: it speaks of the asker, and of the token only where the two are one. */
export function tokenError(error: GraphError, { byApp, appId, hasSecret, clean }: TokenContext): Meaning {
  const errorClass = classify(error)
  const reason = reasonOf(error, clean)
  if (errorClass === 'foreign_app' && appId !== null) return facts({ about: 'token', kind: 'foreign', reason })
  const cause = causeOf(errorClass)
  if (cause !== null)
    return byApp ? tokenSilence('secret_wrong', error, clean) : facts({ about: 'token', kind: 'dead', cause, reason })
  if (errorClass === 'not_permitted' || errorClass === 'foreign_app')
    return tokenSilence('inspector_not_allowed', error, clean)
  if (errorClass === 'proof_required' && hasSecret) return tokenSilence('secret_wrong', error, clean)
  return tokenSilence(causeOfError(error), error, clean)
}

/** The node that was read. */
export type Subject = { readonly about: 'account' } | { readonly about: 'phone'; readonly phoneNumberId: string }

type AssetContext = {
  readonly hasSecret: boolean
  readonly clean: Clean
  /** `null` for an edge, whose refusal the node's own finding tells. */
  readonly subject: Subject | null
  /** The kind of node that the id should name, in Graph's words. */
  readonly nodeType: string
  readonly coreFields: readonly string[]
}

/** An error to a read of the account, a number or one of their edges. */
export function assetError(error: GraphError, context: AssetContext): Meaning {
  const { subject, clean } = context
  const errorClass = classify(error)
  const reason = reasonOf(error, clean)
  if (errorClass === 'too_much_asked') return { kind: 'optional_refused' }
  if (errorClass === 'field_unknown') return unknownFieldMeaning(error, context)
  if (errorClass === 'proof_required' && context.hasSecret) return silence('proof_wrong', error, clean)
  if (subject === null) return silence(causeOfError(error), error, clean)
  if (errorClass === 'not_visible' || errorClass === 'not_permitted')
    return facts(about(subject, { kind: 'unassigned', reason }))
  if (errorClass === 'locked') return facts(about(subject, { kind: 'locked', reason }))
  return silence(causeOfError(error), error, clean)
}

function unknownFieldMeaning(error: GraphError, { subject, nodeType, coreFields, clean }: AssetContext): Meaning {
  const { field, nodeType: toldType } = unknownField(error.message)
  const otherKind = toldType !== null && toldType !== nodeType
  if (subject !== null && (otherKind || (field !== null && coreFields.includes(field)))) {
    return facts(about(subject, { kind: 'wrong_kind', nodeType: toldType, reason: reasonOf(error, clean) }))
  }
  return subject === null ? silence('field_unknown', error, clean) : { kind: 'optional_refused' }
}

function about(subject: Subject, shown: NotShown): AccountFacts | PhoneFacts {
  return { ...subject, ...shown }
}

function facts(value: Facts): Meaning {
  return { kind: 'facts', facts: value }
}

/** To debug_token nothing is a consequence: there the token itself is asked for. */
function tokenSilence(cause: CauseName, error: GraphError, clean: Clean): Meaning {
  return { kind: 'silence', silence: { ...silentError(cause, error, clean), isRefusal: false } }
}

function silence(cause: CauseName, error: GraphError, clean: Clean): Meaning {
  return { kind: 'silence', silence: silentError(cause, error, clean) }
}

function silentError(cause: CauseName, error: GraphError, clean: Clean): Silence {
  const { class: errorClass, sentence } = causeNamed(cause)
  const isRefusal = errorClass !== null && REFUSALS.includes(errorClass)
  const code = (errorClass === null ? null : SILENT[errorClass]) ?? 'graph.unrecognised'
  const what = isRefusal ? 'Graph refuses this read' : (sentence ?? 'Graph answers with an error that decides nothing')
  const number = error.subcode === null ? `${error.code}` : `${error.code}/${error.subcode}`
  const observed = `HTTP ${error.httpStatus}, error ${number} "${clean(error.message)}"`
  return { code, what: `${what} (error ${number})`, observed, isRefusal, cause: isRefusal ? 'unrecognised' : cause }
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
  return { code: SILENCE_OF[reply.kind], what: reply.what, observed: reply.what }
}
