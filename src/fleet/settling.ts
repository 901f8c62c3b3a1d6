import type { IncidentSetting } from '../config/values.ts'
import type { Database } from './database.ts'
import {
  CANARY_EVERY_MS,
  incidentAfter,
  isReported,
  NO_INCIDENT,
  rulesFor,
  scopeOf,
  treatmentOf,
  withCanaries,
  type Check,
  type Drawable,
  type Incident,
  type IncidentStep,
  type Open,
  type Phase,
  type Treatment,
} from './incident.ts'
import {
  ASK_CANARIES,
  ASK_HELD,
  BELIEVE_HELD,
  CANARIES,
  INCIDENT,
  OPEN_INCIDENTS,
  OTHER_INCIDENTS,
  SETTLE,
} from './statements.incident.ts'

/** Mass failures: what incident.ts decides, read from the tables and written into them. */

export type SettlingDeps = {
  readonly database: Pick<Database, 'query'>
  /** `null`: by the interval. */
  readonly setting: IncidentSetting | null
  readonly intervalMs: number
  readonly assetIntervalMs: number
  readonly holdMs: number
  readonly onEvent: (event: IncidentEvent) => void
}

export type IncidentEvent = {
  readonly type: 'fleet.suspect' | 'fleet.cleared' | 'fleet.confirmed'
  readonly appId: string
  /** How many tokens are held, or were believed; `null`: not counted. */
  readonly count: number | null
}

/** What becomes of an app, if nobody else has decided meanwhile (`version`). */
export type Settlement = {
  readonly app: string
  readonly version: string
  /** As it is stored; `null`: nothing is wrong. */
  readonly incident: Stored | null
  readonly treatment: Treatment
  readonly step: IncidentStep | null
  /** What is told of it, together with it. */
  readonly message: IncidentMessage | null
}

type IncidentMessage = {
  readonly event: IncidentEvent['type']
  readonly status: 'pass' | 'warn' | 'fail'
  readonly count: number | null
}

type Stored = Incident & Pick<Open, 'scope'>
type Read = {
  readonly app: string
  readonly incident: Stored | null
  readonly version: string
  readonly now_ms: string
  readonly is_busy: boolean
  readonly tokens: number
  readonly tenants: number
  readonly held: number
}

const CANARIES_DRAWN = 10
const NOTHING_TOLD = [null, null, null]

export class Settling {
  readonly #deps: SettlingDeps

  constructor(deps: SettlingDeps) {
    this.#deps = deps
  }

  /** What these checks of one app come to; `null` where the app is gone. `newlyHeld`: how many would be held by them. */
  async decide(app: string, checks: readonly Check[], newlyHeld: number): Promise<Settlement | null> {
    const { database, setting, intervalMs, assetIntervalMs, holdMs } = this.#deps
    const [read] = (await database.query(INCIDENT, [app])).rows as readonly Read[]
    if (read === undefined) return null
    const nowMs = Number(read.now_ms)
    const factor = read.is_busy ? 2 : 1
    const rules = rulesFor(setting, {
      tenants: read.tenants,
      tokens: read.tokens,
      intervalMs: intervalMs * factor,
      assetIntervalMs: assetIntervalMs * factor,
      holdMs,
    })
    const before = isStored(read.incident) ? read.incident : NO_INCIDENT
    const { incident, step } = incidentAfter(before, checks, { nowMs, held: read.held + newlyHeld }, rules)
    const others = step === null ? [] : await this.#others(app)
    const isFirst = step?.kind === 'suspected' && !step.isAgain
    const scope = isFirst ? scopeOf(others) : (read.incident?.scope ?? 'app')
    return {
      app,
      version: read.version,
      incident: isNothing(incident) ? null : { ...incident, scope },
      treatment: treatmentOf(incident.state, nowMs),
      step,
      message: step !== null && isReported(step, scope, others) ? messageOf(step) : null,
    }
  }

  /** Where only time has passed. */
  async sweep(): Promise<void> {
    const { rows } = await this.#deps.database.query(OPEN_INCIDENTS)
    for (const { app } of rows as readonly { readonly app: string }[]) {
      const decision = await this.decide(app, [], 0)
      if (decision === null) continue
      const isSettled = decision.step === null || (await this.#settle(decision))
      if (isSettled) await this.follow(decision)
      // Whoever decided may have been killed before it was done.
      if (decision.incident?.state.kind === 'confirmed') await this.#deps.database.query(BELIEVE_HELD, [app])
    }
  }

  /** What is to be done once a decision is written. Each part may be done again, and is where it was left undone. */
  async follow({ app, step, incident, message }: Settlement): Promise<void> {
    const { database, onEvent } = this.#deps
    if (message !== null) onEvent({ type: message.event, appId: app, count: message.count })
    if (step?.kind === 'confirmed') await database.query(BELIEVE_HELD, [app])
    if (step !== null && isAskedAgain(step)) await database.query(ASK_HELD, [app, step.kind !== 'cleared'])
    if (incident !== null && 'canaries' in incident.state) await this.#askCanaries(app)
  }

  /** Draws those that are missing, and has all of them asked. */
  async #askCanaries(app: string): Promise<void> {
    const { database } = this.#deps
    const [read] = (await database.query(INCIDENT, [app])).rows as readonly Read[]
    const state = read?.incident?.state
    if (read === undefined || read.incident === null || state === undefined || !('canaries' in state)) return
    const drawn = withCanaries(state, await this.#drawable(app, state))
    if (JSON.stringify(drawn) !== JSON.stringify(state)) {
      const stored = JSON.stringify({ ...read.incident, state: drawn })
      const settled = await database.query(SETTLE, [app, read.version, stored, ...NOTHING_TOLD])
      if (settled.rows.length === 0) return
    }
    const ids = 'canaries' in drawn ? drawn.canaries.map(({ id }) => id) : []
    await database.query(ASK_CANARIES, [ids, CANARY_EVERY_MS[state.kind] / 1000])
  }

  async #drawable(app: string, state: Extract<Phase, { readonly canaries: unknown }>): Promise<Drawable> {
    const known = state.canaries.map(({ id }) => id)
    const values = [app, CANARIES_DRAWN, known, state.kind === 'confirmed']
    const [drawn] = (await this.#deps.database.query(CANARIES, values)).rows as readonly Drawable[]
    return drawn ?? { gone: [], refused: [], calm: [] }
  }

  async #settle({ app, version, incident, message }: Settlement): Promise<boolean> {
    const stored = incident === null ? null : JSON.stringify(incident)
    const told = message === null ? NOTHING_TOLD : [message.event, message.status, message.count]
    return (await this.#deps.database.query(SETTLE, [app, version, stored, ...told])).rows.length === 1
  }

  async #others(app: string): Promise<readonly Open[]> {
    return (await this.#deps.database.query(OTHER_INCIDENTS, [app])).rows as readonly Open[]
  }
}

/** What is held is due at once. */
function isAskedAgain(step: IncidentStep): boolean {
  if (step.kind === 'confirmed') return step.isMixed
  return step.kind === 'released' || step.kind === 'cleared' || step.kind === 'dropped'
}

function messageOf(step: IncidentStep): IncidentMessage | null {
  switch (step.kind) {
    case 'suspected':
      return { event: 'fleet.suspect', status: 'warn', count: null }
    case 'cleared':
      return { event: 'fleet.cleared', status: 'pass', count: null }
    case 'confirmed':
      return { event: 'fleet.confirmed', status: 'fail', count: step.count }
    default:
      return null
  }
}

function isNothing({ state, token, whole }: Incident): boolean {
  return state.kind === 'calm' && token.refusals.length === 0 && whole.refusals.length === 0
}

/** What another version of this program has stored differently counts as nothing. */
function isStored(incident: Stored | null): incident is Stored {
  const { state, token, whole } = (incident ?? {}) as Partial<Incident>
  return state !== undefined && Array.isArray(token?.refusals) && Array.isArray(whole?.refusals)
}
