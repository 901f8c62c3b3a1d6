import type { Pool, PoolConfig } from 'pg'
import type { Secret } from '../config/secret.ts'
import { PROTOCOL, sqlState, type Database } from './database.ts'

/** A pool of connections to PostgreSQL. */
export type OpenedDatabase = Database & {
  /** One question that changes nothing, with the names of its columns. */
  readonly read: (text: string, values: any[]) => Promise<{ readonly rows: any[]; readonly columns: readonly string[] }>
  readonly end: () => Promise<void>
}

const CONNECTIONS_MAX = 4
const CONNECT_MS = 5_000
/** A statement of ours takes some milliseconds, also among a million rows. */
const STATEMENT_MS = 15_000
const READ_MS = 10_000

/** Our statements are short: to compile one takes longer than to run it. */
const AT_START = { statement_timeout: STATEMENT_MS, options: '-c jit=off' }
/** Where a pooler in between lets neither through, we wait no longer, and PostgreSQL goes on. */
const WITHOUT = { query_timeout: STATEMENT_MS }

/** `null` where the package `pg` is not installed. Connects with the first question. */
export async function openDatabase(url: Secret): Promise<OpenedDatabase | null> {
  const loaded = await import('pg').catch((error: unknown) => {
    if (isMissing(error)) return null
    throw error
  })
  if (loaded === null) return null
  const { Pool } = loaded.default
  let pool = connect(Pool, url, AT_START)
  const ask = async <Answer>(question: (pool: Pool) => Promise<Answer>): Promise<Answer> => {
    const asked = pool
    try {
      return await question(asked)
    } catch (error) {
      if (!isStartRefused(error)) throw error
      if (pool === asked) {
        pool = connect(Pool, url, WITHOUT)
        void asked.end()
      }
      return question(pool)
    }
  }
  return {
    query: (text, values) => ask((each) => each.query(text, values)),
    read: (text, values) => ask((each) => readOnly(each, text, values)),
    end: () => pool.end(),
  }
}

function connect(Pool: new (config: PoolConfig) => Pool, url: Secret, limits: PoolConfig): Pool {
  const pool = new Pool({
    connectionString: url.reveal(),
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    application_name: 'whatsapp-token-guard',
    ...limits,
  })
  // A connection that nobody uses breaks too. Without a listener that would end the process.
  pool.on('error', () => {})
  return pool
}

async function readOnly(pool: Pool, text: string, values: any[]) {
  const client = await pool.connect()
  try {
    await client.query(`begin read only; set local statement_timeout = ${READ_MS}`)
    const { rows, fields } = await client.query(text, values)
    await client.query('commit')
    client.release()
    return { rows, columns: fields.map(({ name }) => name) }
  } catch (error) {
    // The connection ends, and its transaction with it.
    client.release(true)
    throw error
  }
}

/** PgBouncer and its kind know some parameters of a start, and refuse others. */
function isStartRefused(error: unknown): boolean {
  return sqlState(error) === PROTOCOL && /startup parameter/i.test(String((error as Error).message))
}

function isMissing(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown }
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
}
