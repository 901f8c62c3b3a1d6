import type { Question } from '../verification/facts.ts'
import type { Finding } from '../verification/finding.ts'
import { silenceFindings } from '../verification/judgement.ts'
import { createAnnouncer, type Announcer } from './announce.ts'
import { boot, type BootEnding } from './boot.ts'
import { newCheckId, type GuardedToken } from './candidate.ts'
import { healthAt, type Health } from './health.ts'
import type { GuardDeps, GuardOptions } from './deps.ts'
import { driftOf, recorded, type DriftRecord } from './history.ts'
import { instantOf, isWithin, type Instant } from './instant.ts'
import { monitor } from './monitor.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { isOpen, questionsOf } from './questions.ts'
import { Reload, type Passed, type Reloading } from './reload.ts'
import { next, NOTHING_KNOWN, type State } from './state.ts'
import { verify, type Heard, type VerifyDeps } from './verify.ts'

/** What holds beside Graph's answers: of the candidate, and of what the program around the guard knows. */
type Standing = { readonly candidate: readonly Finding[]; readonly remarks: readonly Finding[] }

/** A token in service. What is under way about it ends with it. */
type Service = { readonly token: GuardedToken; readonly gone: AbortController }

/** Remembers what Graph says of one token, and tells what changes. Knows neither HTTP nor logs. */
export class Guard {
  readonly #options: GuardOptions
  readonly #deps: GuardDeps
  readonly #questions: readonly Question[]
  readonly #announcer: Announcer
  readonly #stopping = new AbortController()
  readonly #reload: Reload
  #service: Service
  #state: State = NOTHING_KNOWN
  readonly #watchers = new Set<() => void>()
  #standing: Standing = { candidate: [], remarks: [] }
  #history: readonly DriftRecord[] = []
  #cached: { readonly state: State; readonly at: Instant; readonly health: Health } | null = null

  constructor(token: GuardedToken, options: GuardOptions, deps: GuardDeps) {
    this.#service = { token, gone: new AbortController() }
    this.#options = options
    this.#deps = deps
    this.#questions = questionsOf(options.policy)
    this.#announcer = createAnnouncer(options.policy, deps.onEvent)
    this.#reload = new Reload({
      clock: deps.clock,
      policy: options.policy,
      questions: this.#questions,
      verify: (ask, state, asked, checkId, stop) =>
        verify(this.#verifyDeps(ask, checkId, { candidate: true }), state, asked, { stop, deadline: stop }, false),
      isUrgent: () => this.health().verdict !== 'verified',
      onEvent: deps.onEvent,
      onPassed: (next, trial) => this.#takeOver(next, trial),
      onStanding: (standing) => this.#stand({ candidate: standing }),
    })
  }

  /** The answers behind the health. */
  get state(): State {
    return this.#state
  }

  /** The token in service. */
  get token(): GuardedToken {
    return this.#service.token
  }

  /** The last drifts, the newest first. */
  get history(): readonly DriftRecord[] {
    return this.#history
  }

  /** What is known now. The same object until something changes. */
  health(): Health {
    const now = instantOf(this.#deps.clock)
    const cached = this.#cached
    if (cached?.state === this.#state && isWithin(cached.health.validForMs, cached.at, now)) return cached.health
    const health = healthAt(this.#state, this.#options.policy, now)
    this.#cached = { state: this.#state, at: now, health }
    return health
  }

  /** Calls back at once when something is known anew, and before a change is told. */
  onChange(callback: () => void): void {
    this.#watchers.add(callback)
  }

  /** Asks until there is a definite answer or the boot time is over. How it ended is for the caller to tell. */
  async boot({ once = false }: { readonly once?: boolean } = {}): Promise<BootEnding> {
    const ending = await boot(
      {
        clock: this.#deps.clock,
        random: this.#deps.random,
        timeoutMs: this.#options.bootTimeoutMs,
        once,
        questions: this.#questions,
        attempt: (asked, deadline) => this.#attempt(asked, deadline, true),
        unanswered: () => this.#questions.filter((question) => isOpen(this.#state, question)),
        health: () => this.health(),
        onUnanswered: (silent, retryInMs) => this.#tellSilence('boot', silent, retryInMs),
      },
      this.#stopping.signal,
    )
    this.#announcer.assume(this.health().verdict)
    return ending
  }

  /** Checks at each interval until `stop`. */
  run(): Promise<void> {
    this.#announce()
    return monitor(
      {
        ...this.#options,
        clock: this.#deps.clock,
        random: this.#deps.random,
        check: async (withAssets) => {
          const { pace } = await this.#verify(withAssets ? this.#questions : ['token'])
          // Beside it: what hangs about a candidate must not hold up the token in service.
          void this.#reload.retry()
          return pace
        },
        onTick: () => this.#announce(),
        validForMs: () => this.health().validForMs,
        isUnheard: () => !this.#state.answers.has('token'),
      },
      this.#stopping.signal,
    )
  }

  /** Verifies now, assets included. Calls at the same time share one verification. */
  async check(): Promise<void> {
    await Promise.all([this.#verify(this.#questions), this.#reload.retry()])
    if (!this.#stopping.signal.aborted) this.#announce()
  }

  /**
   * Verifies another token, which takes over if it passes. Refused, the one in service stays; without an answer it is
   * tried again at each check. The same token object again is one more attempt.
   */
  reload(token: GuardedToken): Promise<Reloading> {
    return this.#reload.propose(token)
  }

  /** There is no other token any more: what was told of one is over. */
  withdraw(): void {
    this.#reload.withdraw()
  }

  /** What the program around knows of the token in service; it stands until the next remark. */
  remark(findings: readonly Finding[]): void {
    this.#stand({ remarks: findings })
  }

  /** Ends every wait and request at once. */
  stop(): void {
    this.#stopping.abort()
    this.#service.gone.abort()
    this.#reload.withdraw()
  }

  #know(state: State): void {
    this.#state = state
    this.#changed()
  }

  #changed(): void {
    for (const look of this.#watchers) look()
  }

  #verify(questions: readonly Question[]): Promise<Heard> {
    return this.#attempt(questions, this.#stopping.signal, false)
  }

  readonly #attempt = oneAtATime(async (asked, deadline, isBoot) => {
    const { policy } = this.#options
    const { clock, onChecked } = this.#deps
    const checkId = newCheckId()
    const { token, gone } = this.#service
    const started = clock.monotonicMs()
    const signals = { stop: gone.signal, deadline }
    const heard = await verify(this.#verifyDeps(token.ask, checkId), this.#state, asked, signals, isBoot)
    // What was cut short, by a stop or by another token, says nothing about the one in service.
    if (gone.signal.aborted) return heard
    const before = this.#state
    const now = instantOf(clock)
    this.#know(next(before, heard.outcomes, policy, now))
    this.#tellDrift(before, checkId, now)
    onChecked?.(this.#state.silences.has('token') ? 'unverified' : this.health().verdict, clock.monotonicMs() - started)
    if (!isBoot) this.#tellCheck(checkId, asked)
    return heard
  })

  #verifyDeps(ask: GuardedToken['ask'], checkId: string, of: { readonly candidate?: true } = {}): VerifyDeps {
    const { policy, graphVersion } = this.#options
    const { clock, onEvent } = this.#deps
    return {
      ask,
      clock,
      policy,
      graphVersion,
      onSuspected: (findings) => onEvent({ type: 'check.refusal_suspected', checkId, findings, ...of }),
    }
  }

  #takeOver(token: GuardedToken, { state, findings }: Passed): void {
    const before = this.#state
    const isSameToken = token.fingerprint === this.token.fingerprint
    this.#service.gone.abort()
    this.#service = { token, gone: new AbortController() }
    this.#know(state)
    this.#stand({ candidate: [] })
    if (isSameToken) this.#tellDrift(before, newCheckId(), instantOf(this.#deps.clock))
    else this.#deps.onEvent({ type: 'token.reloaded', findings, fingerprint: token.fingerprint })
    this.#announce()
  }

  #stand(told: Partial<Standing>): void {
    this.#standing = { ...this.#standing, ...told }
    const standing = [...this.#standing.candidate, ...this.#standing.remarks]
    if (standing.length > 0 || this.#state.standing.length > 0) this.#know({ ...this.#state, standing })
  }

  #tellDrift(before: State, checkId: string, now: Instant): void {
    for (const drift of driftOf(before, this.#state, this.#options.policy, now)) {
      this.#history = recorded(this.#history, { ...drift, checkId, atMs: now.wallMs })
      this.#deps.onEvent({ type: 'token.drift', checkId, ...drift })
      this.#changed()
    }
  }

  #tellCheck(checkId: string, asked: readonly Question[]): void {
    const { unanswered, verdict } = this.health()
    const silent = asked.filter((question) => unanswered.has(question))
    if (silent.length > 0) this.#tellSilence(checkId, silent, null)
    else if (verdict === 'verified') this.#deps.onEvent({ type: 'check.verified', checkId })
  }

  #tellSilence(checkId: string, silent: readonly Question[], retryInMs: number | null): void {
    const told = [...this.#state.silences].filter(([question]) => silent.includes(question))
    const findings = silenceFindings(new Map(told))
    this.#deps.onEvent({ type: 'check.unverified', checkId, findings, questions: silent, retryInMs })
  }

  #announce(): void {
    // What is told is seen already by whoever asks.
    this.#changed()
    this.#announcer.announce(this.health())
  }
}
