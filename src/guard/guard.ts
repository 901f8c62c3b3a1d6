import { randomUUID } from 'node:crypto'
import type { Ask } from '../graph/ask.ts'
import type { Clock } from '../platform/clock.ts'
import { driftBetween } from '../verification/drift.ts'
import { questionOf, type Question } from '../verification/facts.ts'
import { silenceFinding } from '../verification/findings.ts'
import { reminderThresholdsMs, type Policy } from '../verification/policy.ts'
import { boot, type BootEnding } from './boot.ts'
import type { GuardEvent } from './events.ts'
import { healthAt, type Health } from './health.ts'
import { elapsedMs, instantOf, type Instant } from './instant.ts'
import { monitor } from './monitor.ts'
import { graphNowMs, next, NOTHING_KNOWN, type Answer, type State } from './state.ts'
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
  readonly random: () => number
  readonly onEvent: (event: GuardEvent) => void
}

/** Remembers what Graph says of one token, and tells what changes. Knows neither HTTP nor logs. */
export type Guard = {
  /** Asks until there is a definite answer or the boot time is over. Emits `boot.verified` where it passes. */
  readonly boot: (how?: { readonly once?: boolean }) => Promise<BootEnding>
  /** Checks at each interval until `stop`. */
  readonly run: () => Promise<void>
  /** Verifies now, assets included. Calls at the same time share one verification. */
  readonly check: () => Promise<void>
  /** What is known now. The same object until something changes. */
  readonly health: () => Health
  /** The facts behind it. */
  readonly state: () => State
  /** Ends every wait and request at once. */
  readonly stop: () => void
}

/** What has been announced already: each transition is told once. */
type Announced = { verdict: Health['verdict']; stale: boolean; thresholdMs: number | null; expiresAt: number | null }

export function createGuard(options: GuardOptions, deps: GuardDeps): Guard {
  const { policy } = options
  const { clock, onEvent } = deps
  const stopping = new AbortController()
  const questions = questionsOf(policy)
  const announced: Announced = { verdict: 'unverified', stale: false, thresholdMs: null, expiresAt: null }
  let state: State = NOTHING_KNOWN
  let cached: { readonly state: State; readonly at: Instant; readonly health: Health } | null = null
  let underWay: { readonly questions: readonly Question[]; readonly done: Promise<Heard> } | null = null

  function health(): Health {
    const now = instantOf(clock)
    if (cached === null || cached.state !== state || isOutdated(cached, now))
      cached = { state, at: now, health: healthAt(state, policy, now) }
    return cached.health
  }

  /** One verification at a time: who asks while one is under way gets that one's outcome. */
  async function attempt(asked: readonly Question[], deadline: AbortSignal, isBoot: boolean): Promise<Heard> {
    while (underWay !== null) {
      const current = underWay
      const heard = await current.done
      if (asked.every((question) => current.questions.includes(question))) return heard
    }
    const done = verifyNow(asked, deadline, isBoot).finally(() => {
      underWay = null
    })
    underWay = { questions: asked, done }
    return done
  }

  async function verifyNow(asked: readonly Question[], deadline: AbortSignal, isBoot: boolean): Promise<Heard> {
    const checkId = randomUUID().slice(0, 8)
    const onSuspected = (findings: Health['findings']) =>
      onEvent({ type: 'check.refusal_suspected', checkId, findings })
    const signals = { stop: stopping.signal, deadline }
    const heard = await verify({ ...deps, ...options, onSuspected }, state, asked, signals, isBoot)
    // What a stop cut short says nothing about the token.
    if (stopping.signal.aborted) return heard
    const before = state
    const now = instantOf(clock)
    state = next(state, heard.outcomes, policy, now)
    for (const drift of driftOf(before, state, policy, now)) onEvent({ type: 'token.drift', checkId, ...drift })
    if (!isBoot) announceCheck(checkId, asked, null)
    return heard
  }

  function announceCheck(checkId: string, asked: readonly Question[], retryInMs: number | null): void {
    const silent = asked.filter((question) => state.silences.has(question))
    if (silent.length === 0)
      return health().verdict === 'verified' ? onEvent({ type: 'check.verified', checkId }) : undefined
    const findings = silent.flatMap((question) => state.silences.get(question) ?? []).map(silenceFinding)
    onEvent({ type: 'check.unverified', checkId, findings, questions: silent, retryInMs })
  }

  function announce(): void {
    const current = health()
    announceVerdict(current)
    if (current.stale !== announced.stale) {
      announced.stale = current.stale
      const token = state.answers.get('token')
      const ageMs = token === undefined ? 0 : elapsedMs(token.at, instantOf(clock))
      onEvent(
        current.stale ? { type: 'token.stale', ageMs, staleAfterMs: policy.staleAfterMs } : { type: 'token.fresh' },
      )
    }
    announceReminder(current)
  }

  function announceVerdict({ verdict, findings }: Health): void {
    const before = announced.verdict
    if (verdict === before) return
    announced.verdict = verdict
    if (verdict === 'refused') onEvent({ type: 'token.refused', findings })
    if (verdict === 'verified') onEvent({ type: before === 'refused' ? 'token.recovered' : 'boot.verified', findings })
  }

  /** Each step of the reminders once; after a restart the current one once. */
  function announceReminder({ remainingMs, verdict }: Health): void {
    if (policy.expiry === 'never' || verdict !== 'verified') return
    const expiresAt = expiryOf(state)
    if (expiresAt !== announced.expiresAt) Object.assign(announced, { expiresAt, thresholdMs: null })
    if (remainingMs === null) return
    const thresholdMs = reminderThresholdsMs(policy.rotateBeforeMs).findLast((stepMs) => remainingMs < stepMs) ?? null
    if (thresholdMs === null || thresholdMs === announced.thresholdMs) return
    announced.thresholdMs = thresholdMs
    onEvent({ type: 'token.expires_soon', remainingMs, thresholdMs })
  }

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
          random: deps.random,
          timeoutMs: options.bootTimeoutMs,
          once,
          questions,
          attempt: (asked, deadline) => attempt(asked, deadline, true),
          unanswered: () => questions.filter((question) => !state.answers.has(question)),
          health,
          onUnanswered: (asked, retryInMs) => announceCheck('boot', asked, retryInMs),
        },
        stopping.signal,
      )
      // The refusal of a boot is told by whoever decides what it ends.
      if (ending === 'refused') announced.verdict = 'refused'
      else if (ending === 'verified') announce()
      return ending
    },
    run: () =>
      monitor(
        {
          clock,
          random: deps.random,
          checkIntervalMs: options.checkIntervalMs,
          assetIntervalMs: options.assetIntervalMs,
          check: async (withAssets) => {
            const { pace } = await attempt(withAssets ? questions : ['token'], stopping.signal, false)
            return pace
          },
          onTick: announce,
          validForMs: () => health().validForMs,
          isUnheard: () => !state.answers.has('token'),
        },
        stopping.signal,
      ),
  }
}

function isOutdated({ at, health }: { readonly at: Instant; readonly health: Health }, now: Instant): boolean {
  return elapsedMs(at, now) >= health.validForMs
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

function driftOf(before: State, after: State, policy: Policy, now: Instant) {
  return [...after.answers.values()].flatMap((answer: Answer) => {
    const known = before.answers.get(questionOf(answer.facts))
    if (known === undefined || known === answer) return []
    return driftBetween(known.facts, answer.facts, policy, graphNowMs(answer, now))
  })
}

function expiryOf({ answers }: State): number | null {
  const token = answers.get('token')?.facts
  return token?.about === 'token' && token.kind === 'live' && typeof token.expiresAt === 'number'
    ? token.expiresAt
    : null
}
