import type { Clock } from '../platform/clock.ts'
import type { Question } from '../verification/facts.ts'
import { silenceFindings } from '../verification/judgement.ts'
import type { Policy } from '../verification/policy.ts'
import type { GuardEvent } from './events.ts'
import type { Health } from './health.ts'
import { driftOf, recorded, type DriftRecord } from './history.ts'
import { instantOf } from './instant.ts'
import type { Plan, State } from './state.ts'

type JournalDeps = {
  readonly clock: Clock
  readonly policy: Policy
  readonly onEvent: (event: GuardEvent) => void
}

/** Reports what checks gave: as events, and the drifts as a history too. */
export class Journal {
  readonly #deps: JournalDeps
  #history: readonly DriftRecord[] = []

  constructor(deps: JournalDeps) {
    this.#deps = deps
  }

  /** The last drifts, the newest first. */
  get history(): readonly DriftRecord[] {
    return this.#history
  }

  drifts(before: State, after: State, checkId: string): void {
    const { clock, policy, onEvent } = this.#deps
    const now = instantOf(clock)
    for (const drift of driftOf(before, after, policy, now)) {
      this.#history = recorded(this.#history, { ...drift, checkId, atMs: now.wallMs })
      onEvent({ type: 'token.drift', checkId, ...drift })
    }
  }

  check({ unanswered, verdict }: Health, state: State, checkId: string, asked: readonly Question[]): void {
    const silent = asked.filter((question) => unanswered.has(question))
    if (silent.length > 0) this.silence(state, checkId, silent, null)
    else if (verdict === 'verified') this.#deps.onEvent({ type: 'check.verified', checkId })
  }

  silence(state: State, checkId: string, silent: readonly Question[], retryInMs: number | null): void {
    const told = new Map([...state.silences].filter(([question]) => silent.includes(question)))
    const findings = silenceFindings(told, this.#deps.policy)
    this.#deps.onEvent({ type: 'check.unverified', checkId, findings, questions: silent, retryInMs })
  }

  /** Once, until the checks are at their pace again. */
  plan(before: Plan | null, { nextCheckAtMs, reason }: Plan): void {
    if (reason === null || before?.reason != null) return
    const inMs = nextCheckAtMs - this.#deps.clock.nowMs()
    this.#deps.onEvent({ type: 'check.delayed', reason, nextCheckAtMs, inMs })
  }
}
