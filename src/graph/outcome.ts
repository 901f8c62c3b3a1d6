import type { Result } from '../verification/evidence.ts'
import type { Silence } from '../verification/silence.ts'

/** What one request to Graph came to, as operators count it. */
export const REQUEST_OUTCOMES = [
  /** The data that was asked for. */
  'ok',
  /** A definite answer against the token or an asset. */
  'refused',
  /** Graph answers, and does not let this one ask. */
  'denied',
  'rate_limited',
  'failing',
  'unreachable',
  'nonsense',
  'unrecognised',
] as const
export type RequestOutcome = (typeof REQUEST_OUTCOMES)[number]

/** Graph's definite words against what was asked about. */
const AGAINST: readonly unknown[] = ['dead', 'foreign', 'app_blocked', 'unassigned', 'wrong_kind', 'locked']

export function outcomeOf(result: Result): RequestOutcome {
  if (result.kind === 'silent') return result.silence.isRefusal === true ? 'denied' : OUTCOME_OF[result.silence.code]
  return 'kind' in result.facts && AGAINST.includes(result.facts.kind) ? 'refused' : 'ok'
}

const OUTCOME_OF = {
  'app.address_denied': 'denied',
  'inspector.denied': 'denied',
  'inspector.rejected': 'denied',
  'inspector.proof_required': 'denied',
  'graph.version_unknown': 'denied',
  'graph.rate_limited': 'rate_limited',
  'graph.failing': 'failing',
  'graph.unreachable': 'unreachable',
  'graph.nonsense': 'nonsense',
  'graph.unrecognised': 'unrecognised',
} as const satisfies Record<Silence['code'], RequestOutcome>
