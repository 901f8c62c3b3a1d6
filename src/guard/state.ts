import { CHECK_KEYS, type CheckKey } from '../verification/codes.ts'
import { questionOf, type Facts, type LiveToken, type Question } from '../verification/facts.ts'
import type { Clocks } from '../verification/clocks.ts'
import type { Finding } from '../verification/finding.ts'
import { judge, type Heard, type Judged, type Judgement } from '../verification/judgement.ts'
import type { Policy } from '../verification/policy.ts'
import type { Silence, Silences } from '../verification/silence.ts'
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
  readonly silences: Silences
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

/** An answer as the judgement sees it. */
type HeardNow = Heard & { readonly of: Answer }
/** A finding together with the answer that it comes from. */
export type Told = Judged<HeardNow>

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

/** What both clocks say now, Graph's by an answer's own offset. */
export function clocksAt({ at, clockOffsetMs }: Answer, now: Instant): Clocks {
  const ownMs = at.wallMs + elapsedMs(at, now)
  return { graphMs: ownMs + clockOffsetMs, ownMs }
}

/** Graph's clock now. */
export function graphNowMs(answer: Answer, now: Instant): number {
  return clocksAt(answer, now).graphMs
}

/** The token that an answer calls alive. */
export function liveOf(answer: Answer | null): LiveToken | null {
  return answer?.facts.about === 'token' && answer.facts.kind === 'live' ? answer.facts : null
}

/** The answers as the judgement sees them at this moment. */
export function heardNow(answers: State['answers'], now: Instant): readonly HeardNow[] {
  return [...answers.values()].map((of) => ({ facts: of.facts, clocks: clocksAt(of, now), of }))
}

/** What all answers and silences mean at this moment. */
export function judgementAt(
  { answers, silences }: Pick<State, 'answers' | 'silences'>,
  policy: Policy,
  now: Instant,
): Judgement<HeardNow> {
  return judge(heardNow(answers, now), silences, policy)
}

function showing(before: State['shown'], answers: State['answers'], policy: Policy, now: Instant): State['shown'] {
  const shown = new Map(before)
  const { judged } = judgementAt({ answers, silences: new Map() }, policy, now)
  for (const answer of answers.values()) {
    for (const slot of slotsOf(answer.facts)) {
      const own = judged.filter((each) => each.answer.of === answer && slotOf(each.finding) === slot)
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
