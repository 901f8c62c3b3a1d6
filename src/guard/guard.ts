import { randomUUID } from 'node:crypto'
import type { Ask } from '../graph/ask.ts'
import type { Clock } from '../platform/clock.ts'
import { driftBetween, type Drift } from '../verification/drift.ts'
import { questionOf, type Question } from '../verification/facts.ts'
import { silenceFinding, type Finding } from '../verification/findings.ts'
import type { Policy } from '../verification/policy.ts'
import { createAnnouncer } from './announce.ts'
import { boot, type BootEnding } from './boot.ts'
import type { GuardEvent } from './events.ts'
import { healthAt, type Health } from './health.ts'
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
export type Guard = {
  /** Asks until there is a definite answer or the boot time is over. How it ended is for the caller to tell. */
  readonly boot: (how?: { readonly once?: boolean }) => Promise<BootEnding>
  /** Checks at each interval until `stop`. */
  readonly run: () => Promise<void>
  /** Verifies now, assets included. Calls at the same time share one verification. */
  readonly check: () => Promise<void>
  /** What is known now. The same object until something changes. */
  readonly health: () => Health
  /** The answers behind it. */
  readonly state: () => State
  /** Ends every wait and request at once. */
  readonly stop: () => void
}

export function createGuard(options: GuardOptions, deps: GuardDeps): Guard {
  const { policy } = options
  const { clock, random, onEvent } = deps
  const stopping = new AbortController()
  const questions = questionsOf(policy)
  const announcer = createAnnouncer(policy, onEvent)
  let state: State = NOTHING_KNOWN
  let cached: { readonly state: State; readonly at: Instant; readonly health: Health } | null = null

  function health(): Health {
    const now = instantOf(clock)
    if (cached === null || cached.state !== state || elapsedMs(cached.at, now) >= cached.health.validForMs) {
      cached = { state, at: now, health: healthAt(state, policy, now) }
    }
    return cached.health
  }

  const attempt = oneAtATime(
    async (asked: readonly Question[], deadline: AbortSignal, isBoot: boolean): Promise<Heard> => {
      const checkId = randomUUID().slice(0, 8)
      const onSuspected = (findings: readonly Finding[]) =>
        onEvent({ type: 'check.refusal_suspected', checkId, findings })
      const heard = await verify(
        { ...deps, ...options, onSuspected },
        state,
        asked,
        { stop: stopping.signal, deadline },
        isBoot,
      )
      // What a stop cut short says nothing about the token.
      if (stopping.signal.aborted) return heard
      const before = state
      const now = instantOf(clock)
      state = next(state, heard.outcomes, policy, now)
      for (const drift of driftOf(before, state, policy, now)) onEvent({ type: 'token.drift', checkId, ...drift })
      if (!isBoot) tellCheck(checkId, asked)
      return heard
    },
  )

  function tellCheck(checkId: string, asked: readonly Question[]): void {
    const silent = asked.filter((question) => state.silences.has(question))
    if (silent.length > 0) tellSilence(checkId, silent, null)
    else if (health().verdict === 'verified') onEvent({ type: 'check.verified', checkId })
  }

  function tellSilence(checkId: string, silent: readonly Question[], retryInMs: number | null): void {
    const findings = silent.flatMap((question) => state.silences.get(question) ?? []).map(silenceFinding)
    onEvent({ type: 'check.unverified', checkId, findings, questions: silent, retryInMs })
  }

  const announce = () => announcer.announce(health())
  const isSilent = (question: Question) =>
    !state.answers.has(question) && state.silences.get(question)?.isRefusal !== true

  return {
    health,
    state: () => state,
    stop: () => stopping.abort(),
    check: async () => {
      await attempt(questions, stopping.signal, false)
      if (!stopping.signal.aborted) announce()
    },
    boot: async ({ once = false } = {}) => {
      const ending = await boot(
        {
          clock,
          random,
          timeoutMs: options.bootTimeoutMs,
          once,
          questions,
          attempt: (asked, deadline) => attempt(asked, deadline, true),
          unanswered: () => questions.filter(isSilent),
          health,
          onUnanswered: (silent, retryInMs) => tellSilence('boot', silent, retryInMs),
        },
        stopping.signal,
      )
      announcer.assume(health().verdict)
      return ending
    },
    run: () => {
      announce()
      return monitor(
        {
          ...options,
          clock,
          random,
          check: async (withAssets) => (await attempt(withAssets ? questions : ['token'], stopping.signal, false)).pace,
          onTick: announce,
          validForMs: () => health().validForMs,
          isUnheard: () => !state.answers.has('token'),
        },
        stopping.signal,
      )
    },
  }
}

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
