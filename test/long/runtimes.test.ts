import { beforeAll, describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { ONLY } from '../process/harness.ts'
import {
  canInstallNodes,
  installNodes,
  installOldestBun,
  nodeOf,
  NODES,
  OLDEST_BUN,
  oldestBun,
} from '../system/nodes.ts'

/** Every supported Node, and the oldest supported Bun, behave like the newest Bun: the whole process suite tests it. */
const MINUTES = 60_000
const ROOT = new URL('../..', import.meta.url).pathname

function passesOn(runtime: string): void {
  const suite = spawnSync(process.execPath, ['test', '--parallel=2', '--timeout=30000', 'test/process'], {
    cwd: ROOT,
    env: { ...process.env, [ONLY]: runtime },
  })
  const printed = String(suite.stderr)
  const failed = printed.split('\n').filter((line) => line.startsWith('(fail)'))
  expect(failed).toEqual([])
  expect(suite.status).toBe(0)
  expect(Number(/(\d+) pass/.exec(printed)?.[1])).toBeGreaterThan(100)
}

describe.skipIf(!canInstallNodes).each(NODES)('Node %s', (version) => {
  beforeAll(installNodes, 3 * MINUTES)

  test(
    'passes the process suite',
    () => {
      const [, major, minor] = /^v(\d+)\.(\d+)\./.exec(String(spawnSync(nodeOf(version), ['--version']).stdout)) ?? []
      expect(`${major}.${minor}.`).toStartWith(`${version.split('.').slice(0, 2).join('.')}.`)
      passesOn(nodeOf(version))
    },
    5 * MINUTES,
  )
})

describe.skipIf(!canInstallNodes)(`Bun ${OLDEST_BUN}`, () => {
  beforeAll(installOldestBun, 3 * MINUTES)

  test(
    'passes the process suite',
    () => {
      expect(String(spawnSync(oldestBun, ['--version']).stdout).trim()).toBe(OLDEST_BUN)
      passesOn(oldestBun)
    },
    5 * MINUTES,
  )
})
