import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Pool } from 'pg'
import { MIGRATION } from '../../src/fleet/schema.ts'
import { startReceiver } from '../../test/process/receiver.ts'
import { Postgres } from '../../test/system/postgres.ts'
import { started } from '../measure.ts'
import { BUN, ROOT } from '../world.ts'
import { appOf } from './apps-of.ts'
import type { Asked } from './asked.ts'
import { startWorker, type BenchWorker } from './bench-worker.ts'

/** A fleet for one drill: PostgreSQL, a Graph, a receiver of messages, and workers of the real program. */

export type StageOptions = {
  readonly tokens: number
  /** Each token has an app of its own. */
  readonly hasManyApps?: boolean
  readonly tenantOf?: (nth: number) => string
  readonly graphMs: readonly [number, number]
  readonly interval: string
  readonly rate: number
  readonly runtime?: string
  readonly env?: Readonly<Record<string, string>>
}

export const OPERATOR = 'operator-token-of-the-bench'
let databases = 0

/** With what makes it durable, which the tests go without. */
export const openPostgres = (...settings: readonly string[]) => new Postgres(['fsync=on', ...settings])

export async function openStage(postgres: Postgres, options: StageOptions) {
  const program = copyProgram()
  const [ours, theirs] = [`fleet_${++databases}`, `shop_${databases}`]
  await postgres.database(ours)
  await postgres.database(theirs)
  const pool = postgres.pool(ours)
  await pool.query(MIGRATION)
  const graph = await startGraph(options)
  await fillCustomers(postgres.pool(theirs), graph.tokens, options)
  const receiver = startReceiver()
  const workers: BenchWorker[] = []
  const env = {
    META_APP_ID: graph.appId,
    META_APP_SECRET: graph.appSecret,
    GRAPH_API_URL: graph.url,
    TOKEN_GUARD_FLEET_DATABASE: postgres.urlOf(ours),
    TOKEN_GUARD_FLEET_SOURCE: postgres.urlOf(theirs),
    TOKEN_GUARD_FLEET_LIST_SQL:
      'select id, tenant, app_id from customer where $1::int is null or id > $1::int order by id limit $2',
    TOKEN_GUARD_FLEET_TOKEN_SQL: 'select id, token from customer where id = any($1::int[])',
    TOKEN_GUARD_FLEET_INTERVAL: options.interval,
    TOKEN_GUARD_FLEET_RATE: String(options.rate),
    TOKEN_GUARD_OPERATOR_TOKEN: OPERATOR,
    TOKEN_GUARD_HOST: '127.0.0.1',
    TOKEN_GUARD_PORT: '0',
    ...receiver.env,
    ...options.env,
  }
  return {
    pool,
    graph,
    receiver,
    workers,
    start: async () => {
      const worker = await startWorker(options.runtime ?? BUN, program.cli, env)
      workers.push(worker)
      return worker
    },
    [Symbol.asyncDispose]: async () => {
      for (const worker of workers) await worker.kill()
      await graph.stop()
      await receiver[Symbol.asyncDispose]()
      program.end()
    },
  }
}

export type Stage = Awaited<ReturnType<typeof openStage>>

/** A build meanwhile changes nothing. */
function copyProgram() {
  const folder = mkdtempSync(join(tmpdir(), 'token-guard-bench-'))
  cpSync(join(ROOT, 'dist'), join(folder, 'dist'), { recursive: true })
  cpSync(join(ROOT, 'package.json'), join(folder, 'package.json'))
  symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'))
  return { cli: join(folder, 'dist/cli.js'), end: () => rmSync(folder, { recursive: true }) }
}

async function startGraph({ tokens, hasManyApps = false, graphMs }: StageOptions) {
  const values = [...graphMs, tokens, hasManyApps ? tokens : 1].map(String)
  const { output, stop } = await started({ argv: [BUN, join(import.meta.dir, 'graph.ts'), ...values] }, {}, /\n/)
  const said = JSON.parse(output) as { readonly url: string; readonly appId: string; readonly appSecret: string }
  const get = async (path: string) => (await fetch(`${said.url}/${path}`)).json() as Promise<unknown>
  const control = async (path: string, method: 'POST' | 'PUT') => {
    await fetch(`${said.url}/__sandbox/${path}`, { method })
  }
  return {
    ...said,
    tokens: (await get('tokens')) as readonly string[],
    asked: async () => (await get('asked')) as readonly Asked[],
    /** The oldest that are alive. */
    revoke: (count: number) => control(`revoke?count=${count}`, 'POST'),
    play: (scenario: string) => control(`scenario/${scenario}`, 'PUT'),
    stop,
  }
}

async function fillCustomers(pool: Pool, tokens: readonly string[], options: StageOptions): Promise<void> {
  const { hasManyApps = false, tenantOf = (nth) => `tenant ${nth}` } = options
  const client = await pool.connect()
  // The log of the fleet's own questions is searched for tokens.
  await client.query('set log_statement = none; set log_min_duration_statement = -1')
  await client.query('create table customer (id int primary key, tenant text, app_id text, token text)')
  await client.query(
    'insert into customer select nth - 1, tenant, app_id, token from unnest($1::text[], $2::text[], $3::text[]) with ordinality as c(tenant, app_id, token, nth)',
    [tokens.map((_, nth) => tenantOf(nth)), tokens.map((_, nth) => (hasManyApps ? appOf(nth) : null)), tokens],
  )
  client.release()
}

/** The process above all of PostgreSQL's. */
export async function postmasterOf(pool: Pool): Promise<number> {
  const { rows } = await pool.query('select pg_backend_pid() as pid')
  return Number(/PPid:\s+(\d+)/.exec(readFileSync(`/proc/${rows[0].pid}/status`, 'utf8'))?.[1])
}

export async function countIn(pool: Pool, from: string): Promise<number> {
  return Number((await pool.query(`select count(*) from token_guard.${from}`)).rows[0].count)
}

/** Until the database says so. */
export async function until(what: string, look: () => Promise<boolean>, ms: number): Promise<number> {
  const startMs = Date.now()
  while (!(await look())) {
    if (Date.now() - startMs > ms) throw new Error(`not within ${ms} ms: ${what}`)
    await Bun.sleep(250)
  }
  return Date.now() - startMs
}
