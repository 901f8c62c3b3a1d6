import { abortForMany } from '../platform/abort-for-many.ts'
import type { Clock } from '../platform/clock.ts'
import type { CheckDeps } from './check.ts'
import { Checker, type PreparedCheck } from './checker.ts'
import { blindness, withCheck, type Minute } from './blindness.ts'
import type { Database } from './database.ts'
import { DatabaseClock } from './database-clock.ts'
import { PatientDatabase, type DatabaseEvent } from './patient.ts'
import { takeList, type ListTaken } from './listing.ts'
import type { FleetRow } from './row.ts'
import type { FleetSource } from './source.ts'
import { CLAIM, CLAIM_ONE, CLAIM_SECONDS, NEXT_DUE } from './statements.ts'
import { sendChanges, type OutboxDeps } from './outbox.ts'
import { TELL_BLIND } from './statements.telling.ts'
import { Settling, type IncidentEvent, type SettlingDeps } from './settling.ts'
import { Writer } from './writer.ts'
import type { Written } from './written.ts'

/** One of any number of equal workers: it claims what is due, asks Graph, and writes what it heard. */

export type WorkerDeps = Omit<CheckDeps, 'clock' | 'stopping'> & {
  readonly database: Database
  readonly source: FleetSource
  /** This machine's. */
  readonly clock: Clock
  /** Requests a second and app. */
  readonly rate: number
  readonly syncIntervalMs: number
  /** Who is told of changes; `null`: others see to that. */
  readonly telling: Omit<OutboxDeps, 'database' | 'clock'> | null
  /** In [0, 1). */
  readonly random: () => number
  readonly onEvent: (event: WorkerEvent) => void
} & Pick<SettlingDeps, 'setting' | 'holdMs'>

export type WorkerEvent =
  | { readonly type: 'fleet.listed'; readonly listed: ListTaken }
  /** The list, or the tokens of a claim, could not be had. */
  | { readonly type: 'fleet.source_failed'; readonly what: 'list' | 'tokens'; readonly problem: string }
  | DatabaseEvent
  | IncidentEvent
  /** So many checks in a row of two minutes got no answer, half of them and more. */
  | { readonly type: 'fleet.blind'; readonly count: number }
  /** `isLost`: the claim had ended, and what was heard does not count. */
  | { readonly type: 'fleet.checked'; readonly row: FleetRow; readonly written: Written; readonly isLost: boolean }

const CHECKS_MAX = 64
const CLAIM_MAX = 50
const SWEEP_MS = 5_000
/** Between two looks at what is due. */
const [LOOK_MS_MIN, LOOK_MS_MAX] = [200, 1_000]
const LIST_LOOK_MS = 5_000

export class Worker {
  readonly #deps: WorkerDeps
  readonly #clock: DatabaseClock
  readonly #stop = abortForMany()
  readonly #underWay = new Set<Promise<void>>()
  readonly #database: PatientDatabase
  readonly #failing = new Set<'list' | 'tokens'>()
  readonly #checker: Checker
  readonly #settling: Settling
  readonly #writer: Writer
  #minutes: readonly Minute[] = []

  constructor(deps: WorkerDeps) {
    this.#deps = deps
    this.#clock = new DatabaseClock(deps.clock)
    this.#database = new PatientDatabase({ ...deps, stopping: this.#stop.signal })
    this.#checker = new Checker({
      ...deps,
      clock: this.#clock,
      database: this.#database,
      stopping: this.#stop.signal,
    })
    this.#settling = new Settling({ ...deps, database: this.#database })
    this.#writer = new Writer({
      ...deps,
      database: this.#database,
      settling: this.#settling,
      onWritten: (row, written, isSilent, isLost) => {
        this.#minutes = withCheck(this.#minutes, isSilent, deps.clock.monotonicMs())
        deps.onEvent({ type: 'fleet.checked', row, written, isLost })
      },
    })
  }

  /** When the database answered last, by this machine's monotonic clock; `null`: never. */
  get answeredAtMs(): number | null {
    return this.#database.answeredAtMs
  }

  /** Works until `stop()`. Never throws for want of the database or of Graph. */
  async run(): Promise<void> {
    await Promise.all([this.#work(), this.#follow(), this.#sweep(), this.#tell()])
    await Promise.all(this.#underWay)
    await this.#writer.idle()
  }

  stop(): void {
    this.#stop.abort()
  }

  async #work(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      const free = Math.min(CHECKS_MAX - this.#underWay.size, CLAIM_MAX)
      if (free < 1) {
        await Promise.race(this.#underWay)
        continue
      }
      const rows = await this.#claim(free)
      if (rows.length > 0) this.#take(rows)
      if (rows.length === free) continue
      if (rows.length === 0) await this.#untilDue()
      else await this.#clock.sleep(LOOK_MS_MIN, this.#stop.signal)
    }
  }

  async #follow(): Promise<void> {
    const { source, syncIntervalMs, policy, clock, onEvent } = this.#deps
    const how = { intervalMs: syncIntervalMs, appId: policy.appId }
    do {
      try {
        const listed = await takeList(this.#database, source, how)
        if (listed === null) continue
        this.#failing.delete('list')
        onEvent({ type: 'fleet.listed', listed })
      } catch (error) {
        this.#failed('list', error)
      }
    } while (await clock.sleep(Math.min(LIST_LOOK_MS, syncIntervalMs), this.#stop.signal))
  }

  /** Time alone ends a hold, and canaries are asked again and again. */
  async #sweep(): Promise<void> {
    const everyMs = Math.min(SWEEP_MS, this.#deps.intervalMs)
    while (await this.#clock.sleep(everyMs, this.#stop.signal)) {
      await this.#settling.sweep()
      const count = blindness(this.#minutes, this.#clock.monotonicMs())
      if (count === null) continue
      const told = await this.#database.ask(TELL_BLIND, [count])
      if (told.length > 0) this.#deps.onEvent({ type: 'fleet.blind', count })
    }
  }

  async #tell(): Promise<void> {
    const { telling, clock } = this.#deps
    if (telling !== null) await sendChanges({ ...telling, clock, database: this.#database }, this.#stop.signal)
  }

  async #claim(limit: number): Promise<readonly FleetRow[]> {
    const { rate, assetIntervalMs } = this.#deps
    const values = [limit, rate, assetIntervalMs / 1000]
    const rows = await this.#database.ask<FleetRow & { readonly now_ms: string }>(CLAIM, values)
    const [first] = rows
    if (first !== undefined) this.#clock.set(Number(first.now_ms))
    return rows
  }

  async #untilDue(): Promise<void> {
    const [next] = await this.#database.ask<{ readonly now_ms: string; readonly due_in_ms: string | null }>(
      NEXT_DUE,
      [],
    )
    if (next !== undefined) this.#clock.set(Number(next.now_ms))
    const dueInMs = Number(next?.due_in_ms ?? LOOK_MS_MAX)
    await this.#clock.sleep(Math.min(Math.max(dueInMs, LOOK_MS_MIN), LOOK_MS_MAX), this.#stop.signal)
  }

  /** Checks one token, due or not; `null` where the fleet has none with this id. Never rejects. */
  async checkNow(id: string): Promise<{ readonly written: Promise<void> } | null> {
    const [row] = await this.#database.ask<FleetRow>(CLAIM_ONE, [id])
    if (row === undefined) return null
    const [written = Promise.resolve()] = this.#take([row])
    return { written }
  }

  /** Each ends when it is written. */
  #take(rows: readonly FleetRow[]): readonly Promise<void>[] {
    const untilMs = this.#clock.monotonicMs() + CLAIM_SECONDS * 1000
    const preparing = this.#prepare(rows)
    return rows.map((row) => {
      const work = preparing
        .then((prepared) => this.#check(row, prepared.get(row.id), untilMs))
        .finally(() => this.#underWay.delete(work))
      this.#underWay.add(work)
      return work
    })
  }

  /** Where the source gives nothing now, or the worker stops, the claim ends by itself. */
  async #check(row: FleetRow, prepared: PreparedCheck | undefined, untilMs: number): Promise<void> {
    if (prepared === undefined) return
    const checked = await this.#checker.check(row, prepared)
    if (!this.#stop.signal.aborted) await this.#writer.write(row, checked, untilMs)
  }

  async #prepare(rows: readonly FleetRow[]): Promise<ReadonlyMap<string, PreparedCheck>> {
    try {
      const prepared = await this.#checker.prepare(rows)
      this.#failing.delete('tokens')
      return prepared
    } catch (error) {
      this.#failed('tokens', error)
      return new Map()
    }
  }

  /** Reported once until it can be had again. */
  #failed(what: 'list' | 'tokens', error: unknown): void {
    const problem = error instanceof Error ? error.message : String(error)
    if (!this.#failing.has(what)) this.#deps.onEvent({ type: 'fleet.source_failed', what, problem })
    this.#failing.add(what)
  }
}
