/** Bun or Node: asked here, so that no other module needs to know. */
export const isBun = process.versions.bun !== undefined

/** One binary, with the runtime in it: its own files are in a file system that exists nowhere else. */
export const isCompiled = isBun && /^(?:\/\$bunfs\/|[A-Z]:[\\/]~BUN[\\/])/.test(Bun.main)

/** Bun takes `proxy: false` from 1.4.3 on; before 1.4 it proxies node:http too. */
export const isProxyForced = isBun && Bun.semver.order(Bun.version, '1.4.3') < 0

/** What the runtime does before the first line runs. Bun puts the values of .env files into the environment, and Node reads
 * the file of `--env-file`, wherever that stands; the binary does neither. */
export const ENV_FILES = {
  runtimeLoadsEnvFiles: isBun && !isCompiled,
  runtimeTakesEnvFile: !isBun,
} as const

/** `false` in a worker. On Bun node:worker_threads costs a start 3 ms. */
export function isMainThread(): boolean {
  return isBun ? Bun.isMainThread : process.getBuiltinModule('node:worker_threads').isMainThread
}

/** `bun 1.4.5`, `node 20.20.2`. */
export const RUNTIME: string = isBun ? `bun ${process.versions.bun}` : `node ${process.versions.node}`
