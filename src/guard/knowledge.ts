import type { Ask } from '../graph/ask.ts'
import { underAny } from '../platform/abort.ts'
import type { Clock } from '../platform/clock.ts'
import type { Question } from '../verification/facts.ts'
import type { Policy } from '../verification/policy.ts'
import { healthAt, NO_CIRCUMSTANCES, type Circumstances, type Health } from './health.ts'
import { elapsedMs, instantOf, isWithin, type Instant } from './instant.ts'
import { isOpen } from './questions.ts'
import { above, next, NO_EVIDENCE, NOTHING_KNOWN, type Answer, type State } from './state.ts'
import { verify, type Heard, type VerifyDeps } from './verify.ts'

/** A token, as Graph can be asked about it. */
export type GuardedToken = {
  readonly ask: Ask
  /** The first 12 hex digits of its SHA-256: distinguishes two tokens and reveals neither. */
  readonly fingerprint: string
  /** Asks another guard what it heard; `null` where that is of no use. Absent where none is configured. */
  readonly askUpstream?: (signal: AbortSignal) => Promise<readonly Answer[] | null>
}

export type KnowledgeDeps = {
  readonly clock: Clock
  readonly policy: Policy
  readonly graphVersion: string
  /** How old the word of Graph may be that another guard heard. */
  readonly upstreamMaxAgeMs?: number
}

/** How one verification is made. */
export type Verifying = Pick<VerifyDeps, 'onSuspected' | 'onSlowReads'> & {
  /** Ends the first round of requests. */
  readonly deadline: AbortSignal
  /** A refusal of the asker ends a boot, and is confirmed there. */
  readonly isBoot?: boolean
  /** What another guard heard counts in place of Graph's own answer. */
  readonly mayBorrow?: boolean
  /** Called when debug_token's answer counts; the other answers may come later. */
  readonly onToken?: () => void
}

/** Nothing was asked of Graph. */
const HEARD_ELSEWHERE: Heard = {
  outcomes: [],
  evidence: NO_EVIDENCE,
  pace: { throttled: false, isBusy: false, isAppBusy: false, waitMs: 0 },
  askerRefused: false,
}

/** What is known of one token, and its way to ask Graph. The token in service is one, a candidate another. */
export class Knowledge {
  readonly token: GuardedToken
  readonly #deps: KnowledgeDeps
  readonly #ended = new AbortController()
  readonly #recalled: State | null
  /** What another guard heard. It is not handed on. */
  readonly #borrowed = new WeakSet<Answer>()
  #state: State
  #cached: {
    readonly of: State
    readonly in: Circumstances | undefined
    readonly at: Instant
    readonly health: Health
  } | null = null

  /** `recalled`: what an earlier process knew of this token, and what may count later. `known`: what counts at once. */
  constructor(token: GuardedToken, deps: KnowledgeDeps, recalled: State | null = null, known: State = NOTHING_KNOWN) {
    this.token = token
    this.#deps = deps
    this.#recalled = recalled
    this.#state = known
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
    const isBorrowed = this.#isBorrowed(this.#state.answers.get('token'))
    const health = healthAt(this.#state, policy, now, { ...NO_CIRCUMSTANCES, ...circumstances, isBorrowed })
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
    { deadline, isBoot = false, mayBorrow = false, onToken, ...how }: Verifying,
  ): Promise<Heard> {
    if (mayBorrow && questions.includes('token') && (await this.#borrow(deadline))) return HEARD_ELSEWHERE
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

  /**
   * What another guard heard, where it is news: whether it passes, by today's policy and clock, and is no older than this.
   * Then it counts as a check.
   */
  async #borrow(deadline: AbortSignal): Promise<boolean> {
    const { askUpstream } = this.token
    const answers = askUpstream === undefined ? null : await underAny([this.ended, deadline], askUpstream)
    if (answers === null || this.ended.aborted) return false
    const { clock, policy, upstreamMaxAgeMs: maxAgeMs = 0 } = this.#deps
    const now = instantOf(clock)
    const handed = answers.find(({ facts }) => facts.about === 'token')
    if (handed === undefined || elapsedMs(handed.at, now) > maxAgeMs) return false
    const outcomes = answers.map((answer) => ({ kind: 'answered', answer }) as const)
    const state = next(this.#state, outcomes, policy, now)
    const token = state.answers.get('token')
    // Not where Graph itself has said something here since, nor where the other guard contradicts itself.
    const isSame = JSON.stringify(token?.facts) === JSON.stringify(handed.facts)
    const isTheirs = token === handed || (this.#isBorrowed(token) && isSame)
    if (!isTheirs || healthAt(state, policy, now).verdict !== 'verified') return false
    for (const answer of answers) this.#borrowed.add(answer)
    this.#state = state
    return true
  }

  /** What Graph itself has said here; `null` where its last word about the token came from elsewhere. */
  own(): State | null {
    const isOwn = (answer: Answer) => !this.#isBorrowed(answer)
    const token = this.#state.answers.get('token')
    if (this.isUnheard || token === undefined || !isOwn(token)) return null
    const own = <Key>(answers: ReadonlyMap<Key, Answer>) => new Map([...answers].filter(([, answer]) => isOwn(answer)))
    return { ...this.#state, answers: own(this.#state.answers), shown: own(this.#state.shown) }
  }

  /** Graph itself has said nothing definite about the token yet. */
  get isUnheard(): boolean {
    const token = this.#state.answers.get('token')
    return token === undefined || token === this.#recalled?.answers.get('token')
  }

  #isBorrowed(answer: Answer | undefined): boolean {
    return answer !== undefined && this.#borrowed.has(answer)
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
