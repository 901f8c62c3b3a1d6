import { randomUUID } from 'node:crypto'
import type { Ask } from '../graph/ask.ts'
import type { Clock } from '../platform/clock.ts'
import { driftBetween, type Drift } from '../verification/drift.ts'
import { questionOf, type Question } from '../verification/facts.ts'
import type { Finding } from '../verification/findings.ts'
import type { Policy } from '../verification/policy.ts'
import { createAnnouncer, type Announcer } from './announce.ts'
import { boot, type BootEnding } from './boot.ts'
import type { GuardEvent } from './events.ts'
import { healthAt, silentFindings, type Health } from './health.ts'
import { elapsedMs, instantOf, type Instant } from './instant.ts'
import { monitor } from './monitor.ts'
import { graphNowMs, next, NOTHING_KNOWN, type State } from './state.ts'
import { verify, type Heard } from './verify.ts'

export type GuardOptions = {
  readonly policy: Policy
  readonly graphVersion: string
  readonly bootTimeoutMs: number
  readonly checkIntervalMs: number
  readonly assetIntervalMs: number
}

export type GuardDeps = {
  readonly ask: Ask
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  readonly onEvent: (event: GuardEvent) => void
}

/** Remembers what Graph says of one token, and tells what changes. Knows neither HTTP nor logs. */
export class Guard {
  readonly #options: GuardOptions
  readonly #deps: GuardDeps
  readonly #questions: readonly Question[]
  readonly #announcer: Announcer
  readonly #stopping = new AbortController()
  #state: State = NOTHING_KNOWN
  #cached: { readonly state: State; readonly at: Instant; readonly health: Health } | null = null

  constructor(options: GuardOptions, deps: GuardDeps) {
    this.#options = options
    this.#deps = deps
    this.#questions = questionsOf(options.policy)
    this.#announcer = createAnnouncer(options.policy, deps.onEvent)
  }

  /** The answers behind the health. */
  get state(): State {
    return this.#state
  }

  /** What is known now. The same object until something changes. */
  health(): Health {
    const now = instantOf(this.#deps.clock)
    const cached = this.#cached
    if (cached?.state === this.#state && elapsedMs(cached.at, now) < cached.health.validForMs) return cached.health
    const health = healthAt(this.#state, this.#options.policy, now)
    this.#cached = { state: this.#state, at: now, health }
    return health
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
        unanswered: () => this.#questions.filter((question) => this.#isOpen(question)),
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
        check: async (withAssets) => (await this.#verify(withAssets ? this.#questions : ['token'])).pace,
        onTick: () => this.#announce(),
        validForMs: () => this.health().validForMs,
        isUnheard: () => !this.#state.answers.has('token'),
      },
      this.#stopping.signal,
    )
  }

  /** Verifies now, assets included. Calls at the same time share one verification. */
  async check(): Promise<void> {
    await this.#verify(this.#questions)
    if (!this.#stopping.signal.aborted) this.#announce()
  }

  /** Ends every wait and request at once. */
  stop(): void {
    this.#stopping.abort()
  }

  #verify(questions: readonly Question[]): Promise<Heard> {
    return this.#attempt(questions, this.#stopping.signal, false)
  }

  readonly #attempt = oneAtATime(async (asked, deadline, isBoot) => {
    const { policy } = this.#options
    const checkId = randomUUID().slice(0, 8)
    const deps = {
      ...this.#deps,
      ...this.#options,
      onSuspected: (findings: readonly Finding[]) => this.#suspect(checkId, findings),
    }
    const heard = await verify(deps, this.#state, asked, { stop: this.#stopping.signal, deadline }, isBoot)
    // What a stop cut short says nothing about the token.
    if (this.#stopping.signal.aborted) return heard
    const before = this.#state
    const now = instantOf(this.#deps.clock)
    this.#state = next(before, heard.outcomes, policy, now)
    for (const drift of driftOf(before, this.#state, policy, now))
      this.#deps.onEvent({ type: 'token.drift', checkId, ...drift })
    if (!isBoot) this.#tellCheck(checkId, asked)
    return heard
  })

  #suspect(checkId: string, findings: readonly Finding[]): void {
    this.#deps.onEvent({ type: 'check.refusal_suspected', checkId, findings })
  }

  #tellCheck(checkId: string, asked: readonly Question[]): void {
    const { unanswered, verdict } = this.health()
    const silent = asked.filter((question) => unanswered.has(question))
    if (silent.length > 0) this.#tellSilence(checkId, silent, null)
    else if (verdict === 'verified') this.#deps.onEvent({ type: 'check.verified', checkId })
  }

  #tellSilence(checkId: string, silent: readonly Question[], retryInMs: number | null): void {
    const told = [...this.#state.silences].filter(([question]) => silent.includes(question))
    const findings = silentFindings(new Map(told))
    this.#deps.onEvent({ type: 'check.unverified', checkId, findings, questions: silent, retryInMs })
  }

  #announce(): void {
    this.#announcer.announce(this.health())
  }

  /** Worth asking again at boot. A refused edge is not: it decides nothing, and stays refused. */
  #isOpen(question: Question): boolean {
    const isRefusedEdge = EDGES.includes(question) && this.#state.silences.get(question)?.isRefusal === true
    return !this.#state.answers.has(question) && !isRefusedEdge
  }
}

const EDGES: readonly Question[] = ['numbers', 'subscriptions']

type Attempt = (asked: readonly Question[], deadline: AbortSignal, isBoot: boolean) => Promise<Heard>

/** Who asks while a verification is under way gets that one's outcome, unless it asks for more. */
function oneAtATime(attempt: Attempt): Attempt {
  let underWay: { readonly questions: readonly Question[]; readonly done: Promise<Heard> } | null = null
  return async (asked, deadline, isBoot) => {
    while (underWay !== null) {
      const { questions, done } = underWay
      const heard = await done
      if (asked.every((question) => questions.includes(question))) return heard
    }
    const done = attempt(asked, deadline, isBoot).finally(() => {
      underWay = null
    })
    underWay = { questions: asked, done }
    return done
  }
}

function questionsOf({ businessAccountId, appId, phoneNumberIds }: Policy): readonly Question[] {
  return [
    'token',
    ...(businessAccountId === null ? [] : (['account'] as const)),
    ...(businessAccountId === null || appId === null ? [] : (['subscriptions'] as const)),
    ...(businessAccountId === null || phoneNumberIds.length === 0 ? [] : (['numbers'] as const)),
    ...phoneNumberIds.map((id) => `phone:${id}` as const),
  ]
}

function driftOf(before: State, after: State, policy: Policy, now: Instant): readonly Drift[] {
  return [...after.answers.values()].flatMap((answer) => {
    const known = before.answers.get(questionOf(answer.facts))
    if (known === undefined || known === answer) return []
    return driftBetween(known.facts, answer.facts, policy, graphNowMs(answer, now))
  })
}
