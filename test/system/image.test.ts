import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { startGraph, type Graph } from '../process/graph.ts'
import { build, canRunContainers, CONFINED, makeBase, podman } from './containers.ts'

/** The image, built and run for real: read-only, without capabilities, as nobody. */

const MINUTES = 60_000
const TAG = 'localhost/whatsapp-token-guard:test'
const names: string[] = []
let nth = 0

async function starts(graph: Graph, args: readonly string[] = []) {
  const name = `token-guard-test-${process.pid}-${(nth += 1)}`
  names.push(name)
  const port = String(20_000 + ((process.pid + nth) % 10_000))
  const env = { ...graph.env, TOKEN_GUARD_PORT: port, TOKEN_GUARD_HOST: '127.0.0.1', NODE_ENV: 'development' }
  const given = Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`])
  const started = await podman('run', '--detach', '--name', name, ...CONFINED, ...given, TAG, ...args)
  if (started.status !== 0) throw new Error(started.stderr)
  return {
    name,
    url: `http://127.0.0.1:${port}`,
    exitCode: async () => Number((await podman('wait', name)).stdout.trim()),
    logs: async () => (await podman('logs', name)).stdout,
  }
}

/** Asks until it is healthy: an engine's timer, by hand. */
async function becomesHealthy(name: string): Promise<number> {
  const startedMs = performance.now()
  while ((await podman('healthcheck', 'run', name)).status !== 0) {
    if (performance.now() - startedMs > 30_000) throw new Error((await podman('logs', name)).stdout)
  }
  return performance.now() - startedMs
}

describe.skipIf(!canRunContainers)('the image', () => {
  beforeAll(() => {
    makeBase()
    build(TAG)
  }, 8 * MINUTES)
  afterAll(async () => {
    for (const name of names) await podman('rm', '--force', '--time', '0', name)
    await podman('image', 'rm', '--force', TAG)
  }, 2 * MINUTES)

  test(
    'turns healthy read-only and without capabilities, and ends with 0 on SIGTERM',
    async () => {
      await using graph = startGraph()
      const { name, url, exitCode, logs } = await starts(graph)
      const healthyMs = await becomesHealthy(name)
      expect((await fetch(`${url}/health/token`)).status).toBe(200)
      expect((await podman('exec', name, 'id', '-u')).stdout.trim()).toBe('1000')
      expect((await podman('exec', name, 'sh', '-c', 'echo x > /app/x')).status).not.toBe(0)
      expect((await podman('exec', name, 'cat', '/proc/1/comm')).stdout.trim()).toBe('tini')
      const stoppingMs = performance.now()
      await podman('stop', '--time', '10', name)
      const stoppedMs = performance.now() - stoppingMs
      expect(await exitCode()).toBe(0)
      expect(await logs()).toContain('"event":"server.stopped"')
      const [{ Size: size }] = JSON.parse((await podman('image', 'inspect', TAG)).stdout)
      process.stderr.write(
        `healthy after ${Math.round(healthyMs)} ms, stopped after ${Math.round(stoppedMs)} ms, ${Math.round(size / 1e6)} MB\n`,
      )
    },
    MINUTES,
  )

  test(
    'does not start on a revoked token',
    async () => {
      await using graph = startGraph('revoked')
      expect(await (await starts(graph)).exitCode()).toBe(77)
    },
    MINUTES,
  )

  test(
    'is in front of a command, whose orphans somebody reaps',
    async () => {
      await using graph = startGraph()
      const script = 'sh -c "sleep 0.3 & exit 0"; sleep 1; grep -l "^State:.Z" /proc/[0-9]*/status && exit 1; exit 42'
      expect(await (await starts(graph, ['run', '--', 'sh', '-c', script])).exitCode()).toBe(42)
    },
    MINUTES,
  )

  test(
    'says what it is, checks its health by itself, and holds no secret',
    async () => {
      const config = JSON.parse((await podman('image', 'inspect', TAG)).stdout)[0]
      expect(config.Config).toMatchObject({ User: '1000:1000', StopSignal: 'SIGTERM', Cmd: ['serve'] })
      expect(config.Config.Env).toContain('NODE_ENV=production')
      expect(config.HealthCheck?.Test ?? config.Healthcheck?.Test).toEqual(['CMD', 'bun', 'dist/cli.js', 'probe'])
      expect(config.Labels['org.opencontainers.image.licenses']).toBe('MIT')
      expect(JSON.stringify(config)).not.toMatch(/EAA[A-Za-z0-9]{20}|APP_SECRET/)
      const inside = (script: string) =>
        podman('run', '--rm', ...CONFINED, '--entrypoint', 'sh', TAG, '-c', `${script} | grep -v node_modules`)
      expect((await inside('find /app -name ".env*" -o -name "*.test.*" -o -name test')).stdout).toBe('')
      expect((await inside('grep -rlE "EAA[A-Za-z0-9]{60,}" /app')).stdout).toBe('')
    },
    MINUTES,
  )
})
