import { expect } from 'bun:test'
import { isAlive } from '../process/backend.ts'
import { startGraph, type Graph } from '../process/graph.ts'
import { Program } from '../process/harness.ts'
import { managedProject, programOf, until, type ManagedProject } from './managers.ts'

/** What holds under every manager: a good token starts the backend, a revoked one does not, a mended one does again. */

/** A manager at work on a project. */
type Managed = {
  /** Causes a further start. */
  readonly restart: () => Promise<void>
  /** Whether to repeat that until it takes effect: nothing shows when a watcher has begun to watch. */
  readonly isSaidAgain: boolean
  /** What the backend's starts have printed. */
  readonly printed: () => string
  readonly hasChild: boolean
  /** `false` where a start that is refused was the last. */
  readonly goesOn: boolean
  readonly afterRefusal?: () => Promise<void>
}

const AGAIN_MS = 3_000

async function provesEachStart(project: ManagedProject, graph: Graph, managed: Managed): Promise<void> {
  const asked = () => graph.asked.filter((path) => path === '/debug_token').length
  const play = async (scenario: string) => {
    expect((await fetch(`${graph.url}/__sandbox/scenario/${scenario}`, { method: 'PUT' })).ok).toBe(true)
  }
  await until('the first start', () => project.backends().length === 1)
  if (managed.hasChild) await until('its child', () => project.children().length === 1)
  // The child has asked nothing.
  expect(asked()).toBe(1)

  await play('revoked')
  await restarted(managed, () => until('a refusal', () => managed.printed().includes('boot.refused')))
  // Asked twice, since a refusal is confirmed.
  expect([project.backends().length, asked() >= 3]).toEqual([1, true])
  await managed.afterRefusal?.()
  if (!managed.goesOn) return

  await play('permanent')
  await restarted(managed, () => until('a start with the mended token', () => project.backends().length > 1))
  expect(project.backends()).toHaveLength(2)
}

async function restarted({ restart, isSaidAgain }: Managed, enough: () => Promise<void>): Promise<void> {
  await restart()
  const saying = isSaidAgain ? setInterval(() => void restart(), AGAIN_MS) : undefined
  await enough().finally(() => clearInterval(saying))
}

export type Foreground = {
  readonly command: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  /** What causes a further start. */
  readonly by: 'a change' | 'a kill'
  /** How old the first verdict has to be by then. */
  readonly ageMs?: number
  readonly goesOn?: boolean
}

/** A manager in the foreground. A watching manager restarts after a change; another one restarts by itself. */
export async function provesForeground(row: Foreground): Promise<void> {
  const { command, env = {}, by, ageMs = 0, goesOn = true } = row
  using project = managedProject()
  project.writeEcosystem({})
  await using graph = startGraph()
  const options = { cwd: project.path, lifetimeMs: 110_000 }
  await using manager = new Program(command, { ...graph.env, ...project.env, ...env }, options)
  const watches = by === 'a change'
  const restart = async () => {
    await Bun.sleep(ageMs)
    if (watches) project.change()
    else project.kill()
  }
  const printed = () => manager.printed + project.pm2Printed()
  try {
    await provesEachStart(project, graph, { restart, isSaidAgain: watches, printed, hasChild: true, goesOn })
  } finally {
    // Under a watching manager the backend ends first, and is not started again. Any other manager has to end first.
    if (watches) project.kill()
    manager.kill('SIGTERM')
    await until('the end of the manager', () => !isAlive(manager.pid))
    project.kill()
  }
}

/** How deploy/pm2 starts a backend, and its entry there. */
const PM2_WAYS = { fork: 'bot', cluster: 'bot', run: 'bot-behind-run' }

/** PM2's daemon: controlled by its command line, and stopped at the end. It does not try a refused token again. */
export async function provesPm2(way: keyof typeof PM2_WAYS): Promise<void> {
  using project = managedProject()
  project.copyEcosystem(way === 'cluster' ? 'cluster' : 'fork')
  const name = PM2_WAYS[way]
  await using graph = startGraph()
  await using pm2 = pm2For(project, graph)
  const afterRefusal = async () => {
    await until('the end of the refused start', () => project.read('pm2/pm2.log').includes('exited with code [77]'))
    expect(await pm2.listed()).toEqual([['stopped', 77]])
    // The backend that ran before was asked once to end.
    if (way === 'run') expect(project.signals()).toEqual(project.backends())
  }
  await pm2.run('start', 'ecosystem.config.cjs', '--only', name)
  await provesEachStart(project, graph, {
    restart: async () => void (await pm2.run('restart', name)),
    isSaidAgain: false,
    printed: project.pm2Printed,
    hasChild: way === 'fork',
    goesOn: true,
    afterRefusal,
  })
}

/** What docs/operating.md warns of: `pm2 reload` stops the running backend, although its successor was refused. */
export async function provesPm2Reload(): Promise<void> {
  using project = managedProject()
  project.copyEcosystem('cluster')
  await using graph = startGraph()
  await using pm2 = pm2For(project, graph)
  await pm2.run('start', 'ecosystem.config.cjs', '--only', 'bot')
  await until('the first start', () => project.backends().length === 1)
  graph.play('revoked')
  await pm2.run('reload', 'bot')
  expect([await pm2.listed(), project.backends().filter(isAlive)]).toEqual([[['stopped', 77]], []])
}

function pm2For(project: ManagedProject, graph: Graph) {
  const run = async (...args: readonly string[]) => {
    // Its list shows the environment, and so the token.
    const options = { cwd: project.path, lifetimeMs: 60_000, secrets: [] }
    await using program = new Program([programOf('pm2'), ...args], { ...graph.env, ...project.env }, options)
    expect((await program.exit).code).toBe(0)
    return program.stdout
  }
  return {
    run,
    /** The status and the last exit code of each process. */
    listed: async (): Promise<readonly (readonly [string, number])[]> => {
      const text = await run('jlist')
      return JSON.parse(text.slice(text.indexOf('[{'))).map(({ pm2_env: env }: any) => [env.status, env.exit_code])
    },
    [Symbol.asyncDispose]: async () => {
      const daemon = Number(project.read('pm2/pm2.pid'))
      await run('kill')
      await until("the end of PM2's daemon", () => daemon === 0 || !isAlive(daemon))
    },
  }
}
