import { causeFields, type CauseFields } from '../verification/causes.ts'
import type { Finding } from '../verification/finding.ts'

/** A finding as logs, `check --json` and the library show it. */
export type FindingFields = {
  /** Such as `scope.missing`: a promise of the documentation. */
  readonly code: Finding['code']
  /** `fail` refuses the token, `warn` does not, `unverified` is a missing answer. */
  readonly severity: Finding['severity']
  readonly expected: string
  /** What Graph said. May hold ids, never a secret. */
  readonly observed: string
  /** What to do. */
  readonly remedy: string
  /** The step of the setup guide that mends it, 1 to 6; `null` where none does. */
  readonly step: number | null
  /** Why it holds, the gravest first; `remedy` and `step` are the first one's. */
  readonly causes: readonly CauseFields[]
  /** Graph's own error numbers, where it gave them. */
  readonly reason?: { readonly code: number; readonly subcode: number | null }
}

export function findingFields(finding: Finding): FindingFields {
  const { code, severity, expected, observed, remedy, step, reason } = finding
  const causes = causeFields(finding.causes)
  return { code, severity, expected, observed, remedy, step, causes, ...(reason === null ? {} : { reason }) }
}
