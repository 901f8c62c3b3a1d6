import { concernOf, oursOf } from '../backend/concern.ts'
import type { Clock } from '../platform/clock.ts'
import type { Policy } from '../verification/policy.ts'
import type { Database } from './database.ts'
import { oneToken } from './reading.ts'
import { policyFor } from './row.ts'

/** What backends met of the tokens of a fleet: it makes the fleet look, and proves nothing. */

type ReportingDeps = {
  readonly database: Database
  readonly policy: Policy
  readonly clock: Pick<Clock, 'monotonicMs'>
  readonly check: (id: string) => Promise<unknown>
}

/** A token is not looked at more often. */
const EVERY_MS = 10_000
/** Of so many tokens the last look is known. */
const KNOWN_MAX = 10_000

export class FleetReports {
  readonly #deps: ReportingDeps
  readonly #lookedAtMs = new Map<string, number>()

  constructor(deps: ReportingDeps) {
    this.#deps = deps
  }

  /** Resolves with whether the token is verified because of it. Takes anything. */
  async take(id: string, met: unknown): Promise<boolean> {
    const { database, policy, clock, check } = this.#deps
    const nowMs = clock.monotonicMs()
    if (nowMs - (this.#lookedAtMs.get(id) ?? -Infinity) < EVERY_MS) return false
    const one = await oneToken(database, id, policy, clock)
    if (one === null || !concernOf(met, oursOf(policyFor(one.row, policy), one.state)).concerns) return false
    this.#looked(id, nowMs)
    await check(id)
    return true
  }

  #looked(id: string, nowMs: number): void {
    const [oldest] = this.#lookedAtMs.keys()
    if (this.#lookedAtMs.size >= KNOWN_MAX && oldest !== undefined) this.#lookedAtMs.delete(oldest)
    this.#lookedAtMs.delete(id)
    this.#lookedAtMs.set(id, nowMs)
  }
}
