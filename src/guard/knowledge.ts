import type { Ask } from '../graph/ask.ts'
import type { Clock } from '../platform/clock.ts'
import type { Question } from '../verification/facts.ts'
import type { Policy } from '../verification/policy.ts'
import { healthAt, type Circumstances, type Health } from './health.ts'
import { elapsedMs, instantOf, isWithin, type Instant } from './instant.ts'
import { isOpen } from './questions.ts'
import { above, next, NO_EVIDENCE, NOTHING_KNOWN, type State } from './state.ts'
import { verify, type Heard, type VerifyDeps } from './verify.ts'

/** A token, as Graph can be asked about it. */
export type GuardedToken = {
  readonly ask: Ask
  /** The first 12 hex digits of its SHA-256: distinguishes two tokens and reveals neither. */
  readonly fingerprint: string
}

export type KnowledgeDeps = {
  readonly clock: Clock
  readonly policy: Policy
  readonly graphVersion: string
}

/** How one verification is made. */
export type Verifying = Pick<VerifyDeps, 'onSuspected' | 'onSlowReads'> & {
  /** Ends the first round of requests. */
  readonly deadline: AbortSignal
  /** A refusal of the asker ends a boot, and is confirmed there. */
  readonly isBoot?: boolean
  /** Called when debug_token's answer counts; the other answers may come later. */
  readonly onToken?: () => void
}

/** What is known of one token, and its way to ask Graph. The token in service is one, a candidate another. */
export class Knowledge {
  readonly token: GuardedToken
  readonly #deps: KnowledgeDeps
  readonly #ended = new AbortController()
  readonly #recalled: State | null
  #state: State = NOTHING_KNOWN
  #cached: {
    readonly of: State
    readonly in: Circumstances | undefined
    readonly at: Instant
    readonly health: Health
  } | null = null

  /** `recalled`: what an earlier process knew of this token. */
  constructor(token: GuardedToken, deps: KnowledgeDeps, recalled: State | null = null) {
    this.token = token
    this.#deps = deps
    this.#recalled = recalled
  }

  /** Graph's answers. */
  get state(): State {
    return this.#state
  }

  /** Aborts when nothing is asked about this token any more. */
  get ended(): AbortSignal {
    return this.#ended.signal
  }

  /** What the answers mean now. The same object until something changes. */
  health(circumstances?: Circumstances): Health {
    const { clock, policy } = this.#deps
    const now = instantOf(clock)
    const cached = this.#cached
    const isSame = cached !== null && cached.of === this.#state && cached.in === circumstances
    if (isSame && isWithin(cached.health.validForMs, cached.at, now)) return cached.health
    const health = healthAt(this.#state, policy, now, circumstances)
    this.#cached = { of: this.#state, in: circumstances, at: now, health }
    return health
  }

  /** Those that are worth asking again. */
  open(questions: readonly Question[]): readonly Question[] {
    return questions.filter((question) => isOpen(this.#state, question))
  }

  /** Asks Graph once, a refusal twice, and remembers the answers. What comes after `end()` counts for nothing. */
  async verify(
    questions: readonly Question[],
    { deadline, isBoot = false, onToken, ...how }: Verifying,
  ): Promise<Heard> {
    const deps: VerifyDeps = {
      ...how,
      ...this.#deps,
      ask: this.token.ask,
      onToken: (outcomes) => {
        this.#remember({ outcomes, evidence: NO_EVIDENCE })
        onToken?.()
      },
    }
    const heard = await verify(deps, this.#state, questions, { stop: this.ended, deadline }, isBoot)
    this.#remember(heard)
    return heard
  }

  /**
   * After a boot without an answer: whether what an earlier process knew passes, by today's policy and clock, and is no
   * older than this. Then it counts, under what is known by now.
   */
  recall(questions: readonly Question[], maxAgeMs: number): boolean {
    if (this.#recalled === null) return false
    const { clock, policy } = this.#deps
    const now = instantOf(clock)
    const state = above(this.#recalled, this.#state, questions)
    const token = state.answers.get('token')
    const isYoung = token !== undefined && elapsedMs(token.at, now) <= maxAgeMs
    if (!isYoung || healthAt(state, policy, now).verdict !== 'verified') return false
    this.#state = state
    return true
  }

  /** Graph itself has said nothing definite about the token yet. */
  get isUnheard(): boolean {
    const token = this.#state.answers.get('token')
    return token === undefined || token === this.#recalled?.answers.get('token')
  }

  /** Ends its waits and requests. */
  end(): void {
    this.#ended.abort()
  }

  #remember({ outcomes, evidence }: Pick<Heard, 'outcomes' | 'evidence'>): void {
    if (this.ended.aborted) return
    const { clock, policy } = this.#deps
    this.#state = next(this.#state, outcomes, policy, instantOf(clock), evidence)
  }
}
