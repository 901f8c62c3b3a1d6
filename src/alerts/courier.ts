import type { Secret } from '../config/secret.ts'
import type { Clock } from '../platform/clock.ts'
import type { FoundTransport } from '../net/fetch.ts'
import { request } from '../net/request.ts'
import type { Alert } from './alert.ts'
import { judgeAttempt, type ReceiverReply } from './attempt.ts'
import { receiverFor } from './receivers.ts'
import { webhookHeaders } from './signature.ts'

/** Carries alerts to the receiver, one after another: in order, again and again for a while, without holding anything up. */

export const ALERT_OUTCOMES = ['delivered', 'failed', 'dropped'] as const
export type AlertOutcome = (typeof ALERT_OUTCOMES)[number]

export type CourierDeps = {
  /** Looked at for each attempt: both may change while the program runs. */
  readonly url: () => Secret | null
  readonly secret: () => Secret | null
  /** The way there, with its proxy. */
  readonly fetchFor: (url: string) => Promise<FoundTransport>
  readonly userAgent: string
  readonly clock: Clock
  readonly random: () => number
  readonly onOutcome: (outcome: AlertOutcome) => void
  /** Told at an alert's first failure, and when it is given up. */
  readonly onFailure: (failure: Failure) => void
}

export type Failure = {
  readonly id: string
  readonly alert: Alert['event']
  readonly problem: string
  readonly tries: number
  /** `null`: it is given up. */
  readonly retryInMs: number | null
}

const WAITING_MAX = 100
const ATTEMPT_MS = 5_000
/** What is an hour old has its place in the history, not on a telephone. */
const AGE_MAX_MS = 3_600_000

export class Courier {
  readonly #deps: CourierDeps
  readonly #waiting: { readonly alert: Alert; readonly sinceMs: number }[] = []
  readonly #stop = new AbortController()
  #working: Promise<void> | null = null

  constructor(deps: CourierDeps) {
    this.#deps = deps
  }

  /** Never waits. Where there is no receiver, nothing happens. */
  send(alert: Alert): void {
    if (this.#deps.url() === null || this.#stop.signal.aborted) return
    this.#waiting.push({ alert, sinceMs: this.#deps.clock.monotonicMs() })
    // Under way is the first: the oldest of those behind it goes.
    if (this.#waiting.length > WAITING_MAX) {
      const [dropped] = this.#waiting.splice(1, 1)
      if (dropped !== undefined) this.#giveUp(dropped.alert, 'too many are waiting', 0, 'dropped')
    }
    this.#working ??= this.#work()
  }

  /** Ends, after what is waiting was given so much time. */
  async finish(graceMs: number): Promise<void> {
    const ended = new AbortController()
    const work = (this.#working ?? Promise.resolve()).then(() => ended.abort())
    await Promise.race([work, this.#deps.clock.sleep(graceMs, ended.signal)])
    this.#stop.abort()
    await this.#working
  }

  async #work(): Promise<void> {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      await this.#deliver(next.alert, next.sinceMs)
      this.#waiting.shift()
    }
    this.#working = null
  }

  async #deliver(alert: Alert, sinceMs: number): Promise<void> {
    const { clock, random, onOutcome, onFailure } = this.#deps
    const { id, event } = alert
    for (let tries = 1; ; tries++) {
      const reply = await this.#attempt(alert)
      const judgement = judgeAttempt(reply, tries, random(), clock.nowMs())
      if (judgement.kind === 'delivered') return onOutcome('delivered')
      const { problem } = judgement
      const isOld = clock.monotonicMs() - sinceMs > AGE_MAX_MS
      if (judgement.kind === 'hopeless' || isOld || this.#stop.signal.aborted)
        return this.#giveUp(alert, problem, tries, 'failed')
      const retryInMs = Math.round(judgement.afterMs)
      if (tries === 1) onFailure({ id, alert: event, problem, tries, retryInMs })
      if (!(await clock.sleep(retryInMs, this.#stop.signal))) return this.#giveUp(alert, problem, tries, 'failed')
    }
  }

  #giveUp({ id, event }: Alert, problem: string, tries: number, outcome: AlertOutcome): void {
    this.#deps.onOutcome(outcome)
    this.#deps.onFailure({ id, alert: event, problem, tries, retryInMs: null })
  }

  async #attempt(alert: Alert): Promise<ReceiverReply> {
    const { url, secret, fetchFor, userAgent, clock } = this.#deps
    const to = url()?.reveal() ?? ''
    const { render, isSigned } = receiverFor(to)
    const body = render(alert)
    const signed = isSigned ? webhookHeaders(alert.id, clock.nowMs(), body, secret()?.reveal() ?? null) : {}
    const headers = { ...signed, 'content-type': 'application/json', 'user-agent': userAgent }
    const transport = await fetchFor(to)
    if (!transport.ok) return { kind: 'none', what: `HTTPS_PROXY ${transport.problem}` }
    const limits = { timeoutMs: ATTEMPT_MS, signal: this.#stop.signal, bytesMax: 0 }
    const outcome = await request({ method: 'POST', url: to, headers, body }, transport, limits)
    if (outcome.kind === 'none') return { kind: 'none', what: outcome.fault.what }
    const { status, headers: answered } = outcome.answer
    return { kind: 'answer', status, retryAfter: answered.get('retry-after') }
  }
}
