/** What stays out of the bundle: loaded on Node behind a proxy only, and larger than all the rest. */
export const EXTERNAL = ['undici']
/** PostgreSQL inside a process, to try a fleet: some 30 MB. */
export const EMBEDDED = '@electric-sql/pglite'
/** What the users of a fleet install themselves. */
export const PEERS = ['pg', EMBEDDED]
