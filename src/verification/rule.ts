import type { FindingCode } from './codes.ts'
import type { Facts, GraphReason } from './facts.ts'
import type { Policy } from './policy.ts'

/** `fail` refuses, `warn` does not, `unverified` is a missing answer and never a verdict. */
export type Severity = 'fail' | 'warn' | 'unverified'

/** What a rule found: the texts of one finding. */
export type Detail = {
  /** What is wrong, in one sentence without identifiers and without Graph's words. */
  readonly summary: string
  /** What the policy demands. May hold identifiers. */
  readonly expected: string
  /** What Graph said. May hold identifiers and Graph's cleaned words. */
  readonly observed: string
  readonly reason?: GraphReason | null
  /** The number it speaks of. */
  readonly subject?: string
  /** Where it differs from the rule's own. */
  readonly severity?: Severity
  readonly hides?: readonly FindingCode[]
}

/** One row of the table: when a code applies to one kind of facts. */
export type Rule<About extends Facts['about'] = Facts['about']> = {
  readonly code: FindingCode
  readonly severity: Severity
  readonly about: About
  /** Codes that say nothing new once this one is told (of the same number, where it speaks of one). */
  readonly hides?: readonly FindingCode[]
  /** One detail for each time it applies; none when all is well. `nowMs` is Graph's clock. */
  readonly detect: (facts: Extract<Facts, { about: About }>, policy: Policy, nowMs: number) => readonly Detail[]
}

/** Declares a row whose `detect` sees the facts of its own kind only: `judge` calls it with no others. */
export function rule<About extends Facts['about']>(row: Rule<About>): Rule {
  return row as unknown as Rule
}
