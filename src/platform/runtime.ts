/** Bun or Node: asked here, so that nobody else needs to know. */
export const isBun = process.versions.bun !== undefined

/** `bun 1.4.5`, `node 20.20.2`. */
export const RUNTIME: string = isBun ? `bun ${process.versions.bun}` : `node ${process.versions.node}`
