import { healthAt, NO_CIRCUMSTANCES, type Health } from '../guard/health.ts'
import type { Past } from '../guard/history.ts'
import type { Instant } from '../guard/instant.ts'
import type { State } from '../guard/state.ts'
import type { Clock } from '../platform/clock.ts'
import type { Drift } from '../verification/drift.ts'
import type { Policy } from '../verification/policy.ts'
import type { Told } from './told.ts'
import type { Database } from './database.ts'
import { suspectFinding, unresolvedFinding } from './remarks.ts'
import { fromMemory, policyFor, type FleetRow, type FleetStatus } from './row.ts'
import { CHANGES, CHANGES_OF, COUNTS, ONE, TOKENS } from './statements.reading.ts'

/** What people and programs ask of a fleet: from its tables, and never from Graph. */

export type Counts = {
  readonly tokens: Readonly<Record<FleetStatus, number>>
  /** By code. */
  readonly findings: Readonly<Record<string, number>>
  /** How late the check is that is latest, by its time or by its interval. */
  readonly lagSeconds: number
  /** Apps that wait because Graph throttles them. */
  readonly pausedApps: number
  readonly incidents: readonly OpenIncident[]
  /** Changes that no alert was delivered for yet. */
  readonly unsentChanges: number
  readonly listedAtMs: number | null
}

/** `suspect`: refusals are held; `watched`: they verify again; `confirmed`: they took effect. */
export type OpenIncident = {
  readonly appId: string
  readonly kind: 'suspect' | 'watched' | 'confirmed'
  readonly held: number
}

export type Filter = {
  readonly status: string | null
  readonly code: string | null
  readonly app: string | null
  readonly tenant: string | null
}

export type ListedRow = {
  readonly id: string
  readonly tenant: string | null
  readonly appId: string | null
  readonly businessAccountId: string | null
  readonly phoneNumberId: string | null
  readonly status: FleetStatus
  readonly outcome: FleetRow['outcome']
  readonly codes: readonly string[]
  readonly fingerprint: string | null
  readonly checkedAt: string | null
  readonly changedAt: string | null
  readonly dueAt: string
}

export type FeedEntry = Omit<Told, 'previous_status'> & {
  readonly seq: string
  readonly tokenId: string
  readonly tenant: string | null
  readonly appId: string | null
  readonly at: string
  readonly previousStatus: Told['previous_status']
  /** How many tokens an incident is about. */
  readonly count: number | null
}

/** All that is known of one token, at one moment. */
export type OneToken = {
  readonly row: FleetRow
  readonly health: Health
  readonly state: State
  readonly fingerprint: string | null
  readonly past: Past
  readonly nowMs: number
  /** When its next check comes; later than planned where Graph throttles its app. */
  readonly next: { readonly atMs: number; readonly isThrottled: boolean }
  /** What Graph says now, where it does not count yet. */
  readonly held: Health | null
}

export async function countsOf(database: Database, intervalMs: number): Promise<Counts> {
  const [row] = (await database.query(COUNTS, [intervalMs / 1000])).rows as readonly {
    readonly statuses: Partial<Record<FleetStatus, number>>
    readonly findings: Readonly<Record<string, number>>
    readonly lag_seconds: number | null
    readonly paused_apps: number
    readonly unsent_changes: number
    readonly incidents: readonly OpenIncident[]
    readonly listed_at_ms: number | null
  }[]
  return {
    tokens: { unknown: 0, pass: 0, warn: 0, fail: 0, ...row?.statuses },
    findings: row?.findings ?? {},
    lagSeconds: row?.lag_seconds ?? 0,
    pausedApps: row?.paused_apps ?? 0,
    incidents: row?.incidents ?? [],
    unsentChanges: row?.unsent_changes ?? 0,
    listedAtMs: row?.listed_at_ms ?? null,
  }
}

/** Whether the latest check is later than people should have to know. */
export function isLate({ lagSeconds }: Pick<Counts, 'lagSeconds'>, intervalMs: number): boolean {
  return lagSeconds * 1000 > 2 * intervalMs
}

export async function tokensOf(
  database: Database,
  { status, code, app, tenant }: Filter,
  after: string | null,
  limit: number,
): Promise<readonly ListedRow[]> {
  if (![after, status, code, app, tenant].every(isStorable)) return []
  const { rows } = await database.query(TOKENS, [after, limit, status, code, app, tenant])
  return rows.map(listedRow)
}

export function listedRow(row: any): ListedRow {
  return {
    id: row.id,
    tenant: row.tenant,
    appId: row.app_id,
    businessAccountId: row.business_account_id,
    phoneNumberId: row.phone_number_id,
    status: row.status,
    outcome: row.outcome,
    codes: row.codes,
    fingerprint: row.fingerprint,
    checkedAt: timeOf(row.checked_at),
    changedAt: timeOf(row.changed_at),
    dueAt: timeOf(row.due_at) ?? '',
  }
}

export async function changesAfter(database: Database, seq: string, limit: number): Promise<readonly FeedEntry[]> {
  const { rows } = await database.query(CHANGES, [seq, limit])
  return rows.map((row) => ({
    seq: row.seq,
    tokenId: row.token_id,
    tenant: row.tenant,
    appId: row.app_id,
    at: timeOf(row.at) ?? '',
    event: row.event,
    previousStatus: row.previous_status,
    status: row.status,
    findings: row.findings,
    drifts: row.drifts,
    count: row.count,
  }))
}

const CHANGES_SHOWN = 50

/** `null` where there is no such token. By the database's time. */
export async function oneToken(
  database: Database,
  id: string,
  policy: Policy,
  clock: Pick<Clock, 'monotonicMs'>,
): Promise<OneToken | null> {
  if (!isStorable(id)) return null
  const [row] = (await database.query(ONE, [id])).rows as readonly OneRow[]
  if (row === undefined) return null
  const now = { wallMs: Math.round(Number(row.now_ms)), monotonicMs: clock.monotonicMs() }
  const { health, state } = healthOf(row, policy, now)
  const { rows: changes } = await database.query(CHANGES_OF, [id, CHANGES_SHOWN])
  return {
    row,
    health,
    state,
    fingerprint: row.fingerprint?.slice(0, 12) ?? null,
    past: pastOf(changes),
    nowMs: now.wallMs,
    next: nextOf(row),
    held: heldHealth(row, policy, now),
  }
}

type OneRow = FleetRow & {
  readonly now_ms: string
  readonly due_at_ms: string
  readonly paused_until_ms: string | null
}

function nextOf({ due_at_ms: due, paused_until_ms: paused }: OneRow): OneToken['next'] {
  const isThrottled = paused !== null && Number(paused) > Number(due)
  return { atMs: Math.round(Number(isThrottled ? paused : due)), isThrottled }
}

/** Whether PostgreSQL may hold it: it takes this character nowhere, not in a question either. */
export function isStorable(text: string | null): boolean {
  return text?.includes('\0') !== true
}

/** What Graph says of a token whose refusal is held; `null` where none is. */
export function heldHealth(row: FleetRow, policy: Policy, now: Instant): Health | null {
  if (row.held === null) return null
  return healthAt(fromMemory(row.held.known, now).state, policyFor(row, policy), now)
}

/** What a row's answers mean now. */
export function healthOf(
  row: FleetRow,
  policy: Policy,
  now: Instant,
): { readonly health: Health; readonly state: State } {
  const { state, unresolved } = fromMemory(row.known, now)
  const program = [
    ...(unresolved === null ? [] : [unresolvedFinding(unresolved)]),
    ...(row.held === null ? [] : [suspectFinding(row.held.codes)]),
  ]
  return { state, health: healthAt(state, policyFor(row, policy), now, { ...NO_CIRCUMSTANCES, program }) }
}

function pastOf(changes: readonly any[]): Past {
  const atMs = (change: { readonly at_ms: string }) => Math.round(Number(change.at_ms))
  const drifts = changes.flatMap((change) =>
    (change.drifts as readonly Drift[]).map((drift) => ({ ...drift, atMs: atMs(change), checkId: change.seq })),
  )
  const statuses = changes
    .filter(({ event }) => event === 'status.changed')
    .map((change) => ({ atMs: atMs(change), before: change.previous_status, after: change.status }))
  return { drifts, statuses }
}

function timeOf(time: Date | null): string | null {
  return time === null ? null : time.toISOString()
}
