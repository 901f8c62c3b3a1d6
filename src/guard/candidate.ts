import type { Ask } from '../graph/ask.ts'
import type { Clock } from '../platform/clock.ts'
import type { Question } from '../verification/facts.ts'
import type { Finding } from '../verification/finding.ts'
import { silenceFindings } from '../verification/judgement.ts'
import type { Policy } from '../verification/policy.ts'
import { healthAt } from './health.ts'
import { instantOf } from './instant.ts'
import { isOpen } from './questions.ts'
import { next, NOTHING_KNOWN, type State } from './state.ts'
import type { Heard } from './verify.ts'

/** A token, as Graph can be asked about it. */
export type GuardedToken = {
  readonly ask: Ask
  /** The first 12 hex digits of its SHA-256: tells two tokens apart, and nothing of either. */
  readonly fingerprint: string
}

/** How a trial ended. */
export type Trial =
  /** It may take over, with what Graph said of it. */
  | { readonly kind: 'passed'; readonly state: State; readonly findings: readonly Finding[] }
  | { readonly kind: 'refused'; readonly findings: readonly Finding[] }
  | { readonly kind: 'silent'; readonly findings: readonly Finding[]; readonly questions: readonly Question[] }

export type TrialDeps = {
  readonly clock: Clock
  readonly policy: Policy
  readonly questions: readonly Question[]
  readonly verify: (
    ask: Ask,
    state: State,
    asked: readonly Question[],
    checkId: string,
    stop: AbortSignal,
  ) => Promise<Heard>
  /** The token in service is no better: half of an answer is enough then. */
  readonly isUrgent: () => boolean
}

/** Short: it only has to tell the lines of one check from those of the next. */
export function newCheckId(): string {
  return crypto.randomUUID().slice(0, 8)
}

/** A token that is to take over: judged as at boot, and tried again while Graph is silent. */
export class Candidate {
  readonly token: GuardedToken
  readonly checkId = newCheckId()
  readonly #deps: TrialDeps
  readonly #withdrawn = new AbortController()
  #state: State = NOTHING_KNOWN
  /** The token itself is verified, and an asset has not answered. */
  #isHalfway = false

  constructor(token: GuardedToken, deps: TrialDeps) {
    this.token = token
    this.#deps = deps
  }

  /** What is heard from now on counts for nothing. */
  withdraw(): void {
    this.#withdrawn.abort()
  }

  /** One verification. */
  async attempt(): Promise<Trial> {
    const { clock, policy, questions, verify, isUrgent } = this.#deps
    const asked = this.#isHalfway ? this.#unanswered() : questions
    const heard = await verify(this.token.ask, this.#state, asked, this.checkId, this.#withdrawn.signal)
    const now = instantOf(clock)
    this.#state = next(this.#state, heard.outcomes, policy, now, heard.evidence)
    const { verdict, findings } = healthAt(this.#state, policy, now)
    if (verdict === 'refused') return { kind: 'refused', findings }
    // As at boot: an asset that stays silent is a warning, but is asked a second time first.
    const isEnough = this.#unanswered().length === 0 || this.#isHalfway || isUrgent()
    if (verdict === 'verified' && isEnough) return { kind: 'passed', state: this.#state, findings }
    this.#isHalfway = verdict === 'verified'
    return { kind: 'silent', findings: silenceFindings(this.#state.silences, policy), questions: this.#unanswered() }
  }

  #unanswered(): readonly Question[] {
    return this.#deps.questions.filter((question) => isOpen(this.#state, question))
  }
}
