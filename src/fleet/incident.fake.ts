import {
  CANARY_EVERY_MS,
  incidentAfter,
  NO_INCIDENT,
  rulesFor,
  saidOf,
  treatmentOf,
  withCanaries,
  type Check,
  type Drawable,
  type Incident,
  type Said,
  type IncidentStep,
} from './incident.ts'

export const HOLD_MS = 900_000
export const ROUND_MS = 3_600_000
export const NOW_MS = 1_800_000_000_000
const THRESHOLD = { refused: 8, of: 200 }
const RULES = { token: THRESHOLD, whole: THRESHOLD, holdMs: HOLD_MS, roundMs: ROUND_MS }
const USUAL = { tenant: null, isWhole: true, isPlanned: true }

export const check = (id: string, said: Said, more: Partial<Check> = {}): Check => ({ id, said, ...USUAL, ...more })
export const rows = (count: number, name = 'r') => Array.from({ length: count }, (_, at) => `${name}${at}`)
export const all = (ids: readonly string[], said: Said, more: Partial<Check> = {}) =>
  ids.map((id) => check(id, said, more))
export const after = (incident: Incident, checks: readonly Check[], atMs = 0, held = 0) =>
  incidentAfter(incident, checks, { nowMs: NOW_MS + atMs, held }, RULES)
export const DRAWABLE = { gone: [], refused: rows(8), calm: rows(9, 'c') }
export const drawn = ({ state, ...windows }: Incident, drawable: Drawable = DRAWABLE): Incident => ({
  ...windows,
  state: withCanaries(state, drawable),
})
export const SUSPECT = drawn(after(NO_INCIDENT, all(rows(8), 'newly_refused')).incident)
export const canaryIds = ({ state }: Incident) => ('canaries' in state ? state.canaries.map(({ id }) => id) : [])

const SAID: Readonly<Record<string, Said>> = { v: 'verified', r: 'refused', n: 'newly_refused' }
/** Rounds such as `vvvvvvvvrr vvvvvvvvrr`: what each of ten canaries says, else it is silent. */
export function ask(before: Incident, rounds: string, atMs: number, isWhole = true): ReturnType<typeof after> {
  const askOnce = ({ incident }: { readonly incident: Incident }, round: string) => {
    const said = (at: number) => SAID[round[at] ?? ''] ?? 'silent'
    const checks = canaryIds(incident).map((id, at) => check(id, said(at), { isPlanned: false, isWhole }))
    return after(incident, checks, atMs, 400)
  }
  return rounds.split(' ').reduce(askOnce, { incident: before, step: null } as ReturnType<typeof after>)
}

/** A fleet of one Meta app in simulated time: the rows are asked in their rhythm, held, released and confirmed. */

const TICK_MS = CANARY_EVERY_MS.suspect
/** Ten questions a second for what is due at once. */
const TURN_MS = 100

export type World = {
  readonly outage: Outage | null
  /** The share of tokens that dies in a day, and that was dead before the first round. */
  readonly deathsADay: number
  readonly deadAtFirst: number
} & Readonly<Record<'seed' | 'tenants' | 'tokensEach' | 'intervalMs' | 'holdMs' | 'endMs', number>>

/** `by: 'token'`: always the same tokens are refused. `by: 'answer'`: any answer may be a refusal, and the second one too. */
export type Outage = { readonly by: 'token' | 'answer' } & Readonly<Record<'fromMs' | 'toMs' | 'share', number>>

export type FakeRow = {
  readonly id: string
  readonly tenant: string
  readonly diesAtMs: number
  readonly plannedMs: number
  readonly luck: number
  isVerified: boolean
  /** It was refused by the incident, and not by itself. */
  hasJoined: boolean
  refusedAtMs: number
  lastAskedMs: number
}

export type Run = {
  readonly rows: readonly FakeRow[]
  readonly reported: readonly { readonly atMs: number; readonly row: FakeRow }[]
  readonly steps: readonly (IncidentStep & { readonly atMs: number })[]
  readonly held: ReadonlySet<FakeRow>
}

export function simulate(world: World): Run {
  return new Fleet(world).run()
}

/** In [0, 1), from a seed. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

class Fleet implements Run {
  #incident = NO_INCIDENT
  readonly rows: readonly FakeRow[]
  readonly held = new Set<FakeRow>()
  readonly reported: { atMs: number; row: FakeRow }[] = []
  readonly steps: (IncidentStep & { atMs: number })[] = []
  readonly #world: World
  readonly #rules: ReturnType<typeof rulesFor>
  readonly #random: () => number
  readonly #byId: ReadonlyMap<string, FakeRow>
  readonly #dueAtOnce: FakeRow[] = []
  #dueMs = 0
  #tickMs = Infinity
  #canariesMs = 0

  constructor(world: World) {
    const { tenants, tokensEach, intervalMs, holdMs } = world
    this.#world = world
    this.#random = randomFrom(world.seed)
    const tokens = tenants * tokensEach
    this.#rules = rulesFor(null, { tenants, tokens, intervalMs, assetIntervalMs: intervalMs, holdMs })
    this.rows = Array.from({ length: tokens }, (_, at) => this.#newRow(at)).toSorted(
      (a, b) => a.plannedMs - b.plannedMs,
    )
    this.#byId = new Map(this.rows.map((row) => [row.id, row]))
  }

  #newRow(at: number): FakeRow {
    const { deadAtFirst, deathsADay, intervalMs, tenants } = this.#world
    const isDead = this.#random() < deadAtFirst
    const livesMs = deathsADay === 0 ? Infinity : (-Math.log(1 - this.#random()) / deathsADay) * 86_400_000
    return {
      id: `r${at}`,
      tenant: `t${at % tenants}`,
      diesAtMs: isDead ? 0 : livesMs,
      plannedMs: this.#random() * intervalMs,
      luck: this.#random(),
      isVerified: !isDead,
      hasJoined: false,
      refusedAtMs: isDead ? 0 : Infinity,
      lastAskedMs: -1,
    }
  }

  run(): Run {
    for (let startMs = 0; startMs < this.#world.endMs; startMs += this.#world.intervalMs) {
      for (const row of this.rows) {
        const atMs = startMs + row.plannedMs
        if (atMs >= this.#world.endMs) break
        this.#catchUp(atMs)
        this.#ask(row, atMs, true)
      }
    }
    this.#catchUp(this.#world.endMs)
    return this
  }

  /** What comes before the next planned check: rows that are due at once, canaries, and time that passes. */
  #catchUp(untilMs: number): void {
    for (;;) {
      const dueMs = this.#dueAtOnce.length > 0 ? this.#dueMs : Infinity
      if (Math.min(dueMs, this.#tickMs) > untilMs) return
      if (dueMs <= this.#tickMs) {
        const row = this.#dueAtOnce.shift()
        this.#dueMs += TURN_MS
        if (row !== undefined) this.#ask(row, dueMs, false)
      } else this.#tick(this.#tickMs)
    }
  }

  #tick(atMs: number): void {
    this.#tickMs = atMs + TICK_MS
    const { state } = this.#incident
    if ('canaries' in state && atMs >= this.#canariesMs) {
      this.#canariesMs = atMs + CANARY_EVERY_MS[state.kind]
      for (const { id } of state.canaries) {
        const row = this.#byId.get(id)
        if (row !== undefined) this.#ask(row, atMs, false)
      }
    }
    this.#step([], atMs)
    if (this.#incident.state.kind === 'calm') this.#tickMs = Infinity
  }

  #ask(row: FakeRow, atMs: number, isPlanned: boolean): void {
    row.lastAskedMs = atMs
    const said = saidOf(this.#answer(row, atMs), { isVerified: row.isVerified, endsAtMs: null }, atMs)
    if (said === 'newly_refused') this.held.add(row)
    this.#step([{ id: row.id, tenant: row.tenant, said, isWhole: true, isPlanned }], atMs)
    if (said === 'verified') {
      row.isVerified = true
      this.held.delete(row)
      row.hasJoined = false
      row.refusedAtMs = Infinity
    }
    if (said !== 'newly_refused') return
    const treatment = treatmentOf(this.#incident.state, atMs)
    if (treatment !== 'hold' && this.held.has(row)) this.#refuse(row, atMs, treatment === 'join')
  }

  #answer(row: FakeRow, atMs: number): 'verified' | 'refused' {
    const { outage } = this.#world
    if (atMs >= row.diesAtMs) return 'refused'
    if (outage === null || atMs < outage.fromMs || atMs >= outage.toMs) return 'verified'
    const { share, by } = outage
    const isRefused = by === 'token' ? row.luck < share : this.#random() < share && this.#random() < share
    return isRefused ? 'refused' : 'verified'
  }

  #refuse(row: FakeRow, atMs: number, hasJoined: boolean): void {
    row.isVerified = false
    this.held.delete(row)
    row.hasJoined = hasJoined
    row.refusedAtMs = atMs
    if (!hasJoined) this.reported.push({ atMs, row })
  }

  #step(checks: readonly Check[], atMs: number): void {
    const incident = this.#incident
    const isIdle = incident.state.kind === 'calm' && incident.token.refusals.length === 0
    if (isIdle && checks.every(({ said }) => said !== 'newly_refused')) return
    const after = incidentAfter(incident, checks, { nowMs: atMs, held: this.held.size }, this.#rules)
    this.#incident = after.incident
    if (after.step === null) return
    this.steps.push({ ...after.step, atMs })
    this.#follow(after.step, atMs)
  }

  #follow(step: IncidentStep, atMs: number): void {
    if (step.kind === 'confirmed') for (const row of this.held) this.#refuse(row, atMs, true)
    const isMixed = step.kind === 'confirmed' && step.isMixed
    if (step.kind === 'released' || step.kind === 'cleared' || isMixed) {
      this.#dueAtOnce.push(...this.rows.filter((row) => this.held.has(row) || row.hasJoined))
      this.#dueMs = Math.max(atMs, this.#dueMs)
    }
    if (step.kind === 'suspected' || step.kind === 'confirmed') this.#canariesMs = atMs
    this.#tickMs = Math.min(this.#tickMs, atMs + TICK_MS)
    this.#incident = drawn(this.#incident, {
      gone: [],
      refused: this.#anyIds((row) => this.held.has(row) || row.hasJoined),
      calm: this.#anyIds((row) => row.isVerified && !this.held.has(row)),
    })
  }

  #anyIds(is: (row: FakeRow) => boolean): readonly string[] {
    const from = Math.floor(this.#random() * this.rows.length)
    return [...this.rows.slice(from), ...this.rows.slice(0, from)].filter(is).map(({ id }) => id)
  }
}
