import type { Ask } from '../graph/ask.ts'
import { underAny } from '../platform/abort.ts'
import type { Clock } from '../platform/clock.ts'
import { voiceOf } from '../verification/evidence.ts'
import type { ConnectionFacts, Facts, Question } from '../verification/facts.ts'
import type { Policy } from '../verification/policy.ts'
import type { Finding } from '../verification/finding.ts'
import { instantOf } from './instant.ts'
import { isWithoutVerdict, ownReadsOf } from './questions.ts'
import { paceOf } from './pace.ts'
import { answerFrom, answerOf, outcomesOf, refusesAsker, resultsOf, type Timed } from './round.ts'
import type { Pace } from './schedule.ts'
import { NO_EVIDENCE, type Answer, type Evidence, type Outcome, type State } from './state.ts'
import { suspicionOf } from './suspicion.ts'

/** Short: it only has to distinguish the lines of one check from those of the next. */
export function newCheckId(): string {
  return crypto.randomUUID().slice(0, 8)
}

/** Odd single answers from Graph exist; a dead token stays dead for a second more. */
const CONFIRM_AFTER_MS = 1_000
/** The other answers of a round come within it, unless Graph is slow. */
const READS_COME_WITHIN_MS = 500

export type VerifyDeps = {
  readonly ask: Ask
  readonly clock: Clock
  readonly policy: Policy
  readonly graphVersion: string
  readonly onSuspected: (findings: readonly Finding[]) => void
  /** Called with debug_token's definite answer as soon as it counts: it waits for no read that is slow. */
  readonly onToken?: (outcomes: readonly Outcome[]) => void
  /** Called where the other answers then take their time. `leave`: a dead token is all there is to know. */
  readonly onSlowReads?: () => 'wait' | 'leave'
}

/** What one verification heard. */
export type Heard = {
  readonly outcomes: readonly Outcome[]
  readonly evidence: Evidence
  readonly pace: Pace
  /** Graph refused the asker twice. */
  readonly askerRefused: boolean
}

type AbortSignals = { readonly stop: AbortSignal; readonly deadline: AbortSignal }
type Round = {
  readonly deps: VerifyDeps
  readonly state: State
  readonly signals: AbortSignals
  readonly confirmAsker: boolean
}

/**
 * Asks Graph, and asks a second time before a refusal takes effect: then the second answer counts, whatever it is.
 * `deadline` ends the first round only. `confirmAsker`: a refusal of the asker counts as one (at boot).
 */
export async function verify(
  deps: VerifyDeps,
  state: State,
  questions: readonly Question[],
  signals: AbortSignals,
  confirmAsker: boolean,
): Promise<Heard> {
  const round = { deps, state, signals, confirmAsker }
  const tokenUnderWay = askFirst(
    round,
    questions.filter((question) => question === 'token'),
  )
  const readsUnderWay = askFirst(
    round,
    questions.filter((question) => question !== 'token'),
  )
  const token = await tokenUnderWay
  const isSilent = token.some(({ asked }) => asked.result.kind === 'silent')
  const settled = isSilent
    ? await weigh(round, token, await readsUnderWay)
    : await judgeApart(round, token, readsUnderWay)
  // The token was replaced, or the program stops: what was heard says nothing of the token in service.
  if (signals.stop.aborted) return heard(round, NOTHING)
  return heard(round, settled)
}

type Settled = {
  readonly timed: readonly Timed[]
  readonly askerRefused: boolean
  readonly evidence?: Evidence
  /** Asked for what they prove of the token alone: that they gave no answer is not remembered. */
  readonly undue?: readonly Question[]
}

const NOTHING: Settled = { timed: [], askerRefused: false }

/** debug_token's definite answer waits for no slow read; the reads come when they come. */
async function judgeApart(
  round: Round,
  token: readonly Timed[],
  readsUnderWay: Promise<readonly Timed[]>,
): Promise<Settled> {
  const { deps, state, signals } = round
  const readsCame = new AbortController()
  const settleReads = async () => {
    const settled = await settle(round, await readsUnderWay, token)
    readsCame.abort()
    return settled
  }
  const settleToken = async () => {
    const settled = await settle(round, token, [])
    if (settled.timed.length === 0 || signals.stop.aborted) return { settled, areReadsOfUse: true }
    const count = () => deps.onToken?.(heard(round, settled).outcomes)
    const countsNow = hasEnded(settled.timed) || state.silences.size === 0
    if (countsNow) count()
    const areSlow = await deps.clock.sleep(READS_COME_WITHIN_MS, readsCame.signal)
    if (areSlow && !countsNow && !signals.stop.aborted) count()
    const isLeft = areSlow && deps.onSlowReads?.() === 'leave' && hasEnded(settled.timed)
    return { settled, areReadsOfUse: !isLeft }
  }
  const settlingReads = settleReads()
  const { settled: first, areReadsOfUse } = await settleToken()
  const second = areReadsOfUse ? await settlingReads : NOTHING
  const evidence: Evidence = { verdict: null, voice: voiceOf(resultsOf(second.timed)) }
  return { timed: [...first.timed, ...second.timed], askerRefused: false, evidence }
}

/** It explains whatever the reads say; a good answer is shown together with what they say now, if that comes soon. */
function hasEnded(token: readonly Timed[]): boolean {
  return token.some(({ asked: { result } }) => result.kind === 'answered' && !isLive(result.facts))
}

function isLive(facts: Facts): boolean {
  return facts.about === 'token' && facts.kind === 'live'
}

/** debug_token gave no verdict: where it was answered all the same, the token's own reads are asked, due or not. */
async function weigh(round: Round, token: readonly Timed[], due: readonly Timed[]): Promise<Settled> {
  const { policy } = round.deps
  const isAnswered = token.some(({ asked: { result } }) => result.kind === 'silent' && isWithoutVerdict(result.silence))
  const isOver = round.signals.deadline.aborted || round.signals.stop.aborted
  const asked = due.map((each) => each.asked.question)
  const missing = isAnswered && !isOver ? ownReadsOf(policy).filter((question) => !asked.includes(question)) : []
  const first = [...token, ...due, ...(missing.length === 0 ? [] : await askFirst(round, missing))]
  const verdict = isAnswered ? answerFrom(first) : null
  const settled = await settle(round, first, [], verdict)
  const again = settled.isEvidenceAgain === true ? answerFrom(settled.timed) : verdict
  return { ...settled, undue: missing, evidence: { verdict: again, voice: voiceOf(resultsOf(settled.timed)) } }
}

/** Asks again what is newly refused: the second answers count. */
async function settle(
  round: Round,
  first: readonly Timed[],
  context: readonly Timed[],
  verdict: Answer | null = null,
): Promise<Settled & { readonly isEvidenceAgain?: boolean }> {
  const { deps, state, signals, confirmAsker } = round
  const { findings, questions, isEvidence } = suspicionOf({ ...round, first, context, verdict, confirmAsker })
  const uncut = first.filter((timed) => !isCutShort(timed, state, signals.deadline))
  if (questions.length === 0) return { timed: uncut, askerRefused: false }
  if (signals.stop.aborted) return NOTHING

  if (findings.length > 0) deps.onSuspected(findings)
  if (!(await deps.clock.sleep(CONFIRM_AFTER_MS, signals.stop))) return NOTHING
  const second = await underAny([signals.stop], (stop) => askAll(deps, questions, stop))
  return {
    timed: [...uncut.filter(({ asked }) => !questions.includes(asked.question)), ...second],
    askerRefused: second.some(({ asked }) => refusesAsker(asked)),
    isEvidenceAgain: isEvidence,
  }
}

/** A request cut off by the boot deadline says nothing new: the reason of the attempt before it stays. */
function isCutShort({ asked: { question, result } }: Timed, { silences }: State, deadline: AbortSignal): boolean {
  return deadline.aborted && result.kind === 'silent' && silences.has(question)
}

function askFirst({ deps, signals }: Round, questions: readonly Question[]): Promise<readonly Timed[]> {
  return underAny([signals.stop, signals.deadline], (either) => askAll(deps, questions, either))
}

function askAll(
  { ask, clock }: VerifyDeps,
  questions: readonly Question[],
  signal: AbortSignal,
): Promise<readonly Timed[]> {
  return Promise.all(
    questions.map(async (question) => {
      const askedAt = instantOf(clock)
      const asked = await ask(question, signal)
      return { asked, askedAt, at: instantOf(clock) }
    }),
  )
}

function heard({ deps, state }: Round, { timed, askerRefused, evidence = NO_EVIDENCE, undue = [] }: Settled): Heard {
  const remembered = outcomesOf(timed).filter((each) => each.kind === 'answered' || !undue.includes(each.question))
  const outcomes = [...remembered, ...connection(deps, timed)]
  return { outcomes, evidence, pace: paceOf(timed, state, deps.policy), askerRefused }
}

/** The headers of the last answer that was Graph's. */
function connection({ graphVersion }: VerifyDeps, timed: readonly Timed[]): readonly Outcome[] {
  const answered = timed.filter(({ asked }) => asked.result.kind === 'answered')
  const last = answered.find(({ asked }) => asked.question === 'token') ?? answered[0]
  if (last === undefined) return []
  const { servedVersion, clockOffsetMs } = last.asked.signals
  const facts: ConnectionFacts = { about: 'connection', askedVersion: graphVersion, servedVersion, clockOffsetMs }
  return [{ kind: 'answered', answer: answerOf(last, facts) }]
}
