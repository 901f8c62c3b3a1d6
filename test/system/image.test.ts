import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { randomUUID } from 'node:crypto'
import { join, relative } from 'node:path'
import { freePort, startGraph, without, type Graph } from '../process/graph.ts'
import type { Environment } from '../process/harness.ts'
import { expectNoSecret, SANDBOX_SECRETS } from '../process/secrets.ts'
import { startEngine, type Ended } from './containers.ts'
import { botPod, guardPod } from './pods.ts'
import { has } from './programs.ts'

/** The image as its users build and run it. */

const MINUTES = 60_000
const WAIT_MS = 30_000
const ROOT = new URL('../..', import.meta.url).pathname
const IMAGE = 'localhost/whatsapp-token-guard:test'
/** Kubernetes' `restricted` profile, and more: not even /tmp can be written. */
const LOCKED = ['--read-only', '--read-only-tmpfs=false', '--cap-drop=all', '--security-opt', 'no-new-privileges']
const SECRETS = '/run/secrets/whatsapp'

const engine = await startEngine()
afterAll(() => engine?.remove(), MINUTES)

/** The checkout with a secret in it, as a developer's is. */
function contextWith(secret: string): string {
  const context = join(engine!.folder, 'context')
  const left = ['node_modules', '.git', 'dist', 'out']
  cpSync(ROOT, context, { recursive: true, filter: (path) => !left.includes(relative(ROOT, path)) })
  for (const file of ['.env', '.env.local', 'src/.env', '.npmrc.secret', 'token.txt'])
    writeFileSync(join(context, file), `WHATSAPP_TOKEN=${secret}\n`)
  return context
}

const settingsOf = (graph: Graph) => without(graph.env, 'WHATSAPP_TOKEN', 'META_APP_SECRET')

/** A folder as Kubernetes mounts a Secret. */
function secretsOf({ env }: Graph): string {
  return engine!.folderOf({ token: env['WHATSAPP_TOKEN'] ?? '', 'app-secret': env['META_APP_SECRET'] ?? '' })
}

function optionsFor(graph: Graph, more: Environment = { NODE_ENV: 'test' }): readonly string[] {
  const env = {
    ...settingsOf(graph),
    WHATSAPP_TOKEN_FILE: `${SECRETS}/token`,
    META_APP_SECRET_FILE: `${SECRETS}/app-secret`,
    ...more,
  }
  const variables = Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`])
  return ['--network', 'host', '--volume', `${secretsOf(graph)}:${SECRETS}:ro`, ...variables, ...LOCKED, IMAGE]
}

const isWell = ({ code }: Ended) => code === 0

/** Asks again and again, as container engines do. */
async function until(container: string, question: readonly string[], isExpected = isWell): Promise<void> {
  const endMs = Date.now() + WAIT_MS
  for (;;) {
    const answer = await engine!.podman(...question)
    if (isExpected(answer)) return
    if (Date.now() > endMs) throw new Error(`${answer.printed}\n${(await engine!.podman('logs', container)).printed}`)
  }
}

const planted = randomUUID()
if (engine !== null)
  beforeAll(() => {
    const context = contextWith(planted)
    return engine.build(IMAGE, context, join(context, 'Dockerfile'))
  }, 5 * MINUTES)

describe.skipIf(engine === null)('the image', () => {
  const podman = (...args: readonly string[]) => engine!.podman(...args)
  const must = (...args: readonly string[]) => engine!.mustPodman(...args)
  test(
    'turns healthy as 1000 where nothing is allowed, and ends with 0 at SIGTERM',
    async () => {
      await using graph = startGraph()
      const port = freePort()
      const startMs = Date.now()
      await must(
        'run',
        '--detach',
        '--name',
        'locked',
        ...optionsFor(graph, { NODE_ENV: 'test', TOKEN_GUARD_PORT: String(port) }),
      )
      await until('locked', ['healthcheck', 'run', 'locked'])
      const seconds = (Date.now() - startMs) / 1000
      const size = Number(await must('image', 'inspect', '--format', '{{.Size}}', IMAGE))
      const base = Number(await must('image', 'inspect', '--format', '{{.Size}}', 'docker.io/oven/bun:1.4.5-slim'))
      console.log(`${mb(size)} MB, of which ours ${mb(size - base)}; healthy after ${seconds.toFixed(1)} s`)
      const { status } = await fetch(`http://127.0.0.1:${port}/health/token`)
      expect(status).toBe(200)
      expect(await must('exec', 'locked', 'id', '-u')).toBe('1000')
      expect(await must('exec', 'locked', 'cat', '/proc/1/comm')).toBe('tini')
      expect(await must('exec', 'locked', 'grep', '-h', 'CapEff', '/proc/1/status')).toMatch(/\t0+$/)
      expect((await podman('exec', 'locked', 'touch', '/tmp/any')).printed).toContain('Read-only file system')
      expect(size - base).toBeLessThan(16_000_000)

      await must('stop', 'locked')
      const { printed: logs } = await podman('logs', 'locked')
      expect(logs).toContain('"event":"server.stopped","signal":"SIGTERM"')
      const [inspected] = JSON.parse(await must('inspect', 'locked'))
      expect(inspected.State.ExitCode).toBe(0)
      expect(inspected.Config.StopSignal).toBe(15)
      expectNoSecret(logs + JSON.stringify(inspected), SANDBOX_SECRETS)
    },
    2 * MINUTES,
  )

  test(
    'ends with 77 for a refused token, and with 78 for a sandbox token in production, which is its default',
    async () => {
      await using graph = startGraph('revoked')
      const refused = await podman('run', '--rm', ...optionsFor(graph))
      expect([refused.code, refused.printed]).toEqual([77, expect.stringContaining('"event":"boot.refused"')])
      const wrong = await podman('run', '--rm', ...optionsFor(graph, {}))
      expect([wrong.code, wrong.printed]).toEqual([78, expect.stringContaining('NODE_ENV is production')])
    },
    2 * MINUTES,
  )

  test(
    "reaps the orphans of run's command",
    async () => {
      await using graph = startGraph()
      // A zombie keeps its folder in /proc until its parent reaps it.
      const script = 'orphan=$(sh -c "true & echo \\$!"); while [ -e /proc/$orphan ]; do sleep 0.05; done; echo reaped'
      const options = optionsFor(graph)
      const { code, stdout } = await podman('run', '--rm', ...options, 'run', '--', 'sh', '-c', script)
      expect([code, stdout.trim()]).toEqual([0, 'reaped'])
    },
    MINUTES,
  )

  const stageOf = (graph: Graph) => ({
    image: IMAGE,
    secrets: secretsOf(graph),
    settings: { ...settingsOf(graph), NODE_ENV: 'test' },
  })

  test.skipIf(!has('catatonit'))(
    'serves as the pod of deployment.yaml, and takes a new token from the mounted folder',
    async () => {
      await using graph = startGraph()
      const stage = stageOf(graph)
      const manifest = engine!.write('guard.yaml', guardPod('guard', stage, String(freePort())))
      await must('kube', 'play', '--network', 'host', manifest)
      const container = 'guard-token-guard'
      await until(container, ['exec', container, 'bun', 'dist/cli.js', 'probe', '--ready'])
      const [{ Config: config, HostConfig: host }] = JSON.parse(await must('inspect', container))
      expect([config.User, host.ReadonlyRootfs, host.CapAdd]).toEqual(['1000:1000', true, []])
      writeFileSync(join(stage.secrets, 'token'), await graph.issue())
      await until(container, ['logs', container], ({ printed }) => printed.includes('"event":"token.reloaded"'))
      await must('kube', 'down', manifest)
    },
    2 * MINUTES,
  )

  test.skipIf(!has('catatonit'))(
    'lets the bot of init.yaml start with a token that passes, and with no other',
    async () => {
      await using graph = startGraph()
      const manifest = engine!.write('bot.yaml', botPod('bot', stageOf(graph), 'the bot runs'))
      await must('kube', 'play', '--network', 'host', manifest)
      await until('bot-bot', ['logs', 'bot-bot'], ({ stdout }) => stdout.trim() === 'the bot runs')
      await must('kube', 'down', manifest)

      graph.play('revoked')
      const { code, printed } = await podman('kube', 'play', '--network', 'host', manifest)
      expect([code, printed]).toEqual([125, expect.stringContaining('exited with code 77')])
      expect(await must('inspect', '--format', '{{.State.Status}}', 'bot-bot')).toBe('created')
      await must('kube', 'down', manifest)
    },
    2 * MINUTES,
  )

  test(
    'holds what it needs, and no secret of the folder that it was built in',
    async () => {
      const file = join(engine!.folder, 'image.tar')
      await must('save', '--output', file, IMAGE)
      const layers = readFileSync(file)
      expect(layers.includes('app/dist/cli.js')).toBe(true)
      expect(layers.includes(planted)).toBe(false)
      for (const path of [
        'app/src/',
        'app/node_modules/zod/',
        'app/node_modules/undici/',
        'app/dist/types/',
        'app/.env',
      ])
        expect([path, layers.includes(path)]).toEqual([path, false])
      expect(await must('image', 'inspect', IMAGE)).not.toContain(planted)
    },
    2 * MINUTES,
  )
})

function mb(bytes: number): string {
  return (bytes / 1e6).toFixed(1)
}
