import type { CauseName } from './causes.ts'
import type { SilenceCode } from './codes.ts'
import type { Question } from './facts.ts'
import { makeFinding, type Finding } from './finding.ts'

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
}

/** The questions whose last attempt got no answer. */
export type Silences = ReadonlyMap<Question, Silence>

const USUAL: Readonly<Record<SilenceCode, CauseName>> = {
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

/** A missing answer as a finding. */
export function silenceFinding({ code, what, observed, cause = USUAL[code] }: Silence): Finding {
  return makeFinding(
    { code, severity: 'unverified', cause },
    { summary: `No definite answer from Graph: ${what}.`, expected: 'a definite answer from Graph', observed },
  )
}
