import type { Health, Verdict } from '../guard/health.ts'
import type { State } from '../guard/state.ts'
import { factsOf } from '../report/facts.ts'
import { findingFields, type FindingFields } from '../report/finding-fields.ts'

/** What is known of the token now. Plain, frozen data without a secret. */
export type TokenGuardState = {
  /** As `/health/token` shows it: `pass` and `warn` are 200, `fail` is 503. */
  readonly status: 'pass' | 'warn' | 'fail'
  /** `unverified`: Graph has said nothing definite yet. */
  readonly outcome: Verdict
  /** The gravest first; causes without their consequences. */
  readonly findings: readonly FindingFields[]
  /** When Graph last said something definite about the token (RFC 3339); `null` where it never did. */
  readonly checkedAt: string | null
  /** The token's remaining time in whole seconds; `null` where it has no end or none is known. */
  readonly remainingSeconds: number | null
  /** What is worth knowing and changes no status: a code and a sentence each. */
  readonly notes: readonly { readonly code: string; readonly text: string }[]
  /** When Graph is asked next (RFC 3339); `null` before `boot()`. */
  readonly nextCheckAt: string | null
  /** What Graph said, as `check --json` shows it. Identifiers are in it. */
  readonly facts: object
}

/** What became of a token that `reload()` got. */
export type Reloaded =
  /** It took over. */
  | 'passed'
  /** The one in service stays. */
  | 'refused'
  /** No answer: tried again at each check. */
  | 'silent'
  /** It is the one in service, which was verified again. */
  | 'unchanged'
  /** Another one came meanwhile. */
  | 'withdrawn'

export function stateOf(health: Health, state: State): TokenGuardState {
  const { status, verdict, findings, checkedAtMs, remainingMs, notes, plan } = health
  return deepFreeze({
    status,
    outcome: verdict,
    findings: findings.map(findingFields),
    checkedAt: checkedAtMs === null ? null : new Date(checkedAtMs).toISOString(),
    remainingSeconds: remainingMs === null ? null : Math.floor(remainingMs / 1000),
    notes: structuredClone(notes),
    nextCheckAt: plan === null ? null : new Date(plan.nextCheckAtMs).toISOString(),
    facts: structuredClone(factsOf(state)),
  })
}

function deepFreeze<T>(value: T): T {
  if (typeof value !== 'object' || value === null) return value
  for (const each of Object.values(value)) deepFreeze(each)
  return Object.freeze(value)
}
