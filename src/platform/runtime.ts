/** Bun or Node: asked here, so that nobody else needs to know. */
export const isBun = process.versions.bun !== undefined

export const RUNTIME = isBun ? `bun ${process.versions.bun}` : `node ${process.versions.node}`
