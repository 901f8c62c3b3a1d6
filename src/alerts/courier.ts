import type { AlertFormatWord } from '../config/alert-address.ts'
import type { Secret } from '../config/secret.ts'
import type { Alert } from './alert.ts'
import { judgeAttempt, type ReceiverReply } from './attempt.ts'
import { deliver, type DeliveryDeps } from './delivery.ts'
import { isSameAddress, receiversOf, type AtAddress } from './receivers.ts'

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
  at: AtAddress
  /** All addresses when it was found there. */
  among: readonly AtAddress[]
  readonly waiting: { readonly alert: Alert; readonly sinceMs: number }[]
  working: Promise<void>
}

export class Courier {
  readonly #deps: CourierDeps
  /** Those with something under way. */
  #lanes: readonly Lane[] = []
  /** Aborts when the end begins: what waits for its next try has no time to lose. */
  readonly #hurry = new AbortController()
  readonly #stop = new AbortController()

  constructor(deps: CourierDeps) {
    this.#deps = deps
  }

  /** Never waits. Where there is no receiver, nothing happens. */
  send(alert: Alert): void {
    this.#queue(alert, () => true)
  }

  /** Sends a `pass` only to where an incident of an earlier process may be open. */
  closeIncidents(alert: Alert): void {
    this.#queue(alert, ({ receiver }) => receiver.keepsIncidents)
  }

  /** Ends, after what is waiting was given so much time. */
  async finish(graceMs: number): Promise<void> {
    const ended = new AbortController()
    const works = () => Promise.all(this.#lanes.map(({ working }) => working))
    this.#hurry.abort()
    const work = works().then(() => ended.abort())
    await Promise.race([work, this.#deps.clock.sleep(graceMs, ended.signal)])
    this.#stop.abort()
    await works()
  }

  #receivers() {
    return receiversOf(this.#deps.url(), this.#deps.format)
  }

  #queue(alert: Alert, isMeant: (at: AtAddress) => boolean): void {
    if (this.#stop.signal.aborted) return
    const among = this.#receivers()
    for (const at of among.filter(isMeant)) {
      const lane = this.#lanes.find((each) => isSameAddress(each.at, at)) ?? this.#newLane(at, among)
      lane.waiting.push({ alert, sinceMs: this.#deps.clock.monotonicMs() })
      // Under way is the first: the oldest of those behind it goes.
      if (lane.waiting.length > WAITING_MAX) {
        const [dropped] = lane.waiting.splice(1, 1)
        if (dropped !== undefined) this.#giveUp(dropped.alert, 'too many are waiting', 0, 'dropped')
      }
    }
  }

  #newLane(at: AtAddress, among: readonly AtAddress[]): Lane {
    const lane: Lane = { at, among, waiting: [], working: Promise.resolve() }
    this.#lanes = [...this.#lanes, lane]
    lane.working = this.#work(lane)
    return lane
  }

  async #work(lane: Lane): Promise<void> {
    // What is put there now is found by the first look.
    await Promise.resolve()
    for (let next = lane.waiting[0]; next !== undefined; next = lane.waiting[0]) {
      await this.#deliver(next.alert, next.sinceMs, lane)
      lane.waiting.shift()
    }
    this.#lanes = this.#lanes.filter((each) => each !== lane)
  }

  async #deliver(alert: Alert, sinceMs: number, lane: Lane): Promise<void> {
    const { clock, random, onOutcome, onFailure } = this.#deps
    const { id, event } = alert
    for (let tries = 1; ; tries++) {
      const at = this.#addressOf(lane)
      if (at === null) return this.#giveUp(alert, 'its address was taken out', tries - 1, 'dropped')
      const judgement = judgeAttempt(await this.#attempt(alert, at), tries, random(), clock.nowMs())
      if (judgement.kind === 'delivered') return onOutcome('delivered')
      const { problem } = judgement
      const isOld = clock.monotonicMs() - sinceMs > AGE_MAX_MS
      if (judgement.kind === 'hopeless' || isOld || this.#stop.signal.aborted)
        return this.#giveUp(alert, problem, tries, 'failed')
      const retryInMs = Math.round(judgement.afterMs)
      if (tries === 1) onFailure({ id, alert: event, problem, tries, retryInMs })
      await clock.sleep(retryInMs, this.#hurry.signal.aborted ? this.#stop.signal : this.#hurry.signal)
      if (this.#stop.signal.aborted) return this.#giveUp(alert, problem, tries, 'failed')
    }
  }

  /** Where a lane leads now: to its address, or to the new one in place of it; `null` where it was taken out. */
  #addressOf(lane: Lane): AtAddress | null {
    const now = this.#receivers()
    const isIn = (all: readonly AtAddress[]) => (at: AtAddress) => all.some((each) => isSameAddress(each, at))
    if (isIn(now)(lane.at)) return lane.at
    const gone = lane.among.filter((at) => !isIn(now)(at))
    const come = now.filter((at) => !isIn(lane.among)(at))
    const next = come[gone.findIndex((at) => isSameAddress(at, lane.at))] ?? null
    if (next !== null) Object.assign(lane, { at: next, among: now })
    return next
  }

  #giveUp({ id, event }: Alert, problem: string, tries: number, outcome: AlertOutcome): void {
    this.#deps.onOutcome(outcome)
    this.#deps.onFailure({ id, alert: event, problem, tries, retryInMs: null })
  }

  async #attempt(alert: Alert, at: AtAddress): Promise<ReceiverReply> {
    const [last] = (await deliver(alert, at, this.#deps, this.#stop.signal)).slice(-1)
    return last?.reply ?? { kind: 'none', what: 'there was nothing to send' }
  }
}
