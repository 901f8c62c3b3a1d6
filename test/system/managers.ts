import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isAlive } from '../process/backend.ts'
import type { Environment } from '../process/harness.ts'
import { projectOf } from '../process/preloaded.ts'
import { has, RUNTIMES } from './programs.ts'

/** Programs that start a backend again: installed as their users install them, with the preload in front of the backend. */

const ROOT = new URL('../..', import.meta.url).pathname
const SHIPPED = join(ROOT, 'deploy/pm2/ecosystem.config.cjs')
const PACKAGES = ['pm2@7.0.4', 'nodemon@3.1.14', 'tsx@4.23.15']
const INSTALL_MS = 240_000
// Kept between runs: they are 38 MB.
const folder = join(tmpdir(), 'token-guard-test-managers')
const stamp = join(folder, 'installed')

/** Installs them where they are not there yet; says why they cannot be. */
export function installManagers(): string | null {
  if (RUNTIMES.some(({ name, isMissing }) => name === 'node' && isMissing)) return 'there is no Node in PATH'
  if (!has('npm')) return 'there is no npm in PATH'
  const wanted = PACKAGES.join(' ')
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return null
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), '{"private":true}')
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', ...PACKAGES]
  const { status, stderr } = spawnSync('npm', args, { cwd: folder, timeout: INSTALL_MS })
  if (status !== 0) return `npm cannot install ${wanted}: ${String(stderr).trim().split('\n')[0] ?? ''}`
  writeFileSync(stamp, wanted)
  return null
}

export function programOf(name: string): string {
  return join(folder, 'node_modules/.bin', name)
}

/** Its first line, then a child of its own. What is started is written down, since managers keep what is printed. */
const BACKEND = `
import cluster from 'node:cluster'
import { appendFileSync } from 'node:fs'
appendFileSync(process.env.STARTS, (process.env.IS_CHILD === '1' ? 'child ' : 'backend ') + process.pid + '\\n')
if (cluster.isPrimary) cluster.fork({ IS_CHILD: '1' })
setInterval(() => {}, 60_000)
`

/** The same behind `run`, which reports its signals and ends a moment after the first, so that a second one would be seen. */
const PYTHON_BACKEND = `
import os, signal, threading, time
def report(line):
    with open(os.environ['STARTS'], 'a') as starts:
        starts.write(line + '\\n')
def end(number, _frame):
    report(f'{signal.Signals(number).name} {os.getpid()}')
    threading.Timer(0.3, os._exit, [0]).start()
for each in (signal.SIGINT, signal.SIGTERM):
    signal.signal(each, end)
report(f'backend {os.getpid()}')
while True:
    time.sleep(60)
`

/** The preload in front of a backend's own file. */
export const PRELOAD = ['--import', 'whatsapp-token-guard/boot']
const WAIT_MS = 30_000

/** A project with a backend that reports its starts. */
export function managedProject() {
  const project = projectOf(BACKEND)
  const starts = join(project.path, 'starts')
  writeFileSync(starts, '')
  writeFileSync(join(project.path, 'bot.py'), PYTHON_BACKEND)
  // As an installation makes it.
  mkdirSync(join(project.path, 'node_modules/.bin'))
  symlinkSync(join(ROOT, 'dist/cli.js'), join(project.path, 'node_modules/.bin/token-guard'))
  const pids = (kind: string) =>
    [...readFileSync(starts, 'utf8').matchAll(new RegExp(`^${kind} (\\d+)$`, 'gm'))].map(([, pid]) => Number(pid))
  const read = (name: string) => {
    const path = join(project.path, name)
    return existsSync(path) ? readFileSync(path, 'utf8') : ''
  }
  const kill = () => {
    for (const pid of [...pids('backend'), ...pids('child')]) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  }
  const app = { name: 'bot', script: 'app.mjs', node_args: PRELOAD }
  return {
    path: project.path,
    env: {
      STARTS: starts,
      PM2_HOME: join(project.path, 'pm2'),
      PM2_DISABLE_VERSION_CHECK: 'true',
    } satisfies Environment,
    backends: () => pids('backend'),
    children: () => pids('child'),
    /** Those that the backend behind `run` was sent. */
    signals: () => pids('SIG\\w+'),
    change: () => appendFileSync(join(project.path, 'app.mjs'), '\n'),
    read,
    /** What PM2 keeps of the standard error: the backend's, and in cluster mode, until the backend runs, its own. */
    pm2Printed: () =>
      ['logs/bot-error.log', 'logs/bot-error-0.log', 'logs/bot-behind-run-error.log', 'pm2.log']
        .map((name) => read(`pm2/${name}`))
        .join(''),
    /** deploy/pm2, as its users copy it; the mode is that of its first entry. */
    copyEcosystem: (mode: 'fork' | 'cluster') => {
      const text = readFileSync(SHIPPED, 'utf8').replace("exec_mode: 'fork'", `exec_mode: '${mode}'`)
      writeFileSync(join(project.path, 'ecosystem.config.cjs'), text)
    },
    writeEcosystem: (more: object) => {
      const apps = [{ ...app, ...more }]
      writeFileSync(join(project.path, 'ecosystem.config.cjs'), `module.exports = ${JSON.stringify({ apps })}`)
    },
    kill,
    [Symbol.dispose]: () => {
      kill()
      project[Symbol.dispose]()
    },
  }
}
export type ManagedProject = ReturnType<typeof managedProject>

/** Polls until it is so: another process does it, and does not report it. */
export async function until(what: string, isSo: () => boolean): Promise<void> {
  const endMs = Date.now() + WAIT_MS
  while (!isSo()) {
    if (Date.now() > endMs) throw new Error(`not within ${WAIT_MS} ms: ${what}`)
    await Bun.sleep(25)
  }
}
