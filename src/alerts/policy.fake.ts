import type { Instant } from '../guard/instant.ts'
import type { Expiring } from '../guard/health.ts'
import { consider, NOTHING_SENT, type Ledger, type Message } from './policy.ts'
import type { Standing } from './standing.ts'

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const PASS: Standing = { status: 'pass', wrong: [] }

export type SentAlert = Pick<Message, 'event' | 'status' | 'previousStatus'> & {
  readonly atMs: number
  readonly said: Standing
}

/** Plays hours of a guard's life on two clocks, of which one may be set, and records what is sent. */
export class Hours {
  ledger: Ledger = NOTHING_SENT
  readonly sent: SentAlert[] = []
  readonly #repeatMs: number
  #elapsedMs = 0
  #wallOffsetMs = 0
  #standing: Standing | null = null
  #expiring: Expiring | null = null
  #hasDrifted = false
  #dueInMs: number | null = null

  constructor(repeatMs = 24 * HOUR_MS) {
    this.#repeatMs = repeatMs
  }

  becomes(standing: Standing, { hasDrifted = false, expiring = null as Expiring | null } = {}): void {
    this.#standing = standing
    this.#hasDrifted ||= hasDrifted
    this.#expiring = expiring
    this.#look()
  }

  pass(ms: number): void {
    const endMs = this.#elapsedMs + ms
    while (this.#dueInMs !== null && this.#elapsedMs + this.#dueInMs <= endMs) {
      this.#elapsedMs += this.#dueInMs
      this.#look()
    }
    const leftMs = endMs - this.#elapsedMs
    this.#elapsedMs = endMs
    if (this.#dueInMs !== null) this.#dueInMs -= leftMs
  }

  setClock(byMs: number): void {
    this.#wallOffsetMs += byMs
  }

  stop(): void {
    this.#look(true)
  }

  #look(isLast = false): void {
    const now: Instant = { wallMs: 1e12 + this.#elapsedMs + this.#wallOffsetMs, monotonicMs: this.#elapsedMs }
    const sight = { standing: this.#standing, expiring: this.#expiring, hasDrifted: this.#hasDrifted }
    const { ledger, message, againInMs } = consider(this.ledger, sight, { repeatMs: this.#repeatMs, isLast }, now)
    this.ledger = ledger
    this.#dueInMs = againInMs
    if (message === null) return
    this.#hasDrifted = false
    this.sent.push({ ...message, atMs: this.#elapsedMs, said: this.#standing ?? PASS })
  }
}
