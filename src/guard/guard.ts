import type { Question } from '../verification/facts.ts'
import type { Finding } from '../verification/finding.ts'
import { boot, type BootEnding } from './boot.ts'
import type { Change } from './changes.ts'
import type { GuardDeps, GuardOptions, Occasion } from './deps.ts'
import { NO_CIRCUMSTANCES, type Circumstances, type Health, type CheckPlan } from './health.ts'
import type { Past } from './history.ts'
import { Journal } from './journal.ts'
import { Knowledge, type GuardedToken } from './knowledge.ts'
import { Listeners } from './listeners.ts'
import { monitor } from './monitor.ts'
import { Pacing } from './pacing.ts'
import { questionsBetween, questionsOf } from './questions.ts'
import { Reload, type Reloading } from './reload.ts'
import type { State } from './state.ts'
import { Turns } from './turns.ts'
import { newCheckId, type Heard } from './verify.ts'

/** Remembers what Graph says of the token in service, and reports what changes. Knows neither HTTP nor logs. */
export class Guard {
  readonly #options: GuardOptions
  readonly #deps: GuardDeps
  readonly #questions: readonly Question[]
  readonly #journal: Journal
  readonly #stopping = new AbortController()
  readonly #reload: Reload
  readonly #pacing = new Pacing()
  readonly #listeners = new Listeners()
  readonly #turns = new Turns()
  #inService: Knowledge
  #circumstances: Circumstances = NO_CIRCUMSTANCES

  constructor(token: GuardedToken, options: GuardOptions, deps: GuardDeps) {
    const { policy } = options
    const begin = (of: GuardedToken) => new Knowledge(of, { ...options, clock: deps.clock })
    this.#options = options
    this.#deps = deps
    this.#questions = questionsOf(policy)
    this.#journal = new Journal({ ...deps, policy })
    this.#inService = new Knowledge(token, { ...options, clock: deps.clock }, deps.recollection?.state ?? null)
    this.#reload = new Reload({
      ...deps,
      policy,
      begin,
      questions: this.#questions,
      inService: () => this.#inService,
      onPassed: (candidate, findings) => this.#takeOver(candidate, findings),
      onRemarks: (candidate) => this.#remark({ candidate }),
    })
  }

  /** Graph's answers about the token in service. */
  get state(): State {
    return this.#inService.state
  }

  /** What Graph itself said here; `null`: nothing about the token. */
  get own(): State | null {
    return this.#inService.own()
  }

  get token(): GuardedToken {
    return this.#inService.token
  }

  /** Whether the token has passed since the start. */
  get hasPassed(): boolean {
    return this.#journal.hasPassed || this.health().verdict === 'verified'
  }

  get past(): Past {
    return this.#journal.past
  }

  /** What is known now. The same object until something changes. */
  health(): Health {
    return this.#inService.health(this.#circumstances)
  }

  /** Calls back whenever what is shown may be different, before a change is reported. */
  onUpdate(callback: () => void): void {
    this.#listeners.onUpdate(callback)
  }

  /** Calls back with what changed, in service. */
  onChanges(callback: (changes: readonly Change[]) => void): void {
    this.#listeners.onChanges(callback)
  }

  /** Asks until there is a definite answer or the boot time is over. How it ended is for the caller to report. */
  async boot({ once = false }: { readonly once?: boolean } = {}): Promise<BootEnding> {
    const ending = await boot(
      {
        ...this.#deps,
        timeoutMs: this.#options.bootTimeoutMs,
        once,
        questions: this.#questions,
        attempt: (asked, deadline) => this.#verify(asked, 'boot', deadline),
        unanswered: () => this.#inService.open(this.#questions),
        health: () => this.health(),
        onUnanswered: (silent, retryInMs) => this.#journal.silence(this.state, 'boot', silent, retryInMs),
      },
      this.#stopping.signal,
    )
    this.#journal.booted(this.health())
    this.#listeners.forget()
    return ending
  }

  /** After a boot without an answer: whether what an earlier process knew counts until Graph answers. */
  recall(maxAgeMs: number): boolean {
    if (!this.#inService.recall(this.#questions, maxAgeMs)) return false
    this.#listeners.update()
    this.#journal.booted(this.health())
    return true
  }

  /** Checks at each interval until `stop`. */
  run(): Promise<void> {
    this.#report()
    return monitor(
      {
        ...this.#options,
        ...this.#deps,
        staleAfterMs: this.#options.policy.staleAfterMs,
        pacing: this.#pacing,
        check: async (withAssets) => {
          await this.#verify(withAssets ? this.#questions : questionsBetween(this.state), 'interval')
          // Not awaited: a candidate whose answers hang must not hold up the token in service.
          void this.#reload.retry()
        },
        onPlan: (plan) => this.#plan(plan),
        onTick: () => this.#report(),
        validForMs: () => this.health().validForMs,
        isUnheard: () => this.#inService.isUnheard,
      },
      this.#stopping.signal,
    )
  }

  /** Verifies now, assets included. Calls at the same time share one verification. */
  async check(): Promise<void> {
    await Promise.all([this.#verify(this.#questions, 'demand'), this.#reload.retry()])
  }

  /** Verifies another token, which takes over if it passes; without an answer it is tried again at each check. */
  reload(token: GuardedToken): Promise<Reloading> {
    return this.#reload.propose(token)
  }

  /** There is no other token any more: its remarks end. */
  withdraw(): void {
    this.#reload.withdraw()
  }

  /** What the program around the guard knows of the token in service. It holds until the next remark. */
  remark(findings: readonly Finding[]): void {
    this.#remark({ program: findings })
  }

  stop(): void {
    this.#stopping.abort()
    this.#inService.end()
    this.#reload.withdraw()
  }

  #verify(questions: readonly Question[], occasion: Occasion, deadline = this.#stopping.signal): Promise<Heard> {
    return this.#turns.take(questions, () => this.#verifyNow(questions, occasion, deadline))
  }

  async #verifyNow(questions: readonly Question[], occasion: Occasion, deadline: AbortSignal): Promise<Heard> {
    const isBoot = occasion === 'boot'
    const { clock, onEvent, onChecked } = this.#deps
    const [knowledge, checkId] = [this.#inService, newCheckId()]
    const startedMs = clock.monotonicMs()
    const heard = await knowledge.verify(questions, {
      deadline,
      isBoot,
      mayBorrow: occasion !== 'demand',
      onSuspected: (findings) => onEvent({ type: 'check.refusal_suspected', checkId, findings }),
      onToken: () => this.#reportDrifts(checkId),
      onSlowReads: () => {
        if (!isBoot) this.#report(checkId)
        // A dead token ends the boot; in service the reads are worth waiting for.
        return isBoot ? 'leave' : 'wait'
      },
    })
    // What was cut short, by a stop or by another token, says nothing about the one in service.
    if (knowledge.ended.aborted) return heard
    const isUnverified = this.state.silences.has('token') && heard.evidence.verdict === null
    onChecked?.(isUnverified ? 'unverified' : this.health().verdict, clock.monotonicMs() - startedMs)
    this.#reportDrifts(checkId)
    // How a boot ends is for its caller to report.
    if (isBoot) return heard
    this.#pacing.heard(heard.pace)
    this.#journal.check(this.health(), this.state, checkId, questions)
    this.#report(checkId)
    return heard
  }

  #plan(plan: CheckPlan): void {
    const { plan: before } = this.#circumstances
    this.#note({ plan })
    this.#listeners.update()
    this.#journal.plan(before, plan)
  }

  #takeOver(candidate: Knowledge, findings: readonly Finding[]): void {
    const { fingerprint } = candidate.token
    const isSameToken = fingerprint === this.token.fingerprint
    this.#inService.end()
    this.#inService = candidate
    this.#pacing.forget()
    if (!isSameToken) this.#journal.replaced(candidate.state)
    this.#note({ candidate: [] })
    this.#listeners.update()
    if (!isSameToken) this.#deps.onEvent({ type: 'token.reloaded', findings, fingerprint })
    this.#report()
  }

  #note(changed: Partial<Circumstances>): void {
    this.#circumstances = { ...this.#circumstances, ...changed }
  }

  #remark(changed: Partial<Circumstances>): void {
    this.#note(changed)
    this.#report()
  }

  #report(checkId?: string): void {
    if (this.#stopping.signal.aborted) return
    const changes = this.#journal.changes(this.state, this.health(), checkId)
    this.#log(changes)
    this.#listeners.report(changes)
  }

  /** Before the round is over: what follows from it is reported with the rest. */
  #reportDrifts(checkId: string): void {
    if (this.#inService.ended.aborted) return
    const drifts = this.#journal.drifts(this.state, checkId)
    this.#log(drifts)
    this.#listeners.hold(drifts)
  }

  #log(changes: readonly Change[]): void {
    // Whoever asks sees a change before it is reported.
    this.#listeners.update()
    this.#journal.report(changes, this.health())
  }
}
