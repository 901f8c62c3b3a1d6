import type { Secret } from '../config/secret.ts'
import type { Database } from './database.ts'

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

/** `null` where the package `pg` is not installed. Connects with the first question. */
export async function openDatabase(url: Secret): Promise<OpenedDatabase | null> {
  const loaded = await import('pg').catch((error: unknown) => {
    if (isMissing(error)) return null
    throw error
  })
  if (loaded === null) return null
  const pool = new loaded.default.Pool({
    connectionString: url.reveal(),
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_MS,
    statement_timeout: STATEMENT_MS,
    // Our statements are short: to compile one takes longer than to run it.
    options: '-c jit=off',
    keepAlive: true,
    application_name: 'whatsapp-token-guard',
  })
  // A connection that nobody uses breaks too. Without a listener that would end the process.
  pool.on('error', () => {})
  return {
    query: (text, values) => pool.query(text, values),
    read: async (text, values) => {
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
    },
    end: () => pool.end(),
  }
}

function isMissing(error: unknown): boolean {
  const { code } = error as { readonly code?: unknown }
  return code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND'
}
