/** PostgreSQL, as a pool of `pg` and a PGlite offer it. */
export type Database = {
  query(text: string, values?: any[]): Promise<{ rows: any[] }>
}

/** A connection, lack of resources, a shutdown, a deadlock, a broken disk: a later question may be answered. */
const AWAY = /^(?:08|53|57|40|58|XX)/
/** A password, a right, a database, a table: people change them, and change them back. */
const MENDABLE = /^(?:28|3D|3F|42501|42P01|25006)/
/** Two that waited for each other: PostgreSQL ends one, which may try again. */
const COLLISION = /^40/
/** Our own mistake, or a pooler's, in the class of connections. */
export const PROTOCOL = '08P01'

/** They come from our own code. */
const DEFECTS = [TypeError, RangeError, ReferenceError, SyntaxError]

/** Whether the database is away for a while, not wrong. */
export function isAway(error: unknown): boolean {
  if (DEFECTS.some((defect) => error instanceof defect)) return false
  const code = sqlState(error)
  // Without a code of PostgreSQL's own the connection broke, or was never made.
  return code === null || (AWAY.test(code) && code !== PROTOCOL)
}

/** Whether it was only in the way of another question. */
export function isCollision(error: unknown): boolean {
  return COLLISION.test(sqlState(error) ?? '')
}

/** Whether somebody may mend it while a worker waits; else it is a defect of this program. */
export function isMendable(error: unknown): boolean {
  return isAway(error) || MENDABLE.test(sqlState(error) ?? '')
}

/** PostgreSQL's code of five characters. */
export function sqlState(error: unknown): string | null {
  const { code } = (typeof error === 'object' && error !== null ? error : {}) as { readonly code?: unknown }
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) ? code : null
}
