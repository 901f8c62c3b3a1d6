import { CHECK_KEYS, type CheckKey } from '../verification/codes.ts'
import { questionOf, type Facts, type LiveToken, type Question } from '../verification/facts.ts'
import { isHidden, judge, refuses, type Finding } from '../verification/findings.ts'
import type { Policy } from '../verification/policy.ts'
import type { Silence } from '../verification/silence.ts'
import { elapsedMs, type Instant } from './instant.ts'

/** PURE. What is remembered of Graph's word: one immutable snapshot, replaced as a whole. */

/** A definite answer, and when. */
export type Answer = {
  readonly facts: Facts
  readonly askedAt: Instant
  readonly at: Instant
  /** Graph's clock minus ours when it came. */
  readonly clockOffsetMs: number
}

/** A place in the health body: a check key, or one number of `whatsapp:phone-number`. */
export type Slot = CheckKey | `phone:${string}`

export type State = {
  /** The last definite answer to each question. */
  readonly answers: ReadonlyMap<Question, Answer>
  /** The last answer that each place shows: older than `answers` where the newer one's cause is told elsewhere. */
  readonly shown: ReadonlyMap<Slot, Answer>
  /** The questions whose last attempt got no answer. */
  readonly silences: ReadonlyMap<Question, Silence>
  readonly lastAttempt: Instant | null
  /** What holds beside Graph's answers: a refused candidate. */
  readonly standing: readonly Finding[]
}

export const NOTHING_KNOWN: State = {
  answers: new Map(),
  shown: new Map(),
  silences: new Map(),
  lastAttempt: null,
  standing: [],
}

/** What one attempt gave. */
export type Outcome =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'silent'; readonly question: Question; readonly silence: Silence }

/** A finding together with the answer it comes from. */
export type Told = { readonly finding: Finding; readonly answer: Answer }

/** The next snapshot. Silence never takes an answer away; an answer asked for before a newer one came is dropped. */
export function next(state: State, outcomes: readonly Outcome[], policy: Policy, now: Instant): State {
  const answers = new Map(state.answers)
  const silences = new Map(state.silences)
  for (const outcome of outcomes) {
    if (outcome.kind === 'silent') {
      silences.set(outcome.question, outcome.silence)
      continue
    }
    const question = questionOf(outcome.answer.facts)
    const known = answers.get(question)
    if (known !== undefined && outcome.answer.askedAt.monotonicMs < known.at.monotonicMs) continue
    answers.set(question, outcome.answer)
    silences.delete(question)
  }
  return { ...state, answers, silences, shown: showing(state.shown, answers, policy, now), lastAttempt: now }
}

/** Graph's clock now, by an answer's own offset. */
export function graphNowMs({ at, clockOffsetMs }: Answer, now: Instant): number {
  return at.wallMs + clockOffsetMs + elapsedMs(at, now)
}

/** Whether the findings tell why other reads are refused: something is refused, or the account itself is locked. */
export function explainsRefusals(told: readonly Told[]): boolean {
  return told.some(({ finding }) => refuses(finding) || (finding.code === 'account.blocked' && finding.reason !== null))
}

/** The token that an answer calls alive. */
export function liveOf(answer: Answer | null): LiveToken | null {
  return answer?.facts.about === 'token' && answer.facts.kind === 'live' ? answer.facts : null
}

/** Every finding of the last definite answers at this moment, each with its answer; hidden ones are marked. */
export function tell(
  answers: State['answers'],
  policy: Policy,
  now: Instant,
): readonly (Told & { readonly hidden: boolean })[] {
  const told = [...answers.values()].flatMap((answer) =>
    judge(answer.facts, policy, graphNowMs(answer, now)).map((finding) => ({ finding, answer })),
  )
  const findings = told.map(({ finding }) => finding)
  return told.map((each, index) => ({
    ...each,
    hidden: isHidden(each.finding, findings) || told.slice(0, index).some((earlier) => isSameElsewhere(earlier, each)),
  }))
}

/** Two answers may tell the same thing: an account missing from the targets is also one that cannot be read. */
function isSameElsewhere(a: Told, b: Told): boolean {
  return a.answer !== b.answer && a.finding.code === b.finding.code && a.finding.subject === b.finding.subject
}

function showing(before: State['shown'], answers: State['answers'], policy: Policy, now: Instant): State['shown'] {
  const shown = new Map(before)
  const told = tell(answers, policy, now)
  for (const answer of answers.values()) {
    for (const slot of slotsOf(answer.facts)) {
      const own = told.filter((each) => each.answer === answer && slotOf(each.finding) === slot)
      if (own.length === 0 || own.some(({ hidden }) => !hidden)) shown.set(slot, answer)
    }
  }
  return shown
}

export function slotOf({ key, subject }: Finding): Slot {
  return subject === null ? key : `phone:${subject}`
}

const TOKEN_SLOTS: readonly Slot[] = CHECK_KEYS.filter((key) => key.startsWith('token:'))

/** The places on which an answer speaks: a dead token's scopes and end are no longer told. */
function slotsOf(facts: Facts): readonly Slot[] {
  switch (facts.about) {
    case 'token':
      return facts.kind === 'live' ? TOKEN_SLOTS : facts.kind === 'dead' ? ['token:validity'] : ['token:app']
    case 'account':
      return ['whatsapp:business-account']
    case 'subscriptions':
      return ['whatsapp:webhooks']
    case 'phone':
      return [`phone:${facts.phoneNumberId}`]
    case 'connection':
      return ['graph:version', 'clock:skew']
    case 'numbers':
      return []
  }
}
