import { KEY_OF, type CheckKey, type FindingCode } from './codes.ts'
import type { Facts } from './facts.ts'
import type { Policy } from './policy.ts'
import { REMEDIES } from './remedies.ts'
import type { Detail, Severity } from './rule.ts'
import { RULES } from './rules.ts'
import type { Silence } from './silence.ts'

export type { Severity } from './rule.ts'

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
  readonly remedy: string
  /** The step of the setup guide that mends it, or `null`. */
  readonly step: number | null
  /** Graph's error code and subcode, where it gave one. */
  readonly reason: { readonly code: number; readonly subcode: number | null } | null
  /** What says nothing new beside this one. */
  readonly hides: readonly FindingCode[]
}

export function makeFinding(
  code: FindingCode,
  severity: Severity,
  detail: Detail,
  hides: readonly FindingCode[] = [],
): Finding {
  const { text, step } = REMEDIES[code]
  const { reason } = detail
  return {
    code,
    severity: detail.severity ?? severity,
    key: KEY_OF[code],
    subject: detail.subject ?? null,
    summary: detail.summary,
    expected: detail.expected,
    observed: detail.observed,
    remedy: text,
    step,
    reason: reason == null ? null : { code: reason.code, subcode: reason.subcode },
    hides: detail.hides ?? hides,
  }
}

/**
 * Judges one answer by itself, before anything is hidden. Pure: the same facts, policy and instant give the same
 * findings, in the table's order. `nowMs` is Graph's clock.
 */
export function judge(facts: Facts, policy: Policy, nowMs: number): readonly Finding[] {
  return RULES.filter(({ about }) => about === facts.about).flatMap((row) =>
    row.detect(facts, policy, nowMs).map((detail) => makeFinding(row.code, row.severity, detail, row.hides)),
  )
}

/** Whether a cause among the others already tells this finding: a revoked token is one finding, not a list. */
export function isHidden(finding: Finding, among: readonly Finding[]): boolean {
  return among.some(
    (cause) => cause.hides.includes(finding.code) && (cause.subject === null || cause.subject === finding.subject),
  )
}

/** A missing answer as a finding. */
export function silenceFinding({ code, what, observed }: Silence): Finding {
  return makeFinding(code, 'unverified', {
    summary: `No definite answer from Graph: ${what}.`,
    expected: 'a definite answer from Graph',
    observed,
  })
}

/** The last definite answer has grown old. */
export function staleFinding(severity: 'warn' | 'fail', ageMs: number, staleAfterMs: number): Finding {
  const minutes = (ms: number) => `${Math.floor(ms / 60_000)} min`
  return makeFinding('graph.stale', severity, {
    summary: 'The last definite answer from Graph about the token is too old.',
    expected: `an answer within ${minutes(staleAfterMs)}`,
    observed: `the last one is ${minutes(ageMs)} old`,
  })
}

/** The token's source holds another one, which was refused. */
export function candidateFinding(refusal: readonly Finding[]): Finding {
  const [first] = refusal
  return makeFinding('token.candidate_refused', 'warn', {
    summary: `The changed token was refused (${refusal.map(({ code }) => code).join(', ')}); the old one stays in service.`,
    expected: first?.expected ?? 'a token that passes',
    observed: first?.observed ?? 'a refused one',
  })
}

/** The token was changed while a command runs that was started with the one before. */
export const CHILD_OUTDATED: Finding = makeFinding('token.child_outdated', 'warn', {
  summary: 'The command still has the token of its start; another one has taken over.',
  expected: 'a command that was started after the change',
  observed: 'a command that was started before it',
})

/** The words for "wrong" and "odd" among findings: what decides the verdict. */
export function refuses({ severity }: Finding): boolean {
  return severity === 'fail'
}
