import type { Change } from '../guard/changes.ts'
import type { Guard } from '../guard/guard.ts'
import type { Health } from '../guard/health.ts'
import { instantOf } from '../guard/instant.ts'
import type { Clock } from '../platform/clock.ts'
import type { Drift } from '../verification/drift.ts'
import { alertOf, hourOf, sameness, type Alert, type Happening, type Sender } from './alert.ts'
import type { Courier } from './courier.ts'
import { addDrifts } from './drifts.ts'
import { consider, isWorthBootAlert, sent, type Ledger } from './policy.ts'
import { lasting, refusedStanding, standingOf, type Standing } from './standing.ts'

/** A machine that slept is noticed within it. */
const HOUR_MS = 3_600_000

type Watched = Pick<Guard, 'health' | 'token' | 'onUpdate' | 'onChanges'>

export type AlertsDeps = {
  readonly guard: Watched
  readonly sender: Omit<Sender, 'fingerprint'>
  readonly courier: Pick<Courier, 'send' | 'closeIncidents'>
  readonly clock: Clock
  /** How often a message is repeated while the token is of no use; 0: never. */
  readonly repeatMs: number
  /** What was sent before. */
  readonly ledger: Ledger
  /** Called when a message was handed over to be sent. */
  readonly onSent?: () => void
}

/** Looks at the guard whenever something may have changed, and sends what the policy wants to be sent. */
export class Alerts {
  readonly #deps: AlertsDeps
  #ledger: Ledger
  /** Since the last message. */
  #drifts: readonly Drift[] = []
  #alarm = new AbortController()
  #hasEnded = false
  #isKnown = false
  /** How often what happened within the hour. */
  #counts = new Map<string, number>()
  #hour = 0

  constructor(deps: AlertsDeps) {
    this.#deps = deps
    this.#ledger = deps.ledger
  }

  /** What was sent until now. */
  get ledger(): Ledger {
    return this.#ledger
  }

  /** Watches until `stop`. What stands now is the first thing that is compared. */
  watch(): void {
    const { guard } = this.#deps
    guard.onUpdate(() => this.#look())
    guard.onChanges((changes) => {
      this.#drifts = addDrifts(this.#drifts, changes.flatMap(driftOf))
      this.#look()
    })
    this.#look()
  }

  /** Sends what waits, and nothing afterwards. */
  stop(): void {
    this.#look(true)
    this.#hasEnded = true
    this.#alarm.abort()
  }

  /** A start that is or would be refused: sent at once. */
  bootRefused(event: 'boot.refused' | 'boot.would_refuse'): void {
    const { guard, clock, repeatMs } = this.#deps
    const [health, now] = [guard.health(), instantOf(clock)]
    const standing = standingOf(health) ?? refusedStanding(health)
    if (!isWorthBootAlert(this.#ledger, standing, repeatMs, now)) return
    this.#send({ event, status: 'fail', previousStatus: null, findings: health.findings, drifts: [] })
    this.#ledger = { ...sent(this.#ledger, standing, null, now), isOfBoot: true }
  }

  #look(isLast = false): void {
    const { guard, clock, repeatMs } = this.#deps
    if (this.#hasEnded) return
    const health = guard.health()
    const situation = {
      standing: standingOf(health),
      expiring: health.expiring,
      hasDrifted: this.#drifts.some(({ severity }) => severity === 'error'),
    }
    const { ledger, message, againInMs } = consider(this.#ledger, situation, { repeatMs, isLast }, instantOf(clock))
    this.#closeIncidents(situation.standing, health)
    this.#ledger = ledger
    if (message !== null) {
      this.#send({ ...message, findings: lasting(health.findings), drifts: this.#drifts })
      this.#deps.onSent?.()
    }
    if (ledger.waiting === null) this.#drifts = []
    if (!isLast) void this.#lookAgain(againInMs)
  }

  /** A start that is not watched any further. */
  started(): void {
    const health = this.#deps.guard.health()
    this.#closeIncidents(standingOf(health), health)
  }

  /** The first thing that is known is a pass: an earlier process may have left an incident open. */
  #closeIncidents(standing: Standing | null, { findings }: Pick<Health, 'findings'>): void {
    if (this.#isKnown || standing === null) return
    this.#isKnown = true
    const { status } = standing
    if (status !== 'pass' || this.#ledger.said?.status === 'pass') return
    const passed = { event: 'status.changed', status, previousStatus: null, drifts: [] } as const
    this.#deps.courier.closeIncidents(this.#alertOf({ ...passed, findings: lasting(findings) }))
  }

  async #lookAgain(inMs: number | null): Promise<void> {
    this.#alarm.abort()
    this.#alarm = new AbortController()
    if (inMs === null) return
    if (await this.#deps.clock.sleep(Math.min(inMs, HOUR_MS), this.#alarm.signal)) this.#look()
  }

  #send(happening: Happening): void {
    this.#deps.courier.send(this.#alertOf(happening))
  }

  #alertOf(happening: Happening): Alert {
    const { guard, sender, clock } = this.#deps
    const atMs = clock.nowMs()
    const { fingerprint } = guard.token
    return alertOf(happening, { ...sender, fingerprint }, atMs, this.#nth(sameness(happening), atMs))
  }

  #nth(what: string, atMs: number): number {
    const hour = hourOf(atMs)
    if (hour !== this.#hour) this.#counts = new Map()
    this.#hour = hour
    const nth = (this.#counts.get(what) ?? 0) + 1
    this.#counts.set(what, nth)
    return nth
  }
}

function driftOf(change: Change): readonly Drift[] {
  return change.kind === 'drift' ? [change.drift] : []
}
