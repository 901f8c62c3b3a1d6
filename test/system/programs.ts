import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = new URL('../..', import.meta.url).pathname

export type Runtime = {
  readonly name: string
  readonly command: readonly string[]
  /** Not on this machine: its tests are skipped by name. */
  readonly isMissing: boolean
}

export function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`]).status === 0
}

/** Bun puts a `node` of its own into PATH: it is not one. */
export const isNode = (path: string) =>
  spawnSync(path, ['-p', 'process.versions.bun ?? ""']).stdout?.toString().trim() === ''

export const RUNTIMES: readonly Runtime[] = [
  { name: 'bun', command: [process.execPath, join(ROOT, 'dist/cli.js')], isMissing: false },
  { name: 'node', command: ['node', join(ROOT, 'dist/cli.js')], isMissing: !isNode('node') },
]

export type Ended = { readonly code: number | null; readonly stdout: string; readonly stderr: string }

/** Runs a program in an empty folder with nothing but the given environment: to its end, or until it has said enough. */
export async function run(
  command: readonly string[],
  env: Readonly<Record<string, string>>,
  until?: RegExp,
): Promise<Ended> {
  const [program = '', ...args] = command
  const cwd = mkdtempSync(join(tmpdir(), 'token-guard-'))
  try {
    const child = spawn(program, args, {
      cwd,
      env: { PATH: process.env['PATH'] ?? '', HOME: cwd, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: 20_000,
    })
    const printed = { stdout: '', stderr: '' }
    child.stdout.on('data', (data) => {
      printed.stdout += String(data)
      if (until?.test(printed.stdout) === true) child.kill()
    })
    child.stderr.on('data', (data) => (printed.stderr += String(data)))
    const code = await new Promise<number | null>((resolve, reject) =>
      child.once('error', reject).once('close', resolve),
    )
    return { code, ...printed }
  } finally {
    rmSync(cwd, { recursive: true, force: true })
  }
}
