import type { Clock } from '../platform/clock.ts'
import type { Question } from '../verification/facts.ts'
import { silenceFindings } from '../verification/judgement.ts'
import type { Policy } from '../verification/policy.ts'
import { changesBetween, NOTHING_REPORTED, reportedNow, type Change } from './changes.ts'
import { NO_RECOLLECTION, type Recollection } from './deps.ts'
import type { GuardEvent } from './events.ts'
import type { Health, CheckPlan } from './health.ts'
import { recorded, recordedStatus, type Past } from './history.ts'
import { instantOf } from './instant.ts'
import type { State } from './state.ts'
import { newCheckId } from './verify.ts'

type JournalDeps = {
  readonly clock: Clock
  readonly policy: Policy
  readonly onEvent: (event: GuardEvent) => void
  readonly recollection?: Recollection
}

/** Reports what checks gave and what changed: as events, and the drifts as a history too. */
export class Journal {
  readonly #deps: JournalDeps
  #reported = NOTHING_REPORTED
  #hasPassed = false
  #past: Past
  /** What an earlier process knew of the token: its first answers here are compared with it. */
  #recalled: State['answers']

  constructor(deps: JournalDeps) {
    const { state, past } = deps.recollection ?? NO_RECOLLECTION
    this.#deps = deps
    this.#past = past
    this.#recalled = state?.answers ?? new Map()
    this.#reported = { ...NOTHING_REPORTED, answers: this.#recalled }
  }

  /** Whether the token has passed since the start. */
  get hasPassed(): boolean {
    return this.#hasPassed
  }

  /** The last drifts and changes of status, the newest first. */
  get past(): Past {
    return this.#past
  }

  /** What changed since the last call, to be reported. The drifts are in the history from then on. */
  changes(state: State, health: Health, checkId: string = newCheckId()): readonly Change[] {
    const reported = reportedNow(this.#reported, { ...state, answers: this.#known(state) }, health)
    const changes = this.#compare(reported, checkId)
    this.#past = recordedStatus(this.#past, health.status, this.#deps.clock.nowMs())
    return changes
  }

  /** Of these the drifts alone, where the verdict is not to be reported yet. */
  drifts(state: State, checkId: string): readonly Change[] {
    return this.#compare({ ...this.#reported, answers: this.#known(state) }, checkId)
  }

  /** The caller has reported how the boot ended. */
  booted({ status, verdict }: Health): void {
    this.#reported = { ...this.#reported, status, verdict }
    this.#hasPassed ||= verdict === 'verified'
    // Without an answer, what is remembered may count yet.
    if (verdict !== 'unverified') this.#past = recordedStatus(this.#past, status, this.#deps.clock.nowMs())
  }

  /** Answers about one token are not compared with those about another. */
  replaced({ answers }: State): void {
    this.#recalled = new Map()
    this.#reported = { ...this.#reported, answers }
  }

  report(changes: readonly Change[], health: Health): void {
    for (const change of changes) {
      const event = this.#eventOf(change, health)
      if (event !== null) this.#deps.onEvent(event)
    }
  }

  check({ unanswered, verdict }: Health, state: State, checkId: string, asked: readonly Question[]): void {
    const silent = asked.filter((question) => unanswered.has(question))
    if (silent.length > 0) this.silence(state, checkId, silent, null)
    else if (verdict === 'verified') this.#deps.onEvent({ type: 'check.verified', checkId })
  }

  silence(state: State, checkId: string, silent: readonly Question[], retryInMs: number | null): void {
    const silences = new Map([...state.silences].filter(([question]) => silent.includes(question)))
    const findings = silenceFindings(silences, this.#deps.policy)
    this.#deps.onEvent({ type: 'check.unverified', checkId, findings, questions: silent, retryInMs })
  }

  /** Once, until the checks are at their pace again. */
  plan(before: CheckPlan | null, { nextCheckAtMs, reason }: CheckPlan): void {
    if (reason === null || before?.reason != null) return
    const inMs = nextCheckAtMs - this.#deps.clock.nowMs()
    this.#deps.onEvent({ type: 'check.delayed', reason, nextCheckAtMs, inMs })
  }

  #known({ answers }: State): State['answers'] {
    return this.#recalled.size === 0 ? answers : new Map([...this.#recalled, ...answers])
  }

  #compare(after: typeof NOTHING_REPORTED, checkId: string): readonly Change[] {
    const { clock, policy } = this.#deps
    const now = instantOf(clock)
    const changes = changesBetween(this.#reported, after, checkId, policy, now)
    for (const change of changes)
      if (change.kind === 'drift') this.#past = recorded(this.#past, { ...change.drift, atMs: now.wallMs })
    this.#reported = after
    this.#hasPassed ||= after.verdict === 'verified'
    return changes
  }

  #eventOf(change: Change, { findings, ageMs, remainingMs }: Health): GuardEvent | null {
    const { staleAfterMs, staleStatus: severity } = this.#deps.policy
    switch (change.kind) {
      case 'drift':
        return { type: 'token.drift', ...change.drift }
      case 'verdict':
        if (change.after === 'refused') return { type: 'token.refused', findings }
        if (change.after === 'unverified') return null
        return { type: change.before === 'refused' ? 'token.recovered' : 'boot.verified', findings }
      case 'staleness':
        if (!change.isStale) return { type: 'token.fresh' }
        return { type: 'token.stale', ageMs: ageMs ?? 0, staleAfterMs, severity }
      case 'reminder':
        return { type: 'token.expires_soon', remainingMs: remainingMs ?? 0, thresholdMs: change.thresholdMs }
      case 'status':
        return null
    }
  }
}
