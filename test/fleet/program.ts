import { afterAll, afterEach, beforeAll, beforeEach } from 'bun:test'
import type { Pool } from 'pg'
import type { Environment, Program } from '../process/harness.ts'
import { hasPostgres, Postgres } from '../system/postgres.ts'
import { startSandbox } from './fleet.ts'

/** The program over a table of the user's own, in a database of its own. */

export const OPERATOR = 'operator-token-of-this-test'
export const AUTHORIZED = { headers: { authorization: `Bearer ${OPERATOR}` } }
export const TOKENS = 12

export type Shop = {
  postgres: Postgres
  pool: Pool
  graph: Awaited<ReturnType<typeof startSandbox>>
  tokens: readonly string[]
  env: Environment
  secrets: () => readonly string[]
}

/** Each test gets a database, a sandbox and tokens of its own. */
export function useShop(settings: readonly string[] = []): Shop {
  const shop = {} as Shop
  let names = 0
  beforeAll(() => {
    if (hasPostgres) shop.postgres = new Postgres(settings)
  })
  afterAll(() => shop.postgres?.[Symbol.asyncDispose]())
  beforeEach(async () => {
    if (hasPostgres) await open(shop, ++names)
  })
  afterEach(() => shop.graph?.[Symbol.asyncDispose]())
  return shop
}

async function open(shop: Shop, nth: number): Promise<void> {
  const { postgres } = shop
  shop.graph = await startSandbox()
  shop.tokens = await shop.graph.issue(TOKENS)
  const [ours, theirs] = [`fleet_${nth}`, `shop_${nth}`]
  await postgres.database(ours)
  await postgres.database(theirs)
  shop.pool = postgres.pool(ours)
  const customers = await postgres.pool(theirs).connect()
  // The log of our own questions is to be searched.
  await customers.query('set log_statement = none; set log_min_duration_statement = -1')
  await customers.query('create table customer (id int primary key, name text, token text)')
  await customers.query(
    'insert into customer select n, $1 || n, t from unnest($2::text[]) with ordinality as of(t, n)',
    ['customer ', shop.tokens],
  )
  customers.release()
  const { appId, appSecret } = shop.graph.sandbox
  shop.secrets = () => [...shop.tokens, appSecret, OPERATOR]
  shop.env = {
    META_APP_ID: appId,
    META_APP_SECRET: appSecret,
    GRAPH_API_URL: shop.graph.url,
    TOKEN_GUARD_FLEET_DATABASE: postgres.urlOf(ours),
    TOKEN_GUARD_FLEET_SOURCE: postgres.urlOf(theirs),
    TOKEN_GUARD_FLEET_LIST_SQL:
      'select id, name as tenant from customer where $1::int is null or id > $1::int order by id limit $2',
    TOKEN_GUARD_FLEET_TOKEN_SQL: 'select id, token from customer where id = any($1::int[])',
    TOKEN_GUARD_FLEET_INTERVAL: '1s',
    TOKEN_GUARD_FLEET_SYNC_INTERVAL: '1s',
    TOKEN_GUARD_FLEET_RATE: '500',
    TOKEN_GUARD_OPERATOR_TOKEN: OPERATOR,
    TOKEN_GUARD_HOST: '127.0.0.1',
    TOKEN_GUARD_PORT: '0',
    TOKEN_GUARD_BOOT_TIMEOUT: '2s',
    LOG_LEVEL: 'debug',
  }
}

export async function get(
  program: Program,
  path: string,
  init: RequestInit = AUTHORIZED,
): Promise<{ readonly status: number; readonly json: any; readonly text: string }> {
  const { port } = await program.waitFor('fleet.listening')
  const response = await fetch(`http://127.0.0.1:${port}${path}`, init)
  const text = await response.text()
  return { status: response.status, text, json: text.startsWith('{') ? JSON.parse(text) : null }
}

/** Asks until the answer is the expected one. */
export async function getUntil(program: Program, path: string, isExpected: (json: any) => boolean): Promise<any> {
  const endMs = performance.now() + 15_000
  for (;;) {
    const { json } = await get(program, path)
    if (isExpected(json)) return json
    if (performance.now() > endMs) throw new Error(`${path} stays ${JSON.stringify(json)}`)
    await Bun.sleep(50)
  }
}
