import type { Ask, Asked } from '../graph/ask.ts'
import { underAny } from '../platform/abort.ts'
import type { Clock } from '../platform/clock.ts'
import { isAskerRefused } from '../verification/codes.ts'
import type { ConnectionFacts, Question } from '../verification/facts.ts'
import { refuses, type Finding } from '../verification/finding.ts'
import { isHidden, judge } from '../verification/judgement.ts'
import type { Policy } from '../verification/policy.ts'
import { instantOf, type Instant } from './instant.ts'
import type { Pace } from './schedule.ts'
import { silenceFinding } from '../verification/silence.ts'
import { clocksAt, type Answer, type Outcome, type State } from './state.ts'

/** Odd single answers from Graph exist; a dead token stays dead for a second more. */
const CONFIRM_AFTER_MS = 1_000

export type VerifyDeps = {
  readonly ask: Ask
  readonly clock: Clock
  readonly policy: Policy
  readonly graphVersion: string
  readonly onSuspected: (findings: readonly Finding[]) => void
}

/** What one verification heard. */
export type Heard = {
  readonly outcomes: readonly Outcome[]
  readonly pace: Pace
  /** Graph refused the asker twice. */
  readonly askerRefused: boolean
}

type Timed = { readonly asked: Asked; readonly askedAt: Instant; readonly at: Instant }

/**
 * Asks Graph, and asks a second time before a refusal takes effect: then the second answer counts, whatever it is.
 * `deadline` ends the first round only. `confirmAsker`: a refusal of the asker counts as one (at boot).
 */
export async function verify(
  deps: VerifyDeps,
  state: State,
  questions: readonly Question[],
  signals: { readonly stop: AbortSignal; readonly deadline: AbortSignal },
  confirmAsker: boolean,
): Promise<Heard> {
  const first = await underAny([signals.stop, signals.deadline], (either) => askAll(deps, questions, either))
  // Of a token that is gone nothing is told, and nothing more is asked.
  if (signals.stop.aborted) return heard(deps, [], false)
  const suspected = first.map((timed) => ({ timed, findings: suspicion(deps, state, timed, confirmAsker) }))
  const suspects = suspected.filter(({ findings }) => findings.length > 0)
  // What the end of the boot time cut short tells less than the attempt before it.
  const uncut = (timed: Timed) =>
    !(signals.deadline.aborted && timed.asked.result.kind === 'silent' && state.silences.has(timed.asked.question))
  if (suspects.length === 0) return heard(deps, first.filter(uncut), false)

  const findings = suspects.flatMap((suspect) => suspect.findings)
  deps.onSuspected(findings.filter((finding) => !isHidden(finding, findings)))
  if (!(await deps.clock.sleep(CONFIRM_AFTER_MS, signals.stop))) return heard(deps, [], false)
  const again = suspects.map(({ timed }) => timed.asked.question)
  const second = await underAny([signals.stop], (stop) => askAll(deps, again, stop))
  const settled = suspected.filter(({ findings }) => findings.length === 0).map(({ timed }) => timed)
  return heard(
    deps,
    [...settled, ...second],
    second.some(({ asked }) => refusesAsker(asked)),
  )
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

/** The refusals in an answer that were not there before: nothing is asked twice to hear the same. */
function suspicion(deps: VerifyDeps, state: State, timed: Timed, confirmAsker: boolean): readonly Finding[] {
  const { result, question } = timed.asked
  if (result.kind === 'silent') return confirmAsker && refusesAsker(timed.asked) ? [silenceFinding(result.silence)] : []
  const known = state.answers.get(question)
  const before = known === undefined ? [] : refusalsOf(deps, known, timed.at).map(identity)
  return refusalsOf(deps, answerOf(timed, result.facts), timed.at).filter(
    (finding) => !before.includes(identity(finding)),
  )
}

function refusalsOf({ policy }: VerifyDeps, answer: Answer, now: Instant): readonly Finding[] {
  const heard = { facts: answer.facts, clocks: clocksAt(answer, now) }
  return judge([heard], new Map(), policy)
    .judged.map(({ finding }) => finding)
    .filter(refuses)
}

/** What is expected tells one missing scope from another; an expiry stays one, however it is known. */
function identity({ code, subject, expected }: Finding): string {
  return [code, subject, code === 'scope.missing' ? expected : ''].join(' ')
}

function refusesAsker({ question, result }: Asked): boolean {
  return question === 'token' && result.kind === 'silent' && isAskerRefused(result.silence.code)
}

function answerOf({ asked, askedAt, at }: Timed, facts: Answer['facts']): Answer {
  return { facts, askedAt, at, clockOffsetMs: asked.signals.clockOffsetMs ?? 0 }
}

function heard(deps: VerifyDeps, timed: readonly Timed[], askerRefused: boolean): Heard {
  const outcomes = timed.map((each): Outcome => {
    const { question, result } = each.asked
    return result.kind === 'answered'
      ? { kind: 'answered', answer: answerOf(each, result.facts) }
      : { kind: 'silent', question, silence: result.silence }
  })
  return { outcomes: [...outcomes, ...connection(deps, timed)], pace: paceOf(timed), askerRefused }
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

function paceOf(timed: readonly Timed[]): Pace {
  const signals = timed.map(({ asked }) => asked.signals)
  return {
    throttled: timed.some(
      ({ asked }) => asked.result.kind === 'silent' && asked.result.silence.code === 'graph.rate_limited',
    ),
    usagePercent: Math.max(0, ...signals.map(({ usagePercent }) => usagePercent)),
    waitMs: Math.max(0, ...signals.map(({ waitMs }) => waitMs)),
  }
}
