import type { Change } from '../guard/changes.ts'
import type { Guard } from '../guard/guard.ts'
import { alertOf, hourOf, sameness, type Happening, type Sender } from './alert.ts'
import type { Courier } from './courier.ts'

/** Makes an alert of each change of status and of each drift for the worse. */

type Watched = Pick<Guard, 'health' | 'token'>

export class Alerts {
  readonly #guard: Watched
  readonly #sender: Omit<Sender, 'fingerprint'>
  readonly #courier: Pick<Courier, 'send'>
  readonly #nowMs: () => number
  /** How often what happened within the hour. */
  #counts = new Map<string, number>()
  #hour = 0

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
  }

  /** For each change in service. */
  readonly report = (changes: readonly Change[]): void => {
    const { status, findings } = this.#guard.health()
    const previousStatus = changes.find(isOfStatus)?.before ?? status
    if (status !== previousStatus) this.send({ event: 'status.changed', status, previousStatus, findings })
    for (const change of changes)
      if (change.kind === 'drift' && change.drift.severity === 'error')
        this.send({ event: 'token.drift', status, previousStatus, findings, drift: change.drift })
  }

  send(happening: Happening): void {
    const atMs = this.#nowMs()
    const sender = { ...this.#sender, fingerprint: this.#guard.token.fingerprint }
    this.#courier.send(alertOf(happening, sender, atMs, this.#nth(sameness(happening), atMs)))
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

function isOfStatus(change: Change): change is Extract<Change, { kind: 'status' }> {
  return change.kind === 'status'
}
