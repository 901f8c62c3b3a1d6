import type { Clock } from '../platform/clock.ts'
import { questionOf, type Question } from '../verification/facts.ts'
import { identityOf, refuses, type Finding } from '../verification/finding.ts'
import { isHidden, silenceFindings } from '../verification/judgement.ts'
import type { Policy } from '../verification/policy.ts'
import { silenceFinding } from '../verification/silence.ts'
import { instantOf, type Instant } from './instant.ts'
import { outcomesOf, refusesAsker, type Timed } from './round.ts'
import { judgementAt, next, type Answer, type State } from './state.ts'

/** What is refused in a round and was not refused before: it is asked for again before it counts. */

type Given = {
  readonly deps: { readonly clock: Clock; readonly policy: Policy }
  readonly state: State
  readonly first: readonly Timed[]
  /** Other answers of the round, which are confirmed apart. */
  readonly context: readonly Timed[]
  /** What the token's own reads say of it together. */
  readonly verdict: Answer | null
  /** A refusal of the asker counts as one. */
  readonly confirmAsker: boolean
}

export type Suspicion = {
  /** New refusals, without those that another one explains. */
  readonly findings: readonly Finding[]
  /** What is to be asked again. */
  readonly questions: readonly Question[]
  /** The reads together refuse the token. */
  readonly isEvidence: boolean
}

type Refusal = { readonly finding: Finding; readonly question: Question }

export function suspicionOf({ deps, state, first, context, verdict, confirmAsker }: Given): Suspicion {
  const { clock, policy } = deps
  const now = instantOf(clock)
  const evidence = { verdict, voice: 'none' } as const
  const after = next(state, outcomesOf([...context, ...first]), policy, now, evidence)
  const known = refusalsOf(state, policy, now).map(({ finding }) => identityOf(finding))
  const asked = first.map((each) => each.asked.question)
  const refusals = refusalsOf(after, policy, now)
  const fresh = refusals.filter(
    (refusal) =>
      !known.includes(identityOf(refusal.finding)) &&
      (asked.includes(refusal.question) || (verdict !== null && refusal.question === 'token')),
  )
  const asker = first.filter((each) => confirmAsker && refusesAsker(each.asked))
  const isEvidence = verdict !== null && fresh.some(({ question }) => question === 'token')
  const newly = [...fresh.map(({ finding }) => finding), ...askerFindings(asker)]
  return {
    findings: newly.filter((finding) => !isHidden(finding, [...refusals.map((refusal) => refusal.finding), ...newly])),
    questions: asked.filter(
      (question) =>
        fresh.some((refusal) => refusal.question === question && !(isEvidence && question === 'token')) ||
        asker.some((each) => each.asked.question === question) ||
        isTogether(question, fresh) ||
        (isEvidence && isOwnRead(first, question)),
    ),
    isEvidence,
  }
}

function refusalsOf(state: State, policy: Policy, now: Instant): readonly Refusal[] {
  const { judged, unexplained } = judgementAt(state, policy, now)
  const ofAnswers = judged.map(({ finding, answer }) => ({ finding, question: questionOf(answer.facts) }))
  const ofSilences = silenceFindings(unexplained, policy).map((finding) => ({ finding, question: 'token' as const }))
  return [...ofAnswers, ...ofSilences].filter(({ finding }) => refuses(finding))
}

function askerFindings(asker: readonly Timed[]): readonly Finding[] {
  return asker.flatMap(({ asked: { result } }) => (result.kind === 'silent' ? [silenceFinding(result.silence)] : []))
}

/** Whether the account can be read decides together with the numbers: they are confirmed together. */
function isTogether(question: Question, fresh: readonly Refusal[]): boolean {
  return question.startsWith('phone:') && fresh.some(({ finding }) => finding.code === 'account.unassigned')
}

/** The token's own reads, a debug_token of its own among them where it says something. */
function isOwnRead(first: readonly Timed[], question: Question): boolean {
  if (question === 'app') return false
  if (question !== 'token') return true
  return first.some(
    ({ asked: { result, ...each } }) =>
      each.question === 'token' && result.kind === 'silent' && result.silence.witness != null,
  )
}
