/** What stays out of the bundle: loaded on Node behind a proxy only, and larger than all the rest. */
export const EXTERNAL = ['undici']
/** What the users of a fleet install themselves. */
export const PEERS = ['pg', '@electric-sql/pglite']
