import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { chmodSync, copyFileSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startGraph } from '../process/graph.ts'
import { Program, temporaryFolder } from '../process/harness.ts'
import { behindRun, copied, fileOf, findsARotatedToken, inProject, proves, refusesToStart } from './examples.ts'
import { packedProject } from './packed.ts'
import { has } from './programs.ts'

/** One example of each kind runs unchanged, with the package as its users get it; test/long has the others. */

const ROOT = new URL('../..', import.meta.url).pathname

describe.skipIf(!has('python3'))('the Python bot behind run', () => {
  const example = behindRun(['python3', fileOf('python-bot', 'bot.py')])
  test('answers, reports what it meets, and ends', () => proves(example))
  test('finds a rotated token in its file', () => findsARotatedToken(example))
  test('does not start on a bad token', () => refusesToStart(example))
})

describe.skipIf(!has('npm'))('around the library', () => {
  let project: ReturnType<typeof packedProject>
  beforeAll(() => {
    project = packedProject(['hono@4.13.19', 'express@5.1.0'])
  }, 180_000)
  afterAll(() => project.remove())

  const hono = () =>
    inProject([process.execPath, copied('hono-bun', 'app.ts', project.path)], { path: project.path, isBot: true })
  const express = () =>
    inProject(['node', copied('express-node', 'server.mjs', project.path)], { path: project.path, isBot: false })

  test('Hono on Bun answers, reports what it meets, and ends', () => proves(hono()))
  test('Hono on Bun does not start on a bad token', () => refusesToStart(hono()))
  test.skipIf(!has('node'))('Express shows its health, reports what it meets, and ends', () => proves(express()))
  test.skipIf(!has('node'))('Express does not start on a bad token', () => refusesToStart(express()))

  test.each([
    ['permanent', 0],
    ['unsubscribed', 77],
    ['revoked', 77],
  ] as const)('the step of GitHub Actions on %s ends with %d', async (scenario, expected) => {
    await using graph = startGraph(scenario)
    const { install, check, deploy } = workflow.jobs
    using machine = temporaryFolder()
    const runs = async (step: Step | undefined, cwd: string, more: Record<string, string> = {}) => {
      const given = Object.keys(step?.env ?? {}).map((name) => [name, graph.env[name] ?? ''] as const)
      const env = { ...Object.fromEntries(given), GRAPH_API_URL: graph.env['GRAPH_API_URL'] ?? '', HOME: cwd, ...more }
      await using program = new Program(['bash', '-ec', step?.run ?? 'exit 1'], env, { cwd })
      return (await program.exit).code
    }
    const of = (job: Job, what: string) => job.steps.find(({ run, uses }) => (run ?? uses)?.includes(what))
    // The packages are installed already: the test tries the way from one machine to the other.
    expect(await runs(of(install, 'tar'), project.path)).toBe(0)
    renameSync(join(project.path, 'program.tar'), join(machine.path, 'program.tar'))
    expect(await runs(of(check, 'tar'), machine.path)).toBe(0)
    const use = of(check, 'token-guard')
    const folder = join(machine.path, use?.uses ?? '')
    const { runs: action } = Bun.YAML.parse(readFileSync(join(folder, 'action.yml'), 'utf8')) as any
    const more = { GITHUB_ACTION_PATH: folder, INPUT_PROGRAM: use?.with?.['program'] ?? '' }
    expect(await runs({ ...use, run: action.steps[0].run }, machine.path, more)).toBe(expected)
    expect(deploy.needs).toBe('check')
  })

  test('GitHub Actions never installs where the secrets are', () => {
    const { install, check } = workflow.jobs
    expect(install.steps.filter(({ env }) => env !== undefined)).toEqual([])
    expect(check.steps.filter(({ run }) => run !== undefined && /npm |install/.test(run))).toEqual([])
    expect(workflow.permissions).toEqual({ contents: 'read' })
  })
})

type Step = {
  readonly run?: string
  readonly uses?: string
  readonly with?: Record<string, string>
  readonly env?: Record<string, string>
}
type Job = { readonly needs?: string; readonly steps: readonly Step[] }
type Workflow = {
  readonly permissions: unknown
  readonly jobs: { readonly install: Job; readonly check: Job; readonly deploy: Job }
}

const workflow = Bun.YAML.parse(readFileSync(join(ROOT, 'examples/github-actions/token.yml'), 'utf8')) as Workflow

/** A registry that has a stranger's package of our name. */
function startRegistry(): { readonly url: string; readonly asked: readonly string[] } & Disposable {
  const asked: string[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: ({ url }) => {
      const { pathname, origin } = new URL(url)
      asked.push(pathname)
      const [name, version] = ['whatsapp-token-guard', '9.9.9']
      const dist = { tarball: `${origin}/stranger.tgz`, shasum: '0'.repeat(40) }
      const manifest = { name, version, bin: { [name]: 'cli.js' }, dist }
      return Response.json({ name, 'dist-tags': { latest: version }, versions: { [version]: manifest } })
    },
  })
  return { url: server.url.href, asked, [Symbol.dispose]: () => void server.stop(true) }
}

describe.skipIf(!has('git'))('the pre-push hook', () => {
  const PLANTED = `EAA${'Zq7x'.repeat(20)}`

  const HERE = `${process.execPath} ${join(ROOT, 'src/cli.ts')}`

  async function pushes(scenario: Parameters<typeof startGraph>[0], planted: string, command = HERE) {
    await using graph = startGraph(scenario)
    using folder = temporaryFolder()
    using registry = startRegistry()
    const work = join(folder.path, 'work')
    const env = {
      ...graph.env,
      HOME: folder.path,
      TOKEN_GUARD_BOOT_TIMEOUT: '3s',
      TOKEN_GUARD_COMMAND: command,
      npm_config_registry: registry.url,
      GIT_CONFIG_COUNT: '2',
      GIT_CONFIG_KEY_0: 'user.name',
      GIT_CONFIG_VALUE_0: 'T',
      GIT_CONFIG_KEY_1: 'user.email',
      GIT_CONFIG_VALUE_1: 't@localhost',
    }
    const git = async (...args: readonly string[]) => {
      await using program = new Program(['git', '-C', work, ...args], env, { secrets: [PLANTED] })
      return { code: (await program.exit).code, printed: program.stderr }
    }
    mkdirSync(work)
    await git('init', '--quiet', '--initial-branch=main')
    await git('init', '--quiet', '--bare', join(folder.path, 'remote.git'))
    await git('remote', 'add', 'origin', join(folder.path, 'remote.git'))
    writeFileSync(join(work, 'notes.txt'), planted)
    await git('add', '--all')
    await git('commit', '--quiet', '-m', 'first')
    copyFileSync(join(ROOT, 'examples/git-hooks/pre-push'), join(work, '.git/hooks/pre-push'))
    chmodSync(join(work, '.git/hooks/pre-push'), 0o755)
    return await git('push', 'origin', 'main')
  }

  test('lets a clean repository through', async () => {
    expect(await pushes('permanent', 'nothing')).toMatchObject({ code: 0 })
  })

  test('refuses a push with a token in it, and never shows it', async () => {
    const { code, printed } = await pushes('permanent', `key: ${PLANTED}`)
    expect(code).toBe(1)
    expect(printed).toContain('notes.txt:1')
    expect(printed).toContain('the push is refused')
  })

  test('refuses a push where the program is not installed, and downloads nothing', async () => {
    const { code, printed } = await pushes('permanent', 'nothing', '')
    expect(code).toBe(1)
    expect(printed).toContain('"npx --no -- whatsapp-token-guard" does not start, so nothing was checked')
  })

  test('lets a push through while Graph gives no answer, and says so', async () => {
    const { code, printed } = await pushes('failing', 'nothing')
    expect(code).toBe(0)
    expect(printed).toContain('the push goes on')
  })
})
