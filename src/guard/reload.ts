import type { Finding } from '../verification/finding.ts'
import { candidateFinding } from '../verification/remarks.ts'
import { Candidate, type GuardedToken, type Trial, type TrialDeps } from './candidate.ts'
import type { GuardEvent } from './events.ts'

/** `withdrawn`: another one came meanwhile, or the program stops. */
export type Reloading = Trial['kind'] | 'withdrawn'

export type Passed = Extract<Trial, { kind: 'passed' }>

export type ReloadDeps = TrialDeps & {
  readonly onEvent: (event: GuardEvent) => void
  readonly onPassed: (token: GuardedToken, trial: Passed) => void
  /** What is to be told beside Graph's answers about the token in service. */
  readonly onStanding: (findings: readonly Finding[]) => void
}

/** Keeps at most one candidate, and tells what becomes of it. */
export class Reload {
  readonly #deps: ReloadDeps
  #candidate: Candidate | null = null
  #isRefused = false
  #underWay: { readonly candidate: Candidate; readonly done: Promise<Reloading> } | null = null

  constructor(deps: ReloadDeps) {
    this.#deps = deps
  }

  /** One attempt with this token; the same object again is one more. */
  async propose(token: GuardedToken): Promise<Reloading> {
    if (this.#candidate?.token !== token) {
      this.withdraw()
      this.#candidate = new Candidate(token, this.#deps)
    }
    return this.#attempt(this.#candidate)
  }

  /** Asks again about one that Graph was silent about. */
  async retry(): Promise<void> {
    if (this.#candidate !== null && !this.#isRefused) await this.#attempt(this.#candidate)
  }

  withdraw(): void {
    this.#candidate?.withdraw()
    this.#candidate = null
    this.#isRefused = false
    this.#deps.onStanding([])
  }

  /** Calls at the same time share one. */
  #attempt(candidate: Candidate): Promise<Reloading> {
    if (this.#underWay?.candidate !== candidate)
      this.#underWay = {
        candidate,
        done: this.#try(candidate).finally(() => {
          if (this.#underWay?.candidate === candidate) this.#underWay = null
        }),
      }
    return this.#underWay.done
  }

  async #try(candidate: Candidate): Promise<Reloading> {
    const trial = await candidate.attempt()
    if (this.#candidate !== candidate) return 'withdrawn'
    if (trial.kind === 'passed') {
      this.#candidate = null
      this.#deps.onPassed(candidate.token, trial)
    }
    if (trial.kind === 'refused') this.#refuse(candidate.token, trial.findings)
    if (trial.kind === 'silent')
      this.#deps.onEvent({
        type: 'check.unverified',
        checkId: candidate.checkId,
        findings: trial.findings,
        questions: trial.questions,
        retryInMs: null,
        candidate: true,
      })
    return trial.kind
  }

  #refuse({ fingerprint }: GuardedToken, findings: readonly Finding[]): void {
    this.#deps.onStanding([candidateFinding(findings)])
    if (this.#isRefused) return
    this.#isRefused = true
    this.#deps.onEvent({ type: 'token.reload_refused', findings, fingerprint })
  }
}
