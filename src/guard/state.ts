import type { Clocks } from '../verification/clocks.ts'
import { CHECK_KEYS, type CheckKey } from '../verification/codes.ts'
import { CALM_ROUNDS, type voiceOf } from '../verification/evidence.ts'
import { questionOf, type Facts, type LiveToken, type Question, type Optional } from '../verification/facts.ts'
import type { Finding } from '../verification/finding.ts'
import { judge, type HeardFacts, type Judged, type Judgement } from '../verification/judgement.ts'
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
  /** The last answer that each place shows: older than `answers` where another check shows the cause of the newer one. */
  readonly shown: ReadonlyMap<Slot, Answer>
  /** The questions whose last attempt got no answer; `connection`: this machine's address is not allowed. */
  readonly silences: Silences
  readonly lastAttempt: Instant | null
  /** What the token's own reads refused, while debug_token gives no verdict. */
  readonly reads: Reads | null
}

/** The token's answer before its reads refused it, and how many rounds in a row speak for the token again. */
type Reads = { readonly before: Answer | null; readonly calmRounds: number }

export const NOTHING_KNOWN: State = {
  answers: new Map(),
  shown: new Map(),
  silences: new Map(),
  lastAttempt: null,
  reads: null,
}

/** What one attempt gave. */
export type Outcome =
  | { readonly kind: 'answered'; readonly answer: Answer }
  | { readonly kind: 'silent'; readonly question: Question; readonly silence: Silence }

/** An answer as the judgement sees it. */
type HeardNow = HeardFacts & { readonly of: Answer }
/** A finding together with the answer that it comes from. */
export type JudgedAnswer = Judged<HeardNow>

/** What the token's own reads say of it in one round where debug_token gives no verdict. */
export type Evidence = {
  /** Confirmed, and as debug_token would have said it. */
  readonly verdict: Answer | null
  readonly voice: ReturnType<typeof voiceOf>
}

export const NO_EVIDENCE: Evidence = { verdict: null, voice: 'none' }

/** The next snapshot. Silence never takes an answer away; an answer asked for before a newer one came is dropped. */
export function next(
  state: State,
  outcomes: readonly Outcome[],
  policy: Policy,
  now: Instant,
  evidence: Evidence = NO_EVIDENCE,
): State {
  const answers = new Map(state.answers)
  const silences = new Map(state.silences)
  let { reads } = state
  for (const outcome of outcomes) {
    if (outcome.kind === 'silent') {
      const { question, silence } = outcome
      silences.set(question, silence)
      // It speaks of the way to Graph, and holds whatever keeps the next answers away.
      if (question === 'token' && silence.code === 'app.address_denied') silences.set('connection', silence)
      continue
    }
    const question = questionOf(outcome.answer.facts)
    const known = answers.get(question)
    if (known !== undefined && outcome.answer.askedAt.monotonicMs < known.at.monotonicMs) continue
    answers.set(question, keepingUnread(known, outcome.answer))
    if (question !== 'connection') silences.delete(question)
    if (question === 'token') {
      silences.delete('connection')
      reads = null
    }
  }
  if (silences.has('token')) reads = weighed(answers, reads, evidence)
  const shown = showing(state.shown, answers, policy, now)
  return { ...state, answers, silences, reads, shown, lastAttempt: now }
}

/** What reads alone refused they lift again: then debug_token's last answer counts, with its own time. */
function weighed(answers: Map<Question, Answer>, reads: Reads | null, { verdict, voice }: Evidence): Reads | null {
  if (verdict !== null) {
    const before = reads === null ? (answers.get('token') ?? null) : reads.before
    answers.set('token', verdict)
    return { before, calmRounds: 0 }
  }
  if (reads === null || voice === 'none') return reads
  if (voice === 'against') return { ...reads, calmRounds: 0 }
  if (reads.calmRounds + 1 < CALM_ROUNDS) return { ...reads, calmRounds: reads.calmRounds + 1 }
  if (reads.before === null) answers.delete('token')
  else answers.set('token', reads.before)
  return null
}

/** What an earlier process knew of the same token, under what is known now. Silences are of now alone. */
export function above(remembered: State, state: State, questions: readonly Question[]): State {
  const isAsked = (question: Question) => question === 'connection' || questions.includes(question)
  const isShown = (slot: Slot) => !slot.startsWith('phone:') || questions.some((question) => question === slot)
  return {
    ...state,
    answers: new Map([...[...remembered.answers].filter(([question]) => isAsked(question)), ...state.answers]),
    shown: new Map([...[...remembered.shown].filter(([slot]) => isShown(slot)), ...state.shown]),
    reads: state.reads ?? remembered.reads,
  }
}

/** What Graph did not give this time stays as it was known. */
function keepingUnread(known: Answer | undefined, answer: Answer): Answer {
  const [before, facts] = [known?.facts, answer.facts]
  if (!isReadableNode(facts) || before?.about !== facts.about || before.kind !== 'readable') return answer
  const kept = Object.fromEntries(
    facts.unread.map((name) => [name, (before as Partial<Record<Optional, unknown>>)[name]]),
  )
  return { ...answer, facts: { ...facts, ...kept } }
}

/** Whether something was left out, and is asked for again soon. */
export function isPartial(facts: Facts): boolean {
  return isReadableNode(facts) && facts.isShortened
}

function isReadableNode(facts: Facts): facts is Extract<Facts, { kind: 'readable' }> {
  return (facts.about === 'account' || facts.about === 'phone') && facts.kind === 'readable'
}

/** What both clocks say now, Graph's by an answer's own offset. */
export function clocksAt({ at, clockOffsetMs }: Answer, now: Instant): Clocks {
  const ownMs = at.wallMs + elapsedMs(at, now)
  return { graphMs: ownMs + clockOffsetMs, ownMs }
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
  // What the reads refused and lifted again is shown no more.
  const isLifted = ({ facts }: Answer) =>
    'fromReads' in facts && facts.fromReads && answers.get('token')?.facts !== facts
  const shown = new Map([...before].filter(([, answer]) => !isLifted(answer)))
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

export function isSlot(text: unknown): text is Slot {
  return typeof text === 'string' && (text.startsWith('phone:') || CHECK_KEYS.some((key) => key === text))
}

const TOKEN_SLOTS: readonly Slot[] = CHECK_KEYS.filter((key) => key.startsWith('token:'))

/** The places on which an answer speaks: a dead token's scopes and end are no longer shown. */
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
    case 'app':
    case 'me':
      return []
  }
}
