/** Bun or Node: asked here, so that nobody else needs to know. */
export const isBun = process.versions.bun !== undefined
