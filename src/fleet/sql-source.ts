import { isAway } from './database.ts'
import type { OpenedDatabase } from './open-database.ts'
import type { ListedToken } from './row.ts'
import type { FleetSource } from './source.ts'

/** The tokens of a fleet by two queries over the user's own tables. */

type Queries = { readonly listSql: string; readonly tokenSql: string }

export function sqlSource(database: Pick<OpenedDatabase, 'read'>, { listSql, tokenSql }: Queries): FleetSource {
  return {
    list: async (after, limit) => {
      const { rows } = await database.read(listSql, [after, limit])
      return (rows as readonly Record<string, unknown>[]).map(listedFrom)
    },
    tokens: async (ids) => {
      const { rows } = await database.read(tokenSql, [ids])
      return new Map(
        (rows as readonly Record<string, unknown>[]).flatMap(({ id, token }) =>
          typeof token === 'string' ? [[String(id), token] as const] : [],
        ),
      )
    },
  }
}

/**
 * What is wrong with the queries: a query's variable, and the end of a sentence. Throws where the database is away.
 * `clean` makes its words fit to be shown.
 */
export async function lackIn(
  database: Pick<OpenedDatabase, 'read'>,
  { listSql, tokenSql }: Queries,
  clean: (text: string) => string,
): Promise<{ readonly name: string; readonly problem: string } | null> {
  const rows = [
    ['TOKEN_GUARD_FLEET_LIST_SQL', listSql, [null, 0], ['id']],
    ['TOKEN_GUARD_FLEET_TOKEN_SQL', tokenSql, [[]], ['id', 'token']],
  ] as const
  for (const [name, sql, values, wanted] of rows) {
    try {
      const { columns } = await database.read(sql, [...values])
      const missing = wanted.find((column) => !columns.includes(column))
      if (missing !== undefined) return { name, problem: `gives no column "${missing}"` }
    } catch (error) {
      if (isAway(error)) throw error
      return { name, problem: `is refused by the database: ${clean(error instanceof Error ? error.message : '')}` }
    }
  }
  return null
}

function listedFrom(row: Record<string, unknown>): ListedToken {
  const text = (name: string) => (row[name] === null || row[name] === undefined ? null : String(row[name]))
  return {
    id: text('id') ?? '',
    tenant: text('tenant'),
    appId: text('app_id'),
    businessAccountId: text('business_account_id'),
    phoneNumberId: text('phone_number_id'),
    version: text('version'),
  }
}
