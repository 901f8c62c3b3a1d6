import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

const ROOT = new URL('../..', import.meta.url).pathname

/** An empty project into which the package is installed from its tarball, as users get it. */
export function packedProject(packages: readonly string[]) {
  const folder = mkdtempSync(join(tmpdir(), 'token-guard-packed-'))
  const must = (program: string, args: readonly string[], cwd: string) => {
    const { status, stdout, stderr } = spawnSync(program, args, { cwd })
    if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${String(stdout)}${String(stderr)}`)
    return String(stdout)
  }
  // Built already: what is packed is what the tests try.
  const packed = must('node', ['.ci/pack.mjs', folder], ROOT)
  const tarball = packed.trim()
  const project = join(folder, 'project')
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), '{"name":"project","private":true,"type":"module"}')
  must('npm', ['install', '--no-audit', '--no-fund', '--silent', tarball, ...packages], project)
  return {
    path: project,
    tarball,
    write: (name: string, text: string) => writeFileSync(join(project, name), text),
    /** Not synchronously: the sandbox answers from this very process. */
    run: async (program: string, args: readonly string[], env: Readonly<Record<string, string>> = {}) => {
      const clean = { PATH: process.env['PATH'] ?? '', HOME: folder, ...env }
      const child = spawn(program, args, {
        cwd: project,
        env: clean,
        timeout: 60_000,
        stdio: ['ignore', 'pipe', 'pipe'],
      })
      const printed = { stdout: '', stderr: '' }
      for (const stream of ['stdout', 'stderr'] as const)
        child[stream].on('data', (data) => (printed[stream] += String(data)))
      const status = await new Promise<number | null>((resolve) => child.once('close', resolve))
      return { status, ...printed }
    },
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
