import type { Clock } from '../platform/clock.ts'
import type { Question } from '../verification/facts.ts'
import type { Finding } from '../verification/finding.ts'
import { silenceFindings } from '../verification/judgement.ts'
import type { Policy } from '../verification/policy.ts'
import { candidateFinding } from './remarks.ts'
import type { GuardEvent } from './events.ts'
import { instantOf } from './instant.ts'
import { Knowledge, type GuardedToken } from './knowledge.ts'
import { refusedAnew } from './successor.ts'
import { newCheckId } from './verify.ts'

/** How an attempt ended. `withdrawn`: another token came meanwhile, or the program stops. */
export type Reloading = 'passed' | 'refused' | 'silent' | 'withdrawn'

export type ReloadDeps = {
  readonly policy: Policy
  readonly questions: readonly Question[]
  /** Nothing is known of it yet. */
  readonly begin: (token: GuardedToken) => Knowledge
  readonly clock: Clock
  readonly inService: () => Knowledge
  readonly onEvent: (event: GuardEvent) => void
  /** What is known of it takes over with it. */
  readonly onPassed: (candidate: Knowledge, findings: readonly Finding[]) => void
  /** What is to be said of a candidate while another token is in service. */
  readonly onRemarks: (remarks: readonly Finding[]) => void
}

/** A token that is to take over. */
type Candidate = {
  readonly knowledge: Knowledge
  readonly checkId: string
  /** The token itself is good, and an asset has not answered. */
  isHalfway: boolean
  isRefused: boolean
  underWay: Promise<Reloading> | null
}

/** Tries another token: judged as at boot, tried again while Graph is silent. Keeps at most one. */
export class Reload {
  readonly #deps: ReloadDeps
  #candidate: Candidate | null = null

  constructor(deps: ReloadDeps) {
    this.#deps = deps
  }

  /** One attempt with this token; the same object again is one more. */
  propose(token: GuardedToken): Promise<Reloading> {
    if (this.#candidate?.knowledge.token !== token) {
      this.withdraw()
      const knowledge = this.#deps.begin(token)
      this.#candidate = { knowledge, checkId: newCheckId(), isHalfway: false, isRefused: false, underWay: null }
    }
    return this.#attempt(this.#candidate as Candidate)
  }

  /** Asks again about one that Graph was silent about. */
  async retry(): Promise<void> {
    if (this.#candidate !== null && !this.#candidate.isRefused) await this.#attempt(this.#candidate)
  }

  withdraw(): void {
    if (this.#candidate === null) return
    this.#candidate.knowledge.end()
    this.#candidate = null
    this.#deps.onRemarks([])
  }

  /** Calls at the same time share one. */
  #attempt(candidate: Candidate): Promise<Reloading> {
    candidate.underWay ??= this.#try(candidate).finally(() => {
      candidate.underWay = null
    })
    return candidate.underWay
  }

  async #try(candidate: Candidate): Promise<Reloading> {
    const { questions, onEvent } = this.#deps
    const { knowledge, checkId } = candidate
    const asked = candidate.isHalfway ? knowledge.open(questions) : questions
    await knowledge.verify(asked, {
      deadline: knowledge.ended,
      onSuspected: (findings) => onEvent({ type: 'check.refusal_suspected', checkId, findings, candidate: true }),
    })
    if (this.#candidate !== candidate) return 'withdrawn'
    const { verdict, findings } = knowledge.health()
    const isGood = verdict === 'verified' || (verdict === 'refused' && this.#isNoWorse(knowledge))
    if (verdict === 'refused' && !isGood) return this.#refuse(candidate, findings)
    if (isGood && this.#isEnough(candidate)) {
      this.#candidate = null
      this.#deps.onPassed(knowledge, findings)
      return 'passed'
    }
    candidate.isHalfway = isGood
    return this.#silent(candidate)
  }

  /** All that refuses it holds of the token in service too. */
  #isNoWorse({ state }: Knowledge): boolean {
    const { inService, policy, clock } = this.#deps
    return refusedAnew(state, inService().state, policy, instantOf(clock)).length === 0
  }

  /**
   * As at boot: an asset that stays silent is a warning, but is asked a second time first. Where the token in service is no
   * better, half of an answer is enough.
   */
  #isEnough({ knowledge, isHalfway }: Candidate): boolean {
    const { questions, inService } = this.#deps
    return knowledge.open(questions).length === 0 || isHalfway || inService().health().verdict !== 'verified'
  }

  #silent({ knowledge, checkId }: Candidate): 'silent' {
    const { policy, questions, onEvent } = this.#deps
    onEvent({
      type: 'check.unverified',
      checkId,
      findings: silenceFindings(knowledge.state.silences, policy),
      questions: knowledge.open(questions),
      retryInMs: null,
      candidate: true,
    })
    return 'silent'
  }

  #refuse(candidate: Candidate, findings: readonly Finding[]): 'refused' {
    const { onRemarks, onEvent } = this.#deps
    onRemarks([candidateFinding(findings)])
    if (!candidate.isRefused) {
      const { fingerprint } = candidate.knowledge.token
      onEvent({ type: 'token.reload_refused', findings, fingerprint })
    }
    candidate.isRefused = true
    return 'refused'
  }
}
