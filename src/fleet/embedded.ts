import type { OpenedDatabase } from './open-database.ts'

/** PostgreSQL inside this process, in memory: to try a fleet, and for nothing else. `null` where it is not installed. */
export async function openEmbedded(): Promise<Omit<OpenedDatabase, 'read'> | null> {
  const loaded = await import('@electric-sql/pglite').catch(() => null)
  if (loaded === null) return null
  const database = await loaded.PGlite.create()
  return {
    query: async (text, values) => {
      if (values !== undefined) return database.query(text, values)
      // Only without values several statements may be one text.
      const results = await database.exec(text)
      return { rows: results.at(-1)?.rows ?? [] }
    },
    end: () => database.close(),
  }
}
