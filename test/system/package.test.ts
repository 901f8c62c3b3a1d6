import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { startGraph, type Graph } from '../process/graph.ts'
import { canInstallNodes, installNodes, nodeOf, NODES } from './nodes.ts'
import { packedProject } from './packed.ts'
import { has } from './programs.ts'

/** The package as its users get it: packed, installed into an empty project, used on every runtime. */

const MINUTES = 60_000
/** The other Nodes take their time. */
const isLong = process.env['TEST_LONG'] !== undefined
const BACKEND = `
import { Hono } from 'hono'
import { createTokenGuard, TokenRefusedError } from 'whatsapp-token-guard'
const { env } = process
const guard = createTokenGuard({ token: env.WHATSAPP_TOKEN, appId: env.META_APP_ID, appSecret: env.META_APP_SECRET, graphUrl: env.GRAPH_API_URL, checkInterval: '1h' })
try {
  await guard.boot()
} catch (error) {
  console.log(error instanceof TokenRefusedError, error.exitCode, error.findings.map(({ code }) => code).join())
  process.exit(error.exitCode)
}
const app = new Hono()
app.get('/', (c) => c.text('the shop'))
app.post('/webhook', (c) => c.text('ok'))
app.route('/', guard.app)
const status = async (path, init) => (await app.request(path, init)).status
console.log(await status('/health/token'), await status('/health/ready'), await status('/webhook', { method: 'POST' }), await status('/nothing'), await (await app.request('/')).text())
// The guard does not keep the process alive.
`
const TYPED = `
import { createServer } from 'node:http'
import { createTokenGuard, type TokenGuard, type TokenGuardOptions, type TokenGuardState, ConfigurationError } from 'whatsapp-token-guard'
const options: TokenGuardOptions = { token: async () => 'EAA', phoneNumberId: ['1'], checkInterval: 60_000 }
const guard: TokenGuard = createTokenGuard(options)
const end: () => void = guard.subscribe(({ type, level, msg }) => [type.length, level.length, msg.length])
guard.boot().then((state: TokenGuardState) => state.findings.map(({ code, remedy, step }) => [code, remedy, step ?? 0]))
try {
  createTokenGuard({ expiry: 'never' })
} catch (error) {
  if (error instanceof ConfigurationError) error.faults.map(({ name, problem, expected }) => [name, problem, expected])
}
// @ts-expect-error: not one of the policies
createTokenGuard({ expiry: 'sometimes' })
end()
export const answer: Promise<Response> = guard.fetch(new Request('http://localhost/health'))
export const server = createServer(guard.node)
`

describe.skipIf(!has('npm'))('the package', () => {
  let project: ReturnType<typeof packedProject>
  let graph: Graph
  beforeAll(() => {
    if (isLong) installNodes()
    project = packedProject(['typescript@7.0.2', '@types/node@22.19.0', 'hono@4.13.19'])
    graph = startGraph()
    project.write('backend.mjs', BACKEND)
    project.write('plain.mjs', "console.log('the backend runs')\n")
    project.write('typed.ts', TYPED)
  }, 5 * MINUTES)
  afterAll(async () => {
    project.remove()
    await graph[Symbol.asyncDispose]()
  })

  const runtimes: readonly (readonly [name: string, path: () => string, preload: string])[] = [
    ['Bun', () => process.execPath, '--preload'],
    ...(has('node') ? [['the Node of this machine', () => 'node', '--import'] as const] : []),
    ...(isLong && canInstallNodes
      ? NODES.map((version) => [`Node ${version}`, () => nodeOf(version), '--import'] as const)
      : []),
  ]

  describe.each(runtimes)('on %s', (_name, path, preload) => {
    test('guards a Hono application, and lets it end', async () => {
      graph.play('permanent')
      const ended = await project.run(path(), ['backend.mjs'], graph.env)
      expect([ended.stdout, ended.stderr, ended.status]).toEqual(['200 200 200 404 the shop\n', '', 0])
    })

    test('refuses with an error that says why', async () => {
      graph.play('scope-missing')
      const ended = await project.run(path(), ['backend.mjs'], graph.env)
      expect([ended.stdout, ended.status]).toEqual(['true 77 scope.missing\n', 77])
    })

    test.each([
      ['permanent', 0, 'the backend runs\n'],
      ['revoked', 77, ''],
    ] as const)('preloads: %s', async (scenario, status, stdout) => {
      graph.play(scenario)
      const ended = await project.run(path(), [preload, 'whatsapp-token-guard/boot', 'plain.mjs'], graph.env)
      expect([ended.status, ended.stdout]).toEqual([status, stdout])
    })

    test('has a command line', async () => {
      const cli = 'node_modules/whatsapp-token-guard/dist/cli.js'
      expect((await project.run(path(), [cli, '--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
    })
  })

  test.each(['NodeNext', 'Bundler'])('has types that need no others, under %s', async (resolution) => {
    const module = resolution === 'NodeNext' ? 'NodeNext' : 'ESNext'
    const args = `tsc --noEmit --strict --exactOptionalPropertyTypes --skipLibCheck false --target ES2023 --lib ES2023,DOM,ESNext.Disposable --types node --module ${module} --moduleResolution ${resolution} typed.ts`
    for (const hasHono of [true, false]) {
      if (!hasHono) renameSync(join(project.path, 'node_modules/hono'), join(project.path, 'hono-away'))
      const ended = await project.run('npx', args.split(' '))
      if (!hasHono) renameSync(join(project.path, 'hono-away'), join(project.path, 'node_modules/hono'))
      expect([hasHono, ended.stdout, ended.status]).toEqual([hasHono, '', 0])
    }
  })

  test('holds no tests and no sources', () => {
    const files = String(spawnSync('tar', ['-tf', project.tarball]).stdout).split('\n')
    expect(files).toContain('package/dist/types/src/index.d.ts')
    expect(
      files.filter((file) => /\.(?:test|fake)\.(?:d\.)?[cm]?[jt]sx?$|^package\/(?:src|test)\/|\.env/.test(file)),
    ).toEqual([])
  })

  // The tarball: to pack the folder would build it anew, under the feet of the tests that run meanwhile.
  test.each([
    ['publint', ['--strict']],
    ['attw', ['--profile', 'esm-only']],
  ] as const)('%s has nothing to say', (tool, args) => {
    const root = new URL('../..', import.meta.url).pathname
    const ended = spawnSync(join(root, 'node_modules/.bin', tool), [project.tarball, ...args], { cwd: root })
    const said = String(ended.stdout)
      .split('\n')
      .filter((line) => /error|warning|💀|❌|⚠/i.test(line))
    expect([said.filter((line) => !line.includes('(ignored')), ended.status]).toEqual([[], 0])
  })
})
