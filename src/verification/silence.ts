import type { CauseName } from './causes.ts'
import type { SilenceCode } from './codes.ts'
import type { DeadToken, GraphReason, Question } from './facts.ts'
import { makeFinding, type Finding } from './finding.ts'

/** What one read says of the token that made it. `other`: Graph answered, and neither proved nor ended the token. */
export type Witness =
  | { readonly says: 'alive' | 'other' }
  | { readonly says: 'ended'; readonly ending: DeadToken['ending']; readonly reason: GraphReason }
  | { readonly says: 'app_blocked'; readonly reason: GraphReason }

/** A request that taught us nothing definite about what was asked. Never a verdict. */
export type Silence = {
  readonly code: SilenceCode
  /** What happened, in our own words, without any identifier: `no connection (ECONNREFUSED)`. */
  readonly what: string
  /** The same with what Graph said, cleaned, for operators. */
  readonly observed: string
  /** Graph refused this read, and asking again shows nothing more: hidden where its cause is known. */
  readonly isRefusal?: boolean
  /** Where it is another one than the code's usual one. */
  readonly cause?: CauseName
  /** What the refused read says of the token that made it; absent or `null`: nothing. */
  readonly witness?: Witness | null
}

/** The questions whose last attempt got no answer. */
export type Silences = ReadonlyMap<Question, Silence>

const USUAL: Readonly<Record<SilenceCode, CauseName>> = {
  'app.address_denied': 'address_denied',
  'inspector.denied': 'inspector_not_allowed',
  'inspector.rejected': 'secret_wrong',
  'inspector.proof_required': 'proof_required',
  'graph.version_unknown': 'path_unknown',
  'graph.unreachable': 'no_connection',
  'graph.rate_limited': 'throttled',
  'graph.failing': 'transient',
  'graph.nonsense': 'not_graph',
  'graph.unrecognised': 'unrecognised',
}

/** A missing answer as a finding. An address that is not allowed is Graph's word, though none about the token. */
export function silenceFinding({ code, what, observed, cause = USUAL[code] }: Silence): Finding {
  return makeFinding(
    { code, severity: code === 'app.address_denied' ? 'warn' : 'unverified', cause },
    { summary: `No definite answer from Graph: ${what}.`, expected: 'a definite answer from Graph', observed },
  )
}

const EDGES: readonly Question[] = ['numbers', 'subscriptions', 'app']

/**
 * An edge that decides nothing and stays refused: reading the account itself decides. What the app's own token may not
 * ask is never more than that.
 */
export function isUnreadableEdge(question: Question, { isRefusal, witness }: Silence): boolean {
  if (question === 'app') return true
  return EDGES.includes(question) && isRefusal === true && witness?.says === 'other'
}
