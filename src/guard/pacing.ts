import { NO_SLOWDOWN, slowedDown, type Pace, type Slowdown } from './schedule.ts'

/** How fast Graph is asked in service. Each round counts, whoever asked for it: one on purpose ends a wait. */
export class Pacing {
  #slowdown: Slowdown = NO_SLOWDOWN
  #changed = new AbortController()

  get slowdown(): Slowdown {
    return this.#slowdown
  }

  /** Aborts when what is waited for has to be worked out anew. */
  get changed(): AbortSignal {
    return this.#changed.signal
  }

  heard(pace: Pace): void {
    this.#change(slowedDown(this.#slowdown, pace))
  }

  /** What was said to another token counts for nothing. */
  forget(): void {
    this.#change(NO_SLOWDOWN)
  }

  #change(slowdown: Slowdown): void {
    const isCalm = this.#slowdown.reason === null && slowdown.reason === null
    this.#slowdown = slowdown
    if (isCalm) return
    const before = this.#changed
    this.#changed = new AbortController()
    before.abort()
  }
}
