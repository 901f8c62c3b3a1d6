import type { AlertFormatWord } from '../config/alert-address.ts'
import type { Secret } from '../config/secret.ts'
import type { Alert } from './alert.ts'
import { judgeAttempt, type ReceiverReply } from './attempt.ts'
import { deliver, type DeliveryDeps } from './delivery.ts'
import { receiversOf } from './receivers.ts'

/** Carries alerts to each receiver, one after another: in order, again and again for a while, without holding anything up. */

export const ALERT_OUTCOMES = ['delivered', 'failed', 'dropped'] as const
export type AlertOutcome = (typeof ALERT_OUTCOMES)[number]

export type CourierDeps = DeliveryDeps & {
  /** Looked at for each attempt, as the secret is: both may change while the program runs. */
  readonly url: () => Secret | null
  readonly format: AlertFormatWord
  readonly random: () => number
  readonly onOutcome: (outcome: AlertOutcome) => void
  /** Called at an alert's first failure, and when it is given up. */
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
/** What is an hour old has its place in the history, not on a telephone. */
const AGE_MAX_MS = 3_600_000

/** What waits for one receiver. Another one that is slow or away holds it up no longer than itself. */
type Lane = {
  readonly waiting: { readonly alert: Alert; readonly sinceMs: number }[]
  working: Promise<void> | null
}

export class Courier {
  readonly #deps: CourierDeps
  readonly #lanes: Lane[] = []
  readonly #stop = new AbortController()

  constructor(deps: CourierDeps) {
    this.#deps = deps
  }

  /** Never waits. Where there is no receiver, nothing happens. */
  send(alert: Alert): void {
    if (this.#stop.signal.aborted) return
    for (const nth of this.#receivers().keys()) this.#queue(alert, nth)
  }

  /** Sends a `pass` only to where an incident of an earlier process may be open. */
  closeIncidents(alert: Alert): void {
    if (this.#stop.signal.aborted) return
    for (const [nth, { receiver }] of this.#receivers().entries()) if (receiver.keepsIncidents) this.#queue(alert, nth)
  }

  /** Ends, after what is waiting was given so much time. */
  async finish(graceMs: number): Promise<void> {
    const ended = new AbortController()
    const works = () => Promise.all(this.#lanes.map(({ working }) => working))
    const work = works().then(() => ended.abort())
    await Promise.race([work, this.#deps.clock.sleep(graceMs, ended.signal)])
    this.#stop.abort()
    await works()
  }

  #receivers() {
    return receiversOf(this.#deps.url(), this.#deps.format)
  }

  #queue(alert: Alert, nth: number): void {
    const lane = (this.#lanes[nth] ??= { waiting: [], working: null })
    lane.waiting.push({ alert, sinceMs: this.#deps.clock.monotonicMs() })
    // Under way is the first: the oldest of those behind it goes.
    if (lane.waiting.length > WAITING_MAX) {
      const [dropped] = lane.waiting.splice(1, 1)
      if (dropped !== undefined) this.#giveUp(dropped.alert, 'too many are waiting', 0, 'dropped')
    }
    lane.working ??= this.#work(lane, nth)
  }

  async #work(lane: Lane, nth: number): Promise<void> {
    for (let next = lane.waiting[0]; next !== undefined; next = lane.waiting[0]) {
      await this.#deliver(next.alert, next.sinceMs, nth)
      lane.waiting.shift()
    }
    lane.working = null
  }

  async #deliver(alert: Alert, sinceMs: number, nth: number): Promise<void> {
    const { clock, random, onOutcome, onFailure } = this.#deps
    const { id, event } = alert
    for (let tries = 1; ; tries++) {
      const reply = await this.#attempt(alert, nth)
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

  async #attempt(alert: Alert, nth: number): Promise<ReceiverReply> {
    const at = this.#receivers()[nth]
    // It was taken out of the variable meanwhile.
    if (at === undefined) return { kind: 'answer', status: 204, retryAfter: null }
    const [last] = (await deliver(alert, at, this.#deps, this.#stop.signal)).slice(-1)
    return last?.reply ?? { kind: 'none', what: 'there was nothing to send' }
  }
}
