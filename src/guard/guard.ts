import type { Question } from '../verification/facts.ts'
import type { Finding } from '../verification/finding.ts'
import { createAnnouncer, type Announcer } from './announce.ts'
import { boot, type BootEnding } from './boot.ts'
import { newCheckId, type GuardedToken } from './candidate.ts'
import { healthAt, type Health } from './health.ts'
import type { GuardDeps, GuardOptions } from './deps.ts'
import type { DriftRecord } from './history.ts'
import { instantOf, isWithin, type Instant } from './instant.ts'
import { Journal } from './journal.ts'
import { monitor } from './monitor.ts'
import { oneAtATime } from './one-at-a-time.ts'
import { Pacing } from './pacing.ts'
import { isOpen, questionsBetween, questionsOf } from './questions.ts'
import { Reload, type Passed, type Reloading } from './reload.ts'
import { next, NO_EVIDENCE, NOTHING_KNOWN, type Outcome, type Plan, type State } from './state.ts'
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
  readonly #journal: Journal
  readonly #stopping = new AbortController()
  readonly #reload: Reload
  readonly #pacing = new Pacing()
  #service: Service
  #state: State = NOTHING_KNOWN
  readonly #watchers = new Set<() => void>()
  #standing: Standing = { candidate: [], remarks: [] }
  #cached: { readonly state: State; readonly at: Instant; readonly health: Health } | null = null

  constructor(token: GuardedToken, options: GuardOptions, deps: GuardDeps) {
    this.#service = { token, gone: new AbortController() }
    this.#options = options
    this.#deps = deps
    this.#questions = questionsOf(options.policy)
    this.#announcer = createAnnouncer(options.policy, deps.onEvent)
    this.#journal = new Journal({ ...deps, policy: options.policy })
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

  get token(): GuardedToken {
    return this.#service.token
  }

  get history(): readonly DriftRecord[] {
    return this.#journal.history
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
        onUnanswered: (silent, retryInMs) => this.#journal.silence(this.#state, 'boot', silent, retryInMs),
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
        staleAfterMs: this.#options.policy.staleAfterMs,
        pacing: this.#pacing,
        check: async (withAssets) => {
          await this.#verify(withAssets ? this.#questions : questionsBetween(this.#state))
          // Beside it: what hangs about a candidate must not hold up the token in service.
          void this.#reload.retry()
        },
        onPlan: (plan) => this.#plan(plan),
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

  #verify = (questions: readonly Question[]) => this.#attempt(questions, this.#stopping.signal, false)

  readonly #attempt = oneAtATime(async (asked, deadline, isBoot) => {
    const { clock, onChecked } = this.#deps
    const checkId = newCheckId()
    const { token, gone } = this.#service
    const started = clock.monotonicMs()
    const deps: VerifyDeps = {
      ...this.#verifyDeps(token.ask, checkId),
      onToken: (outcomes: readonly Outcome[]) => this.#record({ outcomes, evidence: NO_EVIDENCE }, checkId),
      // A dead token ends the boot; in service what is known is announced.
      onSlowReads: () => {
        if (!isBoot && !gone.signal.aborted) this.#announce()
        return isBoot ? 'leave' : 'wait'
      },
    }
    const heard = await verify(deps, this.#state, asked, { stop: gone.signal, deadline }, isBoot)
    // What was cut short, by a stop or by another token, says nothing about the one in service.
    if (gone.signal.aborted) return heard
    this.#record(heard, checkId)
    this.#changed()
    if (!isBoot) this.#pacing.heard(heard.pace)
    const isUnverified = this.#state.silences.has('token') && heard.evidence.verdict === null
    onChecked?.(isUnverified ? 'unverified' : this.health().verdict, clock.monotonicMs() - started)
    if (!isBoot) this.#journal.check(this.health(), this.#state, checkId, asked)
    return heard
  })

  #record({ outcomes, evidence }: Pick<Heard, 'outcomes' | 'evidence'>, checkId: string): void {
    const before = this.#state
    this.#state = next(before, outcomes, this.#options.policy, instantOf(this.#deps.clock), evidence)
    this.#journal.drifts(before, this.#state, checkId)
  }

  #plan(plan: Plan): void {
    const before = this.#state.plan
    this.#know({ ...this.#state, plan })
    this.#journal.plan(before, plan)
  }

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
    this.#know({ ...state, plan: before.plan })
    this.#pacing.forget()
    this.#stand({ candidate: [] })
    if (isSameToken) this.#journal.drifts(before, this.#state, newCheckId())
    else this.#deps.onEvent({ type: 'token.reloaded', findings, fingerprint: token.fingerprint })
    this.#announce()
  }

  #stand(told: Partial<Standing>): void {
    this.#standing = { ...this.#standing, ...told }
    const standing = [...this.#standing.candidate, ...this.#standing.remarks]
    if (standing.length > 0 || this.#state.standing.length > 0) this.#know({ ...this.#state, standing })
  }

  #announce(): void {
    // What is told is seen already by whoever asks.
    this.#changed()
    this.#announcer.announce(this.health())
  }
}
