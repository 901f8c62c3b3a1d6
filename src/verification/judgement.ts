import { around } from './around.ts'
import type { CauseName } from './causes.ts'
import type { Clocks } from './clocks.ts'
import type { FindingCode } from './codes.ts'
import type { Facts } from './facts.ts'
import { makeFinding, refuses, type Finding } from './finding.ts'
import { FINDING_ROWS } from './findings/all.ts'
import type { Policy } from './policy.ts'
import { isUnreadableEdge, silenceFinding, type Silence, type Silences } from './silence.ts'

/** PURE. What all answers together mean. The same answers, silences, policy and clocks give the same judgement. */

/** A definite answer, and what both clocks say now. */
export type HeardFacts = { readonly facts: Facts; readonly clocks: Clocks }

/** A finding together with the answer that it comes from. */
export type Judged<H extends HeardFacts> = {
  readonly finding: Finding
  readonly answer: H
  /** Another finding explains it: a revoked token is one finding, not a list. */
  readonly hidden: boolean
}

export type Judgement<H extends HeardFacts> = {
  /** Every finding of the answers, in the table's order for each. */
  readonly judged: readonly Judged<H>[]
  /** The missing answers that no finding explains. */
  readonly unexplained: Silences
}

export function judge<H extends HeardFacts>(answers: readonly H[], silences: Silences, policy: Policy): Judgement<H> {
  const known = around(answers.map(({ facts }) => facts))
  const found = answers.flatMap((answer) =>
    FINDING_ROWS.filter(({ about }) => about === answer.facts.about).flatMap((row) =>
      row
        .detect(answer.facts, policy, answer.clocks, known)
        .map((detail) => ({ finding: asThePolicyHasIt(makeFinding(row, detail), policy, detail.isMild), answer })),
    ),
  )
  const findings = found.map(({ finding }) => finding)
  const judged = found.map((each, index) => ({
    ...each,
    hidden: isHidden(each.finding, findings) || found.slice(0, index).some((earlier) => isSameElsewhere(earlier, each)),
  }))
  return { judged, unexplained: unexplainedBy(judged, silences) }
}

/** Whether a cause among the others already explains this finding. A warning never hides a refusal. */
export function isHidden(finding: Finding, among: readonly Finding[]): boolean {
  return among.some(
    (cause) =>
      cause.hides.includes(finding.code) &&
      (cause.subject === null || cause.subject === finding.subject) &&
      (refuses(cause) || !refuses(finding)),
  )
}

/** Two answers may say the same: an account missing from the targets is also one that cannot be read. */
function isSameElsewhere(a: Omit<Judged<HeardFacts>, 'hidden'>, b: Omit<Judged<HeardFacts>, 'hidden'>): boolean {
  return a.answer !== b.answer && a.finding.code === b.finding.code && a.finding.subject === b.finding.subject
}

/** A warning that the policy counts as a refusal. */
function asThePolicyHasIt(finding: Finding, { failOn }: Policy, isMild = false): Finding {
  const counts = finding.severity === 'warn' && !isMild && (failOn as readonly string[]).includes(finding.code)
  return counts ? { ...finding, severity: 'fail' } : finding
}

/**
 * Missing answers that are findings: not the consequences of what is refused already, nor what a finding gives the
 * cause of, nor an edge that this token may not read, which is a note.
 */
function unexplainedBy(judged: readonly Judged<HeardFacts>[], silences: Silences): Silences {
  const isExplained = explainsRefusals(judged)
  const causes = judged.flatMap(({ finding, hidden }) => (hidden ? [] : finding.causes))
  return new Map(
    [...silences].filter(
      ([question, silence]) =>
        !isUnreadableEdge(question, silence) &&
        !(isExplained && silence.isRefusal === true) &&
        !(silence.cause !== undefined && SPEAKING.includes(silence.cause) && causes.includes(silence.cause)),
    ),
  )
}

/** What a finding may say in full. */
const SPEAKING: readonly CauseName[] = ['app_deleted', 'app_blocked']

/** Whether the findings say why other reads are refused: something is refused, or the account itself is locked. */
export function explainsRefusals(judged: readonly Judged<HeardFacts>[]): boolean {
  return judged.some(
    ({ finding, hidden }) =>
      !hidden && (refuses(finding) || (finding.code === 'account.blocked' && finding.reason !== null)),
  )
}

/** Missing answers as findings: one a code, the token's own first, since five unanswered questions have one cause. */
export function silenceFindings(silences: Silences, policy: Policy): readonly Finding[] {
  const ordered = [...silences].toSorted(([a], [b]) => Number(b === 'token') - Number(a === 'token'))
  const byCode = new Map<FindingCode, Silence>(ordered.toReversed().map(([, silence]) => [silence.code, silence]))
  return [...byCode.values()].map((silence) => asThePolicyHasIt(silenceFinding(silence), policy))
}
