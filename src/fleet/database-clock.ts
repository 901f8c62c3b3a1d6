import type { Clock } from '../platform/clock.ts'

/** The database's time on this machine: workers' own clocks may be wrong, and decide nothing. */
export class DatabaseClock implements Clock {
  readonly #own: Clock
  #aheadMs = 0

  constructor(own: Clock) {
    this.#own = own
  }

  /** What the database's clock says now. */
  set(nowMs: number): void {
    this.#aheadMs = Math.round(nowMs - this.#own.nowMs())
  }

  readonly nowMs = () => this.#own.nowMs() + this.#aheadMs
  readonly monotonicMs = () => this.#own.monotonicMs()
  readonly sleep: Clock['sleep'] = (ms, signal) => this.#own.sleep(ms, signal)
}
