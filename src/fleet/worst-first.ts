import type { Told } from './told.ts'
import type { Database } from './database.ts'
import { countsOf, isStorable, listedRow, type Counts, type Filter, type ListedRow } from './reading.ts'
import type { FleetStatus } from './row.ts'
import { LAST_CHANGES, NOW, WITH_THIS_ID, WORST_BACKWARDS, WORST_ONWARDS, WRONG } from './statements.reading.ts'

/** What people look at: the whole of a fleet at one moment, what is worst before all else. */

/** `text`: how an id or a tenant begins. */
export type FleetSearch = Filter & { readonly text: string | null }

/** Between two rows of the list: the one that is next to it. */
export type ListPlace = { readonly status: FleetStatus; readonly id: string }

/** From where a page of the list is read; `null`: from its beginning. */
export type ListStart = { readonly direction: 'onwards' | 'backwards'; readonly place: ListPlace } | null

export type ListPage = {
  readonly rows: readonly ListedRow[]
  /** Whether there are rows before and after these. */
  readonly hasBefore: boolean
  readonly hasAfter: boolean
}

/** `failing`: of these tokens, by this or by something else. */
export type WrongInFleet = { readonly code: string; readonly tokens: number; readonly failing: number }

/** A change of a token, or of an app: `tokenId` is `null`, and `count` says how many tokens it is about. */
export type LastChange = Pick<Told, 'findings'> & {
  readonly seq: string
  readonly tokenId: string | null
  readonly tenant: string | null
  readonly appId: string | null
  readonly atMs: number
  readonly event: string
  readonly previousStatus: FleetStatus | null
  readonly status: FleetStatus
  readonly count: number | null
}

export type FleetShown = {
  readonly counts: Counts
  /** The worst first. */
  readonly wrong: readonly WrongInFleet[]
  readonly list: ListPage
  /** The newest first. */
  readonly changes: readonly LastChange[]
  readonly nowMs: number
}

/** What somebody looks at. */
export type FleetLook = {
  readonly search: FleetSearch
  readonly start: ListStart
  /** How many rows and how many changes. */
  readonly sizes: { readonly list: number; readonly changes: number }
}

/** One after the other: the connections are the worker's. */
export async function fleetNow(
  database: Database,
  intervalMs: number,
  { search, start, sizes }: FleetLook,
): Promise<FleetShown> {
  const counts = await countsOf(database, intervalMs)
  const wrong = await wrongIn(database)
  const list = await worstFirst(database, search, start, sizes.list)
  const changes = await lastChanges(database, sizes.changes)
  const [now] = (await database.query(NOW)).rows as readonly { readonly now_ms: string }[]
  return { counts, wrong, list, changes, nowMs: Math.round(Number(now?.now_ms)) }
}

async function wrongIn(database: Database): Promise<readonly WrongInFleet[]> {
  const rows = (await database.query(WRONG)).rows as readonly WrongInFleet[]
  return rows.toSorted((a, b) => b.failing - a.failing || b.tokens - a.tokens || (a.code < b.code ? -1 : 1))
}

const RANKS: Readonly<Record<FleetStatus, number>> = { fail: 1, warn: 2, unknown: 3, pass: 4 }
const NOTHING: ListPage = { rows: [], hasBefore: false, hasAfter: false }

/** One page of the list. */
export async function worstFirst(
  database: Database,
  search: FleetSearch,
  start: ListStart,
  size: number,
): Promise<ListPage> {
  const { status, code, app, tenant, text } = search
  const wanted = [status, code, app, tenant, text]
  if (![...wanted, start?.place.id ?? null].every(isStorable)) return NOTHING
  const read = async (statement: string, place: readonly unknown[]) =>
    (await database.query(statement, [...wanted, size + 1, ...place])).rows.map(listedRow)
  if (start === null) {
    const rows = await read(WORST_ONWARDS, [0, ''])
    const exact = text === null ? [] : (await database.query(WITH_THIS_ID, wanted)).rows.map(listedRow)
    return { rows: withFirst(exact, rows.slice(0, size)), hasBefore: false, hasAfter: rows.length > size }
  }
  const place = [RANKS[start.place.status], start.place.id]
  if (start.direction === 'onwards') {
    const rows = await read(WORST_ONWARDS, place)
    return { rows: rows.slice(0, size), hasBefore: true, hasAfter: rows.length > size }
  }
  const rows = await read(WORST_BACKWARDS, place)
  // The first page is a whole one, wherever one comes from.
  if (rows.length <= size) return worstFirst(database, search, null, size)
  return { rows: rows.slice(0, size).toReversed(), hasBefore: true, hasAfter: true }
}

/** Whoever types a whole id wants that token, and not the worse ones that begin with it. */
function withFirst(exact: readonly ListedRow[], rows: readonly ListedRow[]): readonly ListedRow[] {
  return [...exact, ...rows.filter(({ id }) => exact.every((each) => each.id !== id))]
}

async function lastChanges(database: Database, limit: number): Promise<readonly LastChange[]> {
  const { rows } = await database.query(LAST_CHANGES, [limit])
  return rows.map((row) => ({
    seq: row.seq,
    tokenId: row.token_id,
    tenant: row.tenant,
    appId: row.app_id,
    atMs: row.at.getTime(),
    event: row.event,
    previousStatus: row.previous_status,
    status: row.status,
    findings: row.findings,
    count: row.count,
  }))
}
