import type { Clock } from '../platform/clock.ts'
import { isCollision, isMendable, type Database } from './database.ts'

/** A database that may be away for a while: questions wait for it. */

export type DatabaseEvent =
  { readonly type: 'fleet.database_away'; readonly problem: string } | { readonly type: 'fleet.database_back' }

type PatientDeps = {
  readonly database: Database
  readonly clock: Clock
  readonly onEvent: (event: DatabaseEvent) => void
  /** Aborts when nobody waits any more. */
  readonly stopping: AbortSignal
}

const AWAY_MS = 500

export class PatientDatabase implements Database {
  readonly #deps: PatientDeps
  #isAway = false
  #answeredAtMs: number | null = null

  constructor(deps: PatientDeps) {
    this.#deps = deps
  }

  /** When it answered last, by this machine's monotonic clock; `null`: never. */
  get answeredAtMs(): number | null {
    return this.#answeredAtMs
  }

  /** The rows; none where it was stopped, or gave no answer until then. Throws a defect alone: all else may be mended. */
  async ask<Row>(text: string, values: any[], untilMs = Infinity): Promise<readonly Row[]> {
    const { database, clock, stopping } = this.#deps
    for (;;) {
      try {
        const { rows } = await database.query(text, values)
        this.#answered()
        return rows
      } catch (error) {
        if (!isMendable(error)) throw error
        if (!isCollision(error)) this.#missed(error)
        if (clock.monotonicMs() > untilMs || !(await clock.sleep(AWAY_MS, stopping))) return []
      }
    }
  }

  /** The same for what takes any database. */
  async query(text: string, values: any[] = []): Promise<{ rows: any[] }> {
    return { rows: [...(await this.ask<unknown>(text, values))] }
  }

  #answered(): void {
    const { clock, onEvent } = this.#deps
    this.#answeredAtMs = clock.monotonicMs()
    if (this.#isAway) onEvent({ type: 'fleet.database_back' })
    this.#isAway = false
  }

  #missed(error: unknown): void {
    const problem = error instanceof Error ? error.message : String(error)
    if (!this.#isAway) this.#deps.onEvent({ type: 'fleet.database_away', problem })
    this.#isAway = true
  }
}
