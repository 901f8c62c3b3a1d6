import { asking } from '../../src/fleet/asking.ts'
import type { Database } from '../../src/fleet/database.ts'
import { MIGRATION } from '../../src/fleet/schema.ts'
import type { FleetSource } from '../../src/fleet/source.ts'
import { Worker, type WorkerDeps, type WorkerEvent } from '../../src/fleet/worker.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { policy } from '../../src/verification/verification.fake.ts'
import type { Postgres } from '../system/postgres.ts'
import { createSandbox, type Sandbox } from '../../src/sandbox/sandbox.ts'

/** Workers over a real database, which ask the sandbox over real sockets. */

export type Listed = {
  readonly id: string
  readonly token: string
  readonly tenant?: string
  readonly appId?: string
  readonly businessAccountId?: string
  readonly phoneNumberId?: string
  readonly version?: string
}

/** A list in memory, in the order of the ids. */
export function sourceOf(rows: Map<string, Listed>): FleetSource {
  return {
    list: async (after, limit) =>
      [...rows.values()]
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
        .filter(({ id }) => after === null || id > after)
        .slice(0, limit)
        .map(({ token: _token, ...listed }) => listed),
    tokens: async (ids) =>
      new Map(ids.flatMap((id) => (rows.has(id) ? [[id, rows.get(id)?.token ?? ''] as const] : []))),
  }
}

export async function startSandbox(answer?: (request: Request) => Response | Promise<Response> | undefined) {
  const sandbox = createSandbox()
  const asked: { readonly atMs: number; readonly path: string; readonly token: string | null }[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    idleTimeout: 0,
    fetch: (request) => {
      const url = new URL(request.url)
      const path = url.pathname.replace(/^\/v[\d.]+/, '')
      asked.push({ atMs: performance.now(), path, token: url.searchParams.get('input_token') })
      return answer?.(request) ?? sandbox.fetch(request)
    },
  })
  const control = async (path: string, method = 'POST') =>
    (await sandbox.fetch(new Request(`${server.url.origin}/__sandbox/${path}`, { method }))).json() as Promise<any>
  return {
    sandbox,
    url: server.url.origin,
    asked,
    issue: async (count: number): Promise<readonly string[]> => (await control(`tokens?count=${count}`)).tokens,
    revoke: (count: number) => control(`revoke?count=${count}`),
    play: (name: string) => control(`scenario/${name}`, 'PUT'),
    [Symbol.asyncDispose]: async () => {
      sandbox.close()
      await server.stop(true)
    },
  }
}

/** Of the workers in these tests. */
export const INTERVAL_MS = 500

export type Setting = {
  readonly database: Database
  readonly source: FleetSource
  readonly graphUrl: string
  readonly sandbox: Sandbox
  readonly changes?: Partial<WorkerDeps>
}

/** One worker that checks what it is asked to, and what it reported. */
export function idleWorker({ database, source, graphUrl, sandbox, changes = {} }: Setting) {
  const events: WorkerEvent[] = []
  const { appId, appSecret } = sandbox
  const demanded = policy({ appId, businessAccountId: null, phoneNumberIds: [], hasAppSecret: true })
  const worker = new Worker({
    database,
    source,
    clock: systemClock,
    policy: demanded,
    graphVersion: 'v25.0',
    intervalMs: INTERVAL_MS,
    assetIntervalMs: INTERVAL_MS,
    syncIntervalMs: 500,
    rate: 1_000,
    setting: null,
    holdMs: 900_000,
    telling: null,
    random: Math.random,
    guardedToken: asking({
      fetch: (url, init) => fetch(url, init),
      viaProxy: false,
      clock: systemClock,
      graphUrl,
      graphVersion: 'v25.0',
      checkTimeoutMs: 5_000,
      appSecret: { reveal: () => appSecret } as never,
      onRequest: () => {},
    }),
    onEvent: (event) => void events.push(event),
    ...changes,
  })
  return { worker, events }
}

/** One worker at work. */
export function startWorker(setting: Setting) {
  const { worker, events } = idleWorker(setting)
  const ended = worker.run()
  return {
    worker,
    events,
    stop: async () => {
      worker.stop()
      await ended
    },
  }
}

export async function migrated(database: Database): Promise<Database> {
  await database.query(MIGRATION)
  return database
}

let databases = 0
export const idOf = (n: number) => `token-${String(n).padStart(4, '0')}`

/** A fleet of its own: a database, a sandbox, so many tokens of as many tenants, and workers on demand. */
export async function startFleet(postgres: Postgres, count: number, changes: Setting['changes'] = {}) {
  const name = `fleet_${++databases}`
  await postgres.database(name)
  const pool = postgres.pool(name)
  await migrated(pool)
  const graph = await startSandbox()
  const tokens = await graph.issue(count)
  const rows = new Map<string, Listed>(
    tokens.map((token, n) => [idOf(n), { id: idOf(n), token, tenant: `tenant-${n}` }]),
  )
  const workers: ReturnType<typeof startWorker>[] = []
  return {
    pool,
    graph,
    rows,
    row: (n: number): Listed => rows.get(idOf(n)) ?? { id: idOf(n), token: '' },
    work: (more: Setting['changes'] = {}) => {
      const worker = startWorker({
        database: postgres.pool(name),
        source: sourceOf(rows),
        graphUrl: graph.url,
        sandbox: graph.sandbox,
        changes: { ...changes, ...more },
      })
      workers.push(worker)
      return worker
    },
    [Symbol.asyncDispose]: async () => {
      await Promise.all(workers.map(({ stop }) => stop()))
      await graph[Symbol.asyncDispose]()
    },
  }
}

export type Fleet = Awaited<ReturnType<typeof startFleet>>

/** Asks the database until it says so: what workers write comes without an event here. */
export async function until<T>(what: string, look: () => Promise<T | null>, ms = 20_000): Promise<T> {
  const endMs = performance.now() + ms
  for (;;) {
    const found = await look()
    if (found !== null) return found
    if (performance.now() > endMs) throw new Error(`not within ${ms} ms: ${what}`)
    await Bun.sleep(50)
  }
}

export async function statuses({ pool }: Pick<Fleet, 'pool'>): Promise<Record<string, number>> {
  const { rows } = await pool.query('select status, count(*)::int from token_guard.token group by status')
  return Object.fromEntries(rows.map(({ status, count }) => [status, count]))
}

export async function allAre(fleet: Fleet, expected: Record<string, number>): Promise<void> {
  await until(JSON.stringify(expected), async () => (Bun.deepEquals(await statuses(fleet), expected) ? true : null))
}

export async function changesIn(pool: Fleet['pool']) {
  return (await pool.query('select token_id, event, previous_status, status from token_guard.change order by seq')).rows
}

export const asksOf = ({ graph }: Pick<Fleet, 'graph'>) => graph.asked.filter(({ path }) => path === '/debug_token')

/** How often the row was checked that was checked least. */
export async function rounds(pool: Fleet['pool']): Promise<number> {
  return Number((await pool.query('select min(claim) as claim from token_guard.token')).rows[0]?.claim)
}
