import type { Guard } from '../guard/guard.ts'
import type { DriftRecord } from '../guard/history.ts'
import { alertOf, hourOf, sameness, type Happening, type Sender } from './alert.ts'
import type { Courier } from './courier.ts'

/** Watches a guard, and tells each change of status and each drift for the worse. */

type Watched = Pick<Guard, 'health' | 'history' | 'token'>

export class Alerts {
  readonly #guard: Watched
  readonly #sender: Omit<Sender, 'fingerprint'>
  readonly #courier: Pick<Courier, 'send'>
  readonly #nowMs: () => number
  #status: Happening['previousStatus']
  #drift: DriftRecord | undefined
  /** How often what happened within the hour. */
  #counts = new Map<string, number>()
  #hour = 0

  /** What is known now is told by nobody: the boot has told it. */
  constructor(
    guard: Watched,
    sender: Omit<Sender, 'fingerprint'>,
    courier: Pick<Courier, 'send'>,
    nowMs: () => number,
  ) {
    this.#guard = guard
    this.#sender = sender
    this.#courier = courier
    this.#nowMs = nowMs
    this.#status = guard.health().status
    this.#drift = guard.history[0]
  }

  /** To be called whenever something may have changed. */
  readonly look = (): void => {
    const { status, findings } = this.#guard.health()
    const previousStatus = this.#status
    this.#status = status
    if (status !== previousStatus) this.tell({ event: 'status.changed', status, previousStatus, findings })
    for (const drift of this.#newDrifts()) this.tell({ event: 'token.drift', status, previousStatus, findings, drift })
  }

  tell(happening: Happening): void {
    const atMs = this.#nowMs()
    const sender = { ...this.#sender, fingerprint: this.#guard.token.fingerprint }
    this.#courier.send(alertOf(happening, sender, atMs, this.#nth(sameness(happening), atMs)))
  }

  /** Oldest first. */
  #newDrifts(): readonly DriftRecord[] {
    const { history } = this.#guard
    const known = this.#drift === undefined ? history.length : history.indexOf(this.#drift)
    this.#drift = history[0]
    const fresh = known === -1 ? history : history.slice(0, known)
    return fresh.filter(({ severity }) => severity === 'error').toReversed()
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
