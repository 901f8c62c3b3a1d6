import type { Clock } from '../platform/clock.ts'
import type { Check } from './incident.ts'
import type { PatientDatabase } from './patient.ts'
import type { FleetRow } from './row.ts'
import type { Settlement, Settling } from './settling.ts'
import { WRITE } from './statements.ts'
import type { Checked, Written } from './written.ts'

/** Writes what checks gave, many at once, and has mass failures decided before. */

export type WriterDeps = {
  readonly database: PatientDatabase
  readonly settling: Settling
  /** Requests a second and app. */
  readonly rate: number
  readonly intervalMs: number
  readonly clock: Pick<Clock, 'sleep'>
  /** In [0, 1). */
  readonly random: () => number
  /** `isLost`: its claim had ended, and what was heard does not count. */
  readonly onWritten: (row: FleetRow, written: Written, isSilent: boolean, isLost: boolean) => void
}

/** A check that is to be written, while its claim holds. */
type ToWrite = {
  readonly row: FleetRow
  readonly checked: Checked
  readonly untilMs: number
  readonly resolve: () => void
}

const BATCH_MAX = 200
/** So long a check waits for others: a statement for each of them would cost more than all that is asked of Graph. */
const GATHER_MS = 100
/** How often a decision is made anew because another worker has decided meanwhile, and with which pause at the most. */
const TRIES = 20
const PAUSE_MS_MAX = 40

export class Writer {
  readonly #deps: WriterDeps
  readonly #waiting: ToWrite[] = []
  #working: Promise<void> | null = null

  constructor(deps: WriterDeps) {
    this.#deps = deps
  }

  /** Resolves when it is written, or does not count any more. */
  write(row: FleetRow, checked: Checked, untilMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#waiting.push({ row, checked, untilMs, resolve })
      this.#working ??= this.#work()
    })
  }

  /** Resolves when nothing is being written. */
  async idle(): Promise<void> {
    await this.#working
  }

  async #work(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        if (this.#waiting.length < BATCH_MAX) await this.#deps.clock.sleep(GATHER_MS)
        const batch = this.#waiting.splice(0, BATCH_MAX)
        await this.#writeAll(batch, TRIES)
        for (const { resolve } of batch) resolve()
      }
    } finally {
      // At once: what comes now begins anew.
      this.#working = null
    }
  }

  async #writeAll(batch: readonly ToWrite[], tries: number): Promise<void> {
    const decisions = await this.#decide(batch, tries === TRIES)
    const byApp = new Map(decisions.map((decision) => [decision.app, decision]))
    const rows = batch.map(({ row, checked }) => {
      const decision = byApp.get(row.app)
      return checked.write(decision?.treatment ?? 'report', decision?.app ?? null)
    })
    const { rate, intervalMs, database, settling, clock, random } = this.#deps
    const untilMs = Math.max(...batch.map((each) => each.untilMs))
    const values = [JSON.stringify(rows), rate, intervalMs / 1000, JSON.stringify(decisions.map(toSettle))]
    const answer = await database.ask<{ readonly id: string | null; readonly settled_app: string | null }>(
      WRITE,
      values,
      untilMs,
    )
    const settled = new Set(answer.map(({ settled_app }) => settled_app))
    const done = new Set(answer.map(({ id }) => id))
    for (const decision of decisions) if (settled.has(decision.app)) await settling.follow(decision)
    const isUndecided = ({ app }: FleetRow) => byApp.has(app) && !settled.has(app)
    batch.forEach(({ row, checked }, at) => {
      const written = rows[at]
      if (written !== undefined && (tries === 0 || !isUndecided(row)))
        this.#deps.onWritten(row, written, checked.said === 'silent', !done.has(row.id))
    })
    const again = batch.filter(({ row }) => isUndecided(row))
    if (again.length === 0 || tries === 0) return
    await clock.sleep(random() * PAUSE_MS_MAX)
    await this.#writeAll(again, tries - 1)
  }

  /**
   * Of the apps where something is counted, or where a token is newly refused. `all`: what is only counted is left out where
   * another worker was faster.
   */
  async #decide(batch: readonly ToWrite[], all: boolean): Promise<readonly Settlement[]> {
    const { settling } = this.#deps
    const apps = new Set(
      batch
        .filter(
          ({ row, checked }) =>
            checked.said === 'newly_refused' || (row.has_incident === true && (all || !row.is_planned)),
        )
        .map(({ row }) => row.app),
    )
    const decided = await Promise.all(
      [...apps].map((app) => {
        const ofApp = batch.filter(({ row }) => row.app === app)
        const newlyHeld = ofApp.filter(
          ({ row, checked }) => checked.said === 'newly_refused' && row.held === null,
        ).length
        return settling.decide(app, ofApp.map(toCheck), newlyHeld)
      }),
    )
    return decided.filter((decision) => decision !== null)
  }
}

/** One token that several tenants share ends once. */
function toCheck({ row: { id, tenant, is_planned: isPlanned }, checked }: ToWrite): Check {
  const { said, isShared, isWhole } = checked
  return { id, tenant, said: said === 'newly_refused' && isShared ? 'refused' : said, isWhole, isPlanned }
}

function toSettle({ app, version, incident, message }: Settlement) {
  return { app, version, incident, ...message }
}
