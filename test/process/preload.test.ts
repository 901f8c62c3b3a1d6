import { expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { appendFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from './backend.ts'
import { independently, independentlyOn, independentlyOnOne } from './concurrent.ts'
import { startGraph, type Graph } from './graph.ts'
import { forEachRuntime, preloadFlag, Program } from './harness.ts'
import { projectOf } from './preloaded.ts'

/** A backend, and what it starts. */
const APP = `
import { fork } from 'node:child_process'
import cluster from 'node:cluster'
import { Worker, isMainThread } from 'node:worker_threads'
const [what] = process.argv.slice(2)
const file = new URL(import.meta.url).pathname
if (!isMainThread) console.log('thread runs')
else if (cluster.isWorker) { console.log('cluster worker runs'); process.disconnect() }
else if (what === 'child') { console.log('child runs'); process.disconnect() }
else {
  console.log('app runs', process.listenerCount('SIGTERM'), process.listenerCount('SIGINT'))
  if (what === 'fork') fork(file, ['child'])
  if (what === 'thread') new Worker(new URL(import.meta.url))
  if (what === 'cluster') cluster.fork()
  if (what === 'watched') { console.log('pid', process.pid); setInterval(() => {}, 60_000) }
}
`

forEachRuntime(({ name, command: [program = ''] }) => {
  const preload = [preloadFlag({ name }), 'whatsapp-token-guard/boot']
  const onOne = independentlyOnOne({ name })
  const starts = (cwd: string, graph: Graph, args: readonly string[], env = {}) =>
    new Program([program, ...args], { ...graph.env, ...env }, { cwd })
  const ends = async (graph: Graph, args: readonly string[], env = {}) => {
    using folder = projectOf(APP)
    await using backend = starts(folder.path, graph, [...preload, 'app.mjs', ...args], env)
    const exit = await backend.exit
    return { ...exit, stdout: backend.stdout, stderr: backend.stderr, lines: backend.lines() }
  }

  independently('the preload lets the backend begin, and leaves nothing behind that keeps it alive', async () => {
    await using graph = startGraph()
    const ended = await ends(graph, [])
    expect([ended.code, ended.stdout]).toEqual([0, 'app runs 0 0\n'])
    expect(ended.lines.map(({ event }) => event)).toEqual(['boot.verified'])
    expect(ended.stderr).toContain('boot.verified')
  })

  for (const [scenario, code] of [
    ['revoked', 77],
    ['failing', 75],
    ['wrong-secret', 78],
  ] as const)
    independentlyOn({ name }, scenario === 'revoked')(
      `the preload ends the process with ${code} on ${scenario}, before the backend's first line`,
      async () => {
        await using graph = startGraph(scenario)
        const ended = await ends(graph, [], { TOKEN_GUARD_BOOT_TIMEOUT: '1s' })
        expect([ended.code, ended.stdout]).toEqual([code, ''])
      },
    )

  onOne('the preload shows every fault of the configuration, with 78', async () => {
    await using graph = startGraph()
    const ended = await ends(graph, [], { TOKEN_GUARD_MODE: 'x', LOG_LEVEL: 'loud' })
    expect([ended.code, ended.stdout]).toEqual([78, ''])
    expect(ended.lines[0]).toMatchObject({ event: 'config.invalid', faults: [{}, {}] })
  })

  onOne('the preload lets a backend begin unverified where that is allowed, with one warning', async () => {
    await using graph = startGraph('failing')
    const ended = await ends(graph, [], { TOKEN_GUARD_BOOT_TIMEOUT: '300ms', TOKEN_GUARD_BOOT_UNVERIFIED: 'start' })
    expect([ended.code, ended.stdout]).toEqual([0, 'app runs 0 0\n'])
    expect(ended.lines.filter(({ event }) => event === 'boot.unverified')).toHaveLength(1)
  })

  onOne('the preload lets a refused backend begin under mode report', async () => {
    await using graph = startGraph('revoked')
    const ended = await ends(graph, [], { TOKEN_GUARD_MODE: 'report' })
    expect([ended.code, ended.stdout]).toEqual([0, 'app runs 0 0\n'])
    expect(ended.lines.find(({ event }) => event === 'boot.would_refuse')).toMatchObject({ exitCode: 77 })
  })

  for (const [what, says] of [
    ['fork', 'child runs'],
    ['thread', 'thread runs'],
    ['cluster', 'cluster worker runs'],
  ] as const)
    independently(`a ${what} of a guarded backend starts at once`, async () => {
      await using graph = startGraph()
      const ended = await ends(graph, [what])
      expect(ended.code).toBe(0)
      expect(ended.stdout).toContain(says)
      expect(graph.asked.filter((path) => path === '/debug_token')).toHaveLength(1)
    })

  independently('a signal before the token has passed ends the process by that signal', async () => {
    using folder = projectOf(APP)
    await using graph = startGraph('hanging')
    await using backend = starts(folder.path, graph, [...preload, 'app.mjs'])
    await graph.further('/debug_token', 1)
    backend.kill('SIGTERM')
    expect(await backend.exit).toEqual({ code: null, signal: 'SIGTERM' })
    expect(backend.stdout).toBe('')
  })

  independently('under --watch each start is guarded', async () => {
    using folder = projectOf(APP)
    await using graph = startGraph()
    await using backend = starts(folder.path, graph, ['--watch', ...preload, 'app.mjs', 'watched'])
    await backend.until('the first start', () => (backend.stdout.includes('app runs') ? true : undefined))
    const again = graph.further('/debug_token', 1)
    // Nothing shows when a watcher has begun to watch: a change before that goes unseen.
    const changing = setInterval(() => appendFileSync(join(folder.path, 'app.mjs'), '\nconsole.log("changed")\n'), 1000)
    await backend.until('the second start', () => (backend.stdout.includes('changed') ? true : undefined))
    clearInterval(changing)
    await again
    // A watcher that is killed leaves what it watches behind.
    backend.kill('SIGKILL')
    for (const [, pid] of backend.stdout.matchAll(/^pid (\d+)$/gm))
      if (isAlive(Number(pid))) process.kill(Number(pid), 'SIGKILL')
    await backend.exit
  })
})

test('require of the preload says what to do instead', () => {
  using folder = projectOf(APP)
  writeFileSync(join(folder.path, 'app.cjs'), "require('whatsapp-token-guard/boot')")
  const { stderr } = spawnSync('node', ['app.cjs'], { cwd: folder.path })
  expect(String(stderr)).toContain('node --import whatsapp-token-guard/boot')
})

test("Bun's own configuration takes the preload", async () => {
  using folder = projectOf(APP)
  writeFileSync(join(folder.path, 'bunfig.toml'), 'preload = ["whatsapp-token-guard/boot"]\n')
  await using graph = startGraph('revoked')
  await using backend = new Program([process.execPath, 'app.mjs'], graph.env, { cwd: folder.path })
  expect((await backend.exit).code).toBe(77)
  expect(backend.stdout).toBe('')
})
