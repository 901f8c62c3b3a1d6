import type { GuardEvent } from '../../src/guard/events.ts'
import type { Promised, Verdict } from './promised.ts'
import { expected } from './times.ts'

/** What the guard shows, each against what is true and owed at that moment. */
export class Telling {
  readonly #promised: Promised
  readonly #fault: (text: string) => void
  /** Told last. */
  verdict: Verdict = 'unverified'
  isStale = false

  constructor(promised: Promised, fault: (text: string) => void) {
    this.#promised = promised
    this.#fault = fault
  }

  hear(event: GuardEvent): void {
    // Unverified again: no event says so.
    if (this.#promised.isForgotten) this.verdict = 'unverified'
    this.#promised.isForgotten = false
    switch (event.type) {
      case 'token.refused':
      case 'token.recovered':
      case 'boot.verified': {
        const verdict = event.type === 'token.refused' ? 'refused' : 'verified'
        const before = event.type === 'boot.verified' ? ['unverified'] : ['refused']
        const isTurn = verdict === 'refused' ? this.verdict !== 'refused' : before.includes(this.verdict)
        if (!isTurn) this.#fault(`${event.type} after ${this.verdict}`)
        this.#compare(
          event.type,
          verdict,
          expected(() => this.#promised.verdict()),
        )
        this.verdict = verdict
        return
      }
      case 'token.stale':
      case 'token.fresh': {
        const isStale = event.type === 'token.stale'
        if (isStale === this.isStale) this.#fault(`${event.type} twice`)
        this.#compare(
          event.type,
          isStale,
          expected(() => this.#promised.isStale()),
        )
        this.isStale = isStale
        return
      }
      case 'check.refusal_suspected':
      case 'check.delayed':
      case 'token.reloaded':
      case 'token.reload_refused':
        return this.#settle(event.type)
      case 'token.drift':
        return this.#settle(`${event.type} ${event.field}`)
      default:
    }
  }

  #settle(told: string): void {
    const index = this.#promised.owed.indexOf(told)
    if (index < 0) this.#fault(`told for nothing: ${told}`)
    else this.#promised.owed.splice(index, 1)
  }

  #compare(what: string, observed: unknown, due: unknown): void {
    if (due !== null && observed !== due) this.#fault(`${what} is told, and it is ${String(due)}`)
  }
}
