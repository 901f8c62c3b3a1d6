import type { GuardEvent } from '../../src/guard/events.ts'
import type { Verdict } from './judge.ts'
import type { Reference } from './reference.ts'
import { expected } from './times.ts'

/** Compares each event of the guard with what the reference expects at that moment. */
export class Announcements {
  readonly #reference: Reference
  readonly #fault: (text: string) => void
  /** Announced last. */
  verdict: Verdict = 'unverified'
  isStale = false

  constructor(reference: Reference, fault: (text: string) => void) {
    this.#reference = reference
    this.#fault = fault
  }

  hear(event: GuardEvent): void {
    // The token is unverified again; no event reports this.
    if (this.#reference.isForgotten) this.verdict = 'unverified'
    this.#reference.isForgotten = false
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
          expected(() => this.#reference.verdict()),
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
          expected(() => this.#reference.isStale()),
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

  #settle(event: string): void {
    const index = this.#reference.owed.indexOf(event)
    if (index < 0) this.#fault(`reported without a reason: ${event}`)
    else this.#reference.owed.splice(index, 1)
  }

  #compare(what: string, observed: unknown, due: unknown): void {
    if (due !== null && observed !== due) this.#fault(`${what} is reported, but ${String(due)} is expected`)
  }
}
