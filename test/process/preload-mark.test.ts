import { expect, test } from 'bun:test'
import { spawn, spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { independently, independentlyOnOne } from './concurrent.ts'
import { startGraph, without, type Graph } from './graph.ts'
import { forEachRuntime, isFirst, preloadFlag, Program, temporaryFolder, type Environment } from './harness.ts'
import { projectOf } from './preloaded.ts'

/** Which children start at once, and which are verified: the preload's mark in the environment decides. */

const MARK = '__WHATSAPP_TOKEN_GUARD_PASSED'

/** A backend that starts itself again in one of several ways, and shows what it left in the environment. */
const APP = `
import { spawn } from 'node:child_process'
const [what, more] = process.argv.slice(2)
const again = [process.execPath, ...process.execArgv, process.argv[1]]
const through = (program, args, options = {}) => spawn(program, args, { stdio: 'inherit', ...options })
const inShell = again.map((part) => "'" + part + "'").join(' ') + ' child'
console.log(what, 'runs')
if (what === 'mark') console.log(JSON.stringify(process.env.${MARK} ?? null))
if (what === 'plain') through(again[0], [...again.slice(1), 'child'])
if (what === 'shells') through('sh', ['-c', 'sh -c "' + inShell + '; true"; true'])
if (what === 'changed') through(again[0], [...again.slice(1), 'child'], { env: { ...process.env, ...JSON.parse(more) } })
if (what === 'folder') through(again[0], [...again.slice(1), 'child'], { cwd: more })
if (what === 'named') { process.title = 'a) S 1 (b'; through(again[0], [...again.slice(1), 'child']) }
if (what === 'late') setTimeout(() => through(again[0], [...again.slice(1), 'child']), 1100)
if (what === 'orphan')
  through('sh', ['-c', 'while kill -0 ' + process.pid + ' 2>/dev/null; do sleep 0.05; done; ' + inShell], { detached: true }).unref()
`

const asked = (graph: Graph) => graph.asked.filter((path) => path === '/debug_token').length

/** How a child is started, and whether the way there comes from the runtime. */
const AT_ONCE: readonly (readonly [how: string, isForEach: boolean, ...args: readonly string[]])[] = [
  ['as it is', false, 'plain'],
  ['through two shells', true, 'shells'],
  // Each runtime gives its process a name in a way of its own.
  ['from a process with brackets in its name', true, 'named'],
  ['with another port', false, 'changed', '{"TOKEN_GUARD_PORT":"1","PORT":"2"}'],
]
const onLinux = test.skipIf(process.platform !== 'linux')

forEachRuntime(({ name, command: [program = ''] }) => {
  const onOne = independentlyOnOne({ name })
  const preload = [preloadFlag({ name }), 'whatsapp-token-guard/boot', 'app.mjs']

  async function ends(graph: Graph, args: readonly string[], env: Environment = {}) {
    using folder = projectOf(APP)
    await using backend = new Program([program, ...preload, ...args], { ...graph.env, ...env }, { cwd: folder.path })
    // An orphan ends after its parent, and keeps the streams open until then.
    await backend.exit
    return { stdout: backend.stdout, asked: asked(graph) }
  }

  for (const [how, , ...args] of AT_ONCE.filter(([, isForEach]) => isForEach || isFirst({ name })))
    onLinux(`a child that is started ${how} starts at once`, async () => {
      await using graph = startGraph()
      const ended = await ends(graph, args)
      expect(ended).toEqual({ stdout: `${args[0]} runs\nchild runs\n`, asked: 1 })
    })

  if (isFirst({ name }))
    onLinux('a child starts at once where the token came from a FIFO', async () => {
      await using graph = startGraph()
      using folder = temporaryFolder()
      const path = join(folder.path, 'token')
      spawnSync('mkfifo', [path])
      const env = { TEXT: graph.env['WHATSAPP_TOKEN'] }
      const writer = spawn('sh', ['-c', `printf %s "$TEXT" > '${path}'`], { env })
      const ended = await ends(graph, ['plain'], { WHATSAPP_TOKEN: '', WHATSAPP_TOKEN_FILE: path })
      writer.kill()
      expect(ended).toEqual({ stdout: 'plain runs\nchild runs\n', asked: 1 })
    })

  onOne('a child that is started after the check interval is verified', async () => {
    await using graph = startGraph()
    const ended = await ends(graph, ['late'], { TOKEN_GUARD_CHECK_INTERVAL: '1s' })
    expect(ended).toEqual({ stdout: 'late runs\nchild runs\n', asked: 2 })
  })

  independently('a child that outlives its parent before it starts is verified', async () => {
    await using graph = startGraph()
    expect(await ends(graph, ['orphan'])).toEqual({ stdout: 'orphan runs\nchild runs\n', asked: 2 })
  })

  onOne('a child that gets another token is verified, and refused with its own', async () => {
    await using graph = startGraph()
    const other = await graph.issue()
    await graph.revoke(other)
    const ended = await ends(graph, ['changed', JSON.stringify({ WHATSAPP_TOKEN: other })])
    expect(ended.stdout).toBe('changed runs\n')
    expect(ended.asked).toBeGreaterThan(1)
  })

  onOne('a child that gets a file with another token is verified, and refused', async () => {
    await using graph = startGraph()
    using folder = temporaryFolder()
    const other = await graph.issue()
    await graph.revoke(other)
    const path = join(folder.path, 'token')
    writeFileSync(path, other)
    const ended = await ends(graph, ['changed', JSON.stringify({ WHATSAPP_TOKEN: '', WHATSAPP_TOKEN_FILE: path })])
    expect(ended.stdout).toBe('changed runs\n')
  })

  // Bun puts its .env into the environment, which every child inherits.
  if (name === 'node')
    onOne('a child in a folder with another .env is verified, and refused', async () => {
      await using graph = startGraph()
      using folder = projectOf(APP)
      const other = await graph.issue()
      await graph.revoke(other)
      mkdirSync(join(folder.path, 'tenant'))
      writeFileSync(join(folder.path, '.env'), `WHATSAPP_TOKEN=${graph.env['WHATSAPP_TOKEN']}\n`)
      writeFileSync(join(folder.path, 'tenant/.env'), `WHATSAPP_TOKEN=${other}\n`)
      const args = [...preload, 'folder', join(folder.path, 'tenant')]
      await using backend = new Program([program, ...args], without(graph.env, 'WHATSAPP_TOKEN'), { cwd: folder.path })
      await backend.exit
      expect(backend.stdout).toBe('folder runs\n')
      expect(backend.stderr).toContain('boot.refused')
    })

  onOne('what a dead process left in a kept environment counts for nothing', async () => {
    await using graph = startGraph()
    const { stdout } = await ends(graph, ['mark'])
    const kept = JSON.parse(stdout.split('\n')[1] ?? '') ?? ''
    if (process.platform === 'linux') expect(kept).toMatch(/^\d+\.\d+\.\d+\.300000\.[0-9a-f]{64}$/)
    graph.play('revoked')
    expect((await ends(graph, ['plain'], { [MARK]: kept })).stdout).toBe('')
  })

  for (const kept of ['1', 'x', '1.1.1.1', '9.9.9.9.' + 'f'.repeat(64), '\u{1f600}', '9'.repeat(10_000)])
    onOne(`a mark such as ${kept.slice(0, 20)} counts for nothing`, async () => {
      await using graph = startGraph('revoked')
      expect((await ends(graph, ['plain'], { [MARK]: kept })).stdout).toBe('')
    })
})
