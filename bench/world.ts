import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { isNode } from '../test/system/programs.ts'
import { started } from './measure.ts'

export const ROOT = join(import.meta.dir, '..')
export const PEERS = join(import.meta.dir, 'peers')
export const BUN = process.execPath
/** Under `bun run` the first one of PATH is Bun, by another name. */
export const NODE =
  Bun.env['PATH']
    ?.split(delimiter)
    .map((folder) => join(folder, 'node'))
    .find(isNode) ?? 'node'
export const CLI = join(ROOT, 'dist/cli.js')
export const PRELOAD = join(ROOT, 'dist/boot.js')

/** Compiles the program with its runtime into one file, as a release does. Returns its path. */
function compile(folder: string): string {
  const [target, out] = [`linux-${process.arch}`, join(folder, 'binary')]
  const made = spawnSync(BUN, ['.ci/binary.mjs', '--target', target, '--out', out], { cwd: ROOT })
  if (made.status !== 0) throw new Error(`.ci/binary.mjs: ${String(made.stderr)}`)
  return join(out, `whatsapp-token-guard-${target}`)
}

export type World = {
  readonly env: Record<string, string>
  readonly folder: string
  readonly compiled: string
  readonly end: () => Promise<void>
}

/** Starts the sandbox behind TLS in its own process. Returns what a client needs to reach it. */
export async function openWorld(): Promise<World> {
  const folder = mkdtempSync(join(tmpdir(), 'token-guard-bench-'))
  const [key, certificate] = [join(folder, 'key.pem'), join(folder, 'cert.pem')]
  const kind = 'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2'
  const name = '-subj /CN=localhost -addext subjectAltName=DNS:localhost'
  const made = spawnSync('openssl', [...`${kind} ${name}`.split(' '), '-keyout', key, '-out', certificate])
  if (made.status !== 0) throw new Error(`openssl: ${String(made.stderr)}`)
  const graph = await started({ argv: [BUN, join(import.meta.dir, 'graph.ts'), key, certificate] }, {}, /\n/)
  const env = { ...(JSON.parse(graph.output) as Record<string, string>), NODE_EXTRA_CA_CERTS: certificate }
  return {
    env,
    folder,
    compiled: compile(folder),
    end: async () => {
      await graph.stop()
      rmSync(folder, { recursive: true })
    },
  }
}
