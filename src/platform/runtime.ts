/** Bun or Node: asked here, so that no other module needs to know. */
export const isBun = process.versions.bun !== undefined

/** `false` in a worker. On Bun node:worker_threads costs a start 3 ms. */
export function isMainThread(): boolean {
  return isBun ? Bun.isMainThread : process.getBuiltinModule('node:worker_threads').isMainThread
}

/** `bun 1.4.5`, `node 20.20.2`. */
export const RUNTIME: string = isBun ? `bun ${process.versions.bun}` : `node ${process.versions.node}`
