import type { Around } from './around.ts'
import { causeNamed, type CauseName } from './causes.ts'
import type { Clocks } from './clocks.ts'
import { KEY_OF, type CheckKey, type FindingCode } from './codes.ts'
import type { Facts, GraphReason } from './facts.ts'
import type { Policy } from './policy.ts'

/** `fail` refuses, `warn` does not, `unverified` is a missing answer and never a verdict. */
export type Severity = 'fail' | 'warn' | 'unverified'

/** One thing that is wrong, with what to do about it. */
export type Finding = {
  readonly code: FindingCode
  readonly severity: Severity
  /** Where it is shown in the health body. */
  readonly key: CheckKey
  /** The number it speaks of; `null` for all others. An identifier: not for the public view. */
  readonly subject: string | null
  /** What is wrong, in one sentence without identifiers and without Graph's words. */
  readonly summary: string
  /** What the policy demands. May hold identifiers. */
  readonly expected: string
  /** What Graph said. May hold identifiers and Graph's cleaned words. */
  readonly observed: string
  /** Why it holds, the gravest first; never empty. */
  readonly causes: readonly CauseName[]
  /** The first cause's. */
  readonly remedy: string
  /** The first cause's: the step of the setup guide that mends it, or `null`. */
  readonly step: number | null
  /** Graph's error code and subcode, where it gave one. */
  readonly reason: { readonly code: number; readonly subcode: number | null } | null
  /** What says nothing new where this one is shown. */
  readonly hides: readonly FindingCode[]
}

/** What a row found: the texts of one finding. */
export type Detail = Pick<Finding, 'summary' | 'expected' | 'observed'> & {
  readonly reason?: GraphReason | null
  /** The number it speaks of. */
  readonly subject?: string
  /** Where they differ from the row's own. */
  readonly severity?: Severity
  /** It stays a warning, whatever warnings the policy counts as refusals. */
  readonly isMild?: boolean
  readonly causes?: readonly [CauseName, ...CauseName[]]
  readonly hides?: readonly FindingCode[]
}

/** One row of the table: when a code applies to one kind of facts. */
export type FindingRow<About extends Facts['about'] = Facts['about']> = {
  readonly code: FindingCode
  readonly severity: Severity
  readonly about: About
  /** The usual one. */
  readonly cause: CauseName
  /** Codes that say nothing new once this one is shown (of the same number, where it speaks of one). */
  readonly hides?: readonly FindingCode[]
  /** One detail for each time it applies; none when all is well. */
  readonly detect: (
    facts: Extract<Facts, { about: About }>,
    policy: Policy,
    clocks: Clocks,
    around: Around,
  ) => readonly Detail[]
}

/** Declares a row whose `detect` sees the facts of its own kind only: the judgement calls it with no others. */
export function row<About extends Facts['about']>(given: FindingRow<About>): FindingRow {
  return given as unknown as FindingRow
}

type Usual = Pick<FindingRow, 'code' | 'severity' | 'cause' | 'hides'>

export function makeFinding({ code, severity, cause, hides = [] }: Usual, detail: Detail): Finding {
  const { reason, causes = [cause] } = detail
  const { remedy, step } = causeNamed(causes[0])
  return {
    code,
    severity: detail.severity ?? severity,
    key: KEY_OF[code],
    subject: detail.subject ?? null,
    summary: detail.summary,
    expected: detail.expected,
    observed: detail.observed,
    causes,
    remedy,
    step,
    reason: reason == null ? null : { code: reason.code, subcode: reason.subcode },
    hides: detail.hides ?? hides,
  }
}

/** Whether it decides against the token. */
export function refuses({ severity }: Finding): boolean {
  return severity === 'fail'
}

/** What is expected distinguishes one missing scope from another; an expiry stays one, however it is known. */
export function identityOf({ code, subject, expected }: Finding): string {
  return [code, subject, code === 'scope.missing' ? expected : ''].join(' ')
}
