import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { chmodSync, chownSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { freePort, startGraph, without, type Graph } from '../process/graph.ts'
import type { Environment } from '../process/harness.ts'
import { isValid, tokenIn } from '../process/rotation.ts'
import { expectNoSecret, SANDBOX_SECRETS } from '../process/secrets.ts'
import { provesOrder, provesRefusal } from './compose.ts'
import { BOT, buildImages, IMAGE, startEngine, WITH_ECHO } from './containers.ts'
import { MADE_CERTIFICATE, startNames } from './names.ts'
import { botPod, guardPod } from './pods.ts'
import { has } from './programs.ts'

/** The image as its users build and run it. */

const MINUTES = 60_000
const BYTES_MAX = 115_000_000
const LICENSE = new URL('../../LICENSE', import.meta.url).pathname
/** Kubernetes' `restricted` profile, and more: not even /tmp can be written. */
const LOCKED = ['--read-only', '--read-only-tmpfs=false', '--cap-drop=all', '--security-opt', 'no-new-privileges']
const SECRETS = '/run/secrets/whatsapp'
const LOADER = process.arch === 'arm64' ? 'lib/ld-linux-aarch64.so.1' : 'lib64/ld-linux-x86-64.so.2'

const engine = await startEngine()
afterAll(() => engine?.remove(), MINUTES)

const settingsOf = (graph: Graph) => without(graph.env, 'WHATSAPP_TOKEN', 'META_APP_SECRET')
const volume = (folder: string, at: string) => ['--volume', `${folder}:${at}`]
const variables = (env: Environment) => Object.entries(env).flatMap(([name, value]) => ['--env', `${name}=${value}`])

/** A folder as Kubernetes mounts a Secret. */
function secretsOf({ env }: Graph): string {
  return engine!.folderOf({ token: env['WHATSAPP_TOKEN'] ?? '', 'app-secret': env['META_APP_SECRET'] ?? '' })
}

function optionsFor(graph: Graph, more: Environment = { NODE_ENV: 'test' }): readonly string[] {
  const files = { WHATSAPP_TOKEN_FILE: `${SECRETS}/token`, META_APP_SECRET_FILE: `${SECRETS}/app-secret` }
  const env = variables({ ...settingsOf(graph), ...files, ...more })
  return ['--network', 'host', ...volume(secretsOf(graph), `${SECRETS}:ro`), ...env, ...LOCKED]
}

const planted = randomUUID()
if (engine !== null) beforeAll(() => buildImages(engine, planted), 5 * MINUTES)

describe.skipIf(engine === null)('the image', () => {
  const podman = (...args: readonly string[]) => engine!.podman(...args)
  const must = (...args: readonly string[]) => engine!.mustPodman(...args)

  test('holds the program, what it needs to run, and licences', async () => {
    expect(await engine!.filesOf(IMAGE)).toEqual(
      [
        ...['libc.so.6', 'libdl.so.2', 'libm.so.6', 'libpthread.so.0'].map((name) => `-rw-r--r-- 0/0 lib/${name}`),
        ...['libc6', 'packages', 'tini', 'whatsapp-token-guard'].map((name) => `-rw-r--r-- 0/0 licenses/${name}`),
        ...[LOADER, 'tini', 'whatsapp-token-guard'].map((path) => `-rwxr-xr-x 0/0 ${path}`),
      ].toSorted(),
    )
    const size = Number(await must('image', 'inspect', '--format', '{{.Size}}', IMAGE))
    console.log(`${(size / 1e6).toFixed(1)} MB`)
    expect(size).toBeLessThanOrEqual(BYTES_MAX)
  })

  test('holds no secret of the folder that it was built in', async () => {
    const file = join(engine!.folder, 'image.tar')
    await must('save', '--output', file, IMAGE)
    const layers = readFileSync(file)
    expect([layers.includes(readFileSync(LICENSE)), layers.includes(planted)]).toEqual([true, false])
    expect(await must('image', 'inspect', IMAGE)).not.toContain(planted)
  })

  test(
    'turns healthy as 1000 where nothing is allowed, and ends with 0 at SIGTERM',
    async () => {
      await using graph = startGraph()
      const port = freePort()
      const startMs = Date.now()
      const options = optionsFor(graph, { NODE_ENV: 'test', TOKEN_GUARD_PORT: String(port) })
      await must('run', '--detach', '--name', 'locked', ...options, IMAGE)
      await engine!.until('locked', ['healthcheck', 'run', 'locked'])
      console.log(`healthy after ${Date.now() - startMs} ms`)
      const { status } = await fetch(`http://127.0.0.1:${port}/health/token`)
      expect(status).toBe(200)
      const first = readFileSync(
        `/proc/${await must('inspect', '--format', '{{.State.Pid}}', 'locked')}/status`,
        'utf8',
      )
      expect(first).toMatch(/^Name:\ttini$/m)
      expect(first).toMatch(/^Uid:\t1000\t1000\t1000\t1000$/m)
      expect(first).toMatch(/^CapEff:\t0+$/m)
      const { code, printed } = await podman('exec', 'locked', 'sh', '-c', ':')
      expect([code, printed]).toEqual([127, expect.stringContaining('not found')])

      await must('stop', 'locked')
      const { printed: logs } = await podman('logs', 'locked')
      expect(logs).toContain('"event":"server.stopped","signal":"SIGTERM"')
      const [inspected] = JSON.parse(await must('inspect', 'locked'))
      expect([inspected.State.ExitCode, inspected.Config.StopSignal]).toEqual([0, 15])
      expect([inspected.Config.User, inspected.HostConfig.ReadonlyRootfs]).toEqual(['1000:1000', true])
      expectNoSecret(logs + JSON.stringify(inspected), SANDBOX_SECRETS)
    },
    2 * MINUTES,
  )

  test(
    'ends with 77 for a refused token, and with 78 for a sandbox token in production, which is its default',
    async () => {
      await using graph = startGraph('revoked')
      const refused = await podman('run', '--rm', ...optionsFor(graph), IMAGE)
      expect([refused.code, refused.printed]).toEqual([77, expect.stringContaining('"event":"boot.refused"')])
      const wrong = await podman('run', '--rm', ...optionsFor(graph, {}), IMAGE)
      expect([wrong.code, wrong.printed]).toEqual([78, expect.stringContaining('NODE_ENV is production')])
    },
    2 * MINUTES,
  )

  test.each([
    [['check'], 78, 'WHATSAPP_TOKEN is not set'],
    [['doctor'], 78, 'WHATSAPP_TOKEN is not set'],
    [['alert-test'], 78, 'WHATSAPP_TOKEN is not set'],
    [['probe'], 1, 'does not answer'],
  ])('%p without a configuration ends with %i', async (args, code, problem) => {
    const ended = await podman('run', '--rm', '--network', 'none', ...LOCKED, IMAGE, ...args)
    expect([ended.code, ended.printed]).toEqual([code, expect.stringContaining(problem)])
  })

  test('walks the setup, and imitates Graph', async () => {
    await using graph = startGraph()
    const { code, printed } = await podman('run', '--rm', ...optionsFor(graph), IMAGE, 'doctor')
    // The mounted file is open to all.
    expect([code, printed]).toEqual([1, expect.stringContaining('The token is verified. 24 verified, 1 failed')])
    expect(printed).toContain('git is not installed here')
    const args = ['--network', 'host', ...LOCKED, IMAGE, 'sandbox', '--port', '0']
    await must('run', '--detach', '--name', 'sandbox', ...args)
    await engine!.until('sandbox', ['logs', 'sandbox'], ({ printed }) => printed.includes('sandbox.listening'))
  })

  test('rotates into a file that is mounted, and by no hook: there is no shell', async () => {
    await using graph = startGraph('sixty-days')
    const folder = engine!.folderOf({})
    chmodSync(folder, 0o777)
    const rotate = (...args: readonly string[]) =>
      podman('run', '--rm', ...optionsFor(graph), ...volume(folder, '/rotated'), IMAGE, 'rotate', '--yes', ...args)
    const hooked = await rotate('--hook', 'cat')
    expect([hooked.code, hooked.printed]).toEqual([78, expect.stringContaining('there is none here')])
    const locked = await rotate('--print=/app/token')
    expect([locked.code, locked.printed]).toEqual([71, expect.stringContaining('EROFS')])
    const { code, stdout } = await rotate('--print=/rotated/token')
    const path = join(folder, 'token')
    expect([code, stdout, statSync(path).mode & 0o777, statSync(path).uid]).toEqual([0, '', 0o600, 1000])
    expect(await isValid(graph, readFileSync(path, 'utf8'))).toBe(true)
  })

  test("rotates in an .env that is its owner's alone, in a folder that is mounted at /app", async () => {
    await using graph = startGraph('sixty-days')
    const old = graph.env['WHATSAPP_TOKEN']
    const folder = engine!.folderOf({ '.env': `WHATSAPP_TOKEN=${old}\n` })
    const path = join(folder, '.env')
    for (const each of [folder, path]) chownSync(each, 1000, 1000)
    chmodSync(path, 0o600)
    const env = variables({ ...without(graph.env, 'WHATSAPP_TOKEN'), NODE_ENV: 'test' })
    const options = ['--network', 'host', ...volume(folder, '/app'), ...env, ...LOCKED]
    const { code, printed } = await podman('run', '--rm', ...options, IMAGE, 'rotate', '--yes')
    expect([code, printed]).toEqual([0, expect.any(String)])
    expect([tokenIn(path) === old, await isValid(graph, tokenIn(path))]).toEqual([false, true])
  })

  test.skipIf(!has('openssl'))(
    'finds Graph by DNS, and knows the public CAs and that of NODE_EXTRA_CA_CERTS',
    async () => {
      const folder = engine!.folderOf({})
      spawnSync('sh', ['-ec', MADE_CERTIFICATE], { cwd: folder })
      const [key, cert] = ['key.pem', 'cert.pem'].map((name) => readFileSync(join(folder, name), 'utf8'))
      const graph = createSandbox()
      using server = Bun.serve({ port: 0, hostname: '127.0.0.1', tls: { key, cert }, fetch: graph.fetch })
      using names = await startNames('127.7.7.7')
      const check = async (ca: Environment) => {
        const graphAt = { WHATSAPP_TOKEN: graph.token, GRAPH_API_URL: `https://graph.test:${server.port}` }
        const options = ['--network', 'host', '--dns', names.hostname, ...volume(folder, '/tls:ro'), ...LOCKED]
        const env = variables({ NODE_ENV: 'test', ...graphAt, ...ca })
        const { code, printed } = await podman('run', '--rm', ...options, ...env, IMAGE, 'check', '--once')
        return [code, /TLS: .*\((\w+)\)/.exec(printed)?.[1]]
      }
      expect(await check({ NODE_EXTRA_CA_CERTS: '/tls/ca.pem' })).toEqual([0, undefined])
      expect(await check({})).toEqual([75, 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'])
      graph.close()
      const asBun = ['--rm', '--env', 'BUN_BE_BUN=1', IMAGE, '--print', "require('node:tls').rootCertificates.length"]
      expect(Number(await must('run', ...asBun))).toBeGreaterThan(100)
    },
  )

  test('starts a backend in an image of its own, and reaps its orphans', async () => {
    await using graph = startGraph()
    const { code, stdout } = await podman('run', '--rm', ...optionsFor(graph), BOT)
    expect([code, stdout.trim()]).toEqual([0, 'reaped'])
  })

  const stageOf = (graph: Graph, image: string) => ({
    image,
    secrets: secretsOf(graph),
    settings: { ...settingsOf(graph), NODE_ENV: 'test' },
  })
  test.skipIf(!has('catatonit'))(
    'serves as the pod of deployment.yaml, and takes a new token from the mounted folder',
    async () => {
      await using graph = startGraph()
      const stage = stageOf(graph, IMAGE)
      const manifest = engine!.write('guard.yaml', guardPod('guard', stage, String(freePort())))
      await must('kube', 'play', '--network', 'host', manifest)
      const container = 'guard-token-guard'
      await engine!.until(container, ['exec', container, '/whatsapp-token-guard', 'probe', '--ready'])
      const [{ Config: config, HostConfig: host }] = JSON.parse(await must('inspect', container))
      expect([config.User, host.ReadonlyRootfs, host.CapAdd]).toEqual(['1000:1000', true, []])
      writeFileSync(join(stage.secrets, 'token'), await graph.issue())
      await engine!.until(container, ['logs', container], ({ printed }) => printed.includes('"event":"token.reloaded"'))
      await must('kube', 'down', manifest)
    },
    2 * MINUTES,
  )

  test.skipIf(!has('catatonit'))(
    'lets the bot of init.yaml start with a token that passes, and with no other',
    async () => {
      await using graph = startGraph()
      const manifest = engine!.write('bot.yaml', botPod('bot', stageOf(graph, WITH_ECHO), 'the bot runs'))
      await must('kube', 'play', '--network', 'host', manifest)
      await engine!.until('bot-bot', ['logs', 'bot-bot'], ({ stdout }) => stdout.trim() === 'the bot runs')
      await must('kube', 'down', manifest)

      graph.play('revoked')
      const { code, printed } = await podman('kube', 'play', '--network', 'host', manifest)
      expect([code, printed]).toEqual([125, expect.stringContaining('exited with code 77')])
      expect(await must('inspect', '--format', '{{.State.Status}}', 'bot-bot')).toBe('created')
      await must('kube', 'down', manifest)
    },
    2 * MINUTES,
  )

  test('of compose.yaml lets the bot start once it is healthy', () => provesOrder(engine!), 2 * MINUTES)

  test('of compose.yaml never lets it start with a refused token', () => provesRefusal(engine!), 2 * MINUTES)
})
