import { expect, test } from 'bun:test'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rotate } from '../../src/commands/rotate.ts'
import type { Output } from '../../src/platform/output.ts'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { variables } from '../process/graph.ts'
import { temporaryFolder } from '../process/harness.ts'

/** Tokens of 60 days, a timer that runs once a day, outages of Graph's, and a hook that often fails: by Graph's clock, moved. */

const DAY_MS = 86_400_000
const DAYS = 730
const OUTAGE_DAYS_MAX = 13
const SEED = Number(process.env['TEST_SEED'] ?? Date.now() % 2 ** 31)

/** Mulberry32: the same days for the same seed. */
function randomFrom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** Graph on a clock of its own, which is away when it is said so. */
function movedGraph() {
  let nowMs = Date.now()
  let isAway = false
  let made = 0
  const sandbox = createSandbox({ scenario: 'sixty-days', now: () => nowMs })
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => {
      if (isAway) return new Response('', { status: 503 })
      if (request.url.includes('/oauth/access_token')) made += 1
      return sandbox.fetch(request)
    },
  })
  return {
    url: server.url.origin,
    made: () => made,
    pass: (away: boolean) => {
      nowMs += DAY_MS
      isAway = away
    },
    /** Whatever the clients see of it. */
    isAlive: async (token: string) => {
      const query = new URLSearchParams({ input_token: token, access_token: `${sandbox.appId}|${sandbox.appSecret}` })
      const answer = await sandbox.fetch(new Request(`${server.url.origin}/v25.0/debug_token?${query}`))
      return ((await answer.json()) as any).data.is_valid === true
    },
    [Symbol.dispose]: () => void server.stop(true),
  }
}

test(`no token lapses in two years, and each reaches its store (TEST_SEED=${SEED})`, async () => {
  using folder = temporaryFolder()
  using graph = movedGraph()
  const random = randomFrom(SEED)
  const { WHATSAPP_TOKEN: first = '', ...env } = variables(graph.url)
  const [path, store] = [join(folder.path, 'token'), join(folder.path, 'store')]
  writeFileSync(path, first)
  writeFileSync(store, first)
  const printed: string[] = []
  const output: Output = {
    write: (text) => void printed.push(text),
    isTerminal: false,
    hasColours: false,
    columns: null,
  }
  const context = {
    env: {
      ...env,
      PATH: process.env['PATH'],
      WHATSAPP_TOKEN_FILE: path,
      TOKEN_GUARD_EXPIRY: 'rotate',
      TOKEN_GUARD_BOOT_TIMEOUT: '20ms',
    },
    cwd: folder.path,
    stdout: output,
    stderr: output,
    program: 'token-guard',
  }
  const count = { lapses: 0, outageDays: 0, hookFailures: 0, ends: new Map<number, number>() }
  let outageDaysLeft = 0
  for (let day = 0; day < DAYS; day++) {
    if (outageDaysLeft > 0) outageDaysLeft -= 1
    else if (random() < 0.05) outageDaysLeft = 1 + Math.floor(random() * OUTAGE_DAYS_MAX)
    // A calm day after each: an outage is never longer than it is said to be.
    const isAway = outageDaysLeft > 1
    graph.pass(isAway)
    if (isAway) count.outageDays += 1
    for (const file of [path, store]) if (!(await graph.isAlive(readFileSync(file, 'utf8')))) count.lapses += 1
    const isHookBroken = random() < 0.4
    const hook = isHookBroken ? 'exit 1' : `cat > '${store}'`
    const code = await rotate({ ifDue: true, hook }, context)
    count.ends.set(code, (count.ends.get(code) ?? 0) + 1)
    if (code === 1) count.hookFailures += 1
    const isOwed = existsSync(join(folder.path, '.token.token-guard-rotate.hook'))
    expect(code === 1).toBe(isOwed)
    if (!isOwed) expect(readFileSync(store, 'utf8')).toBe(readFileSync(path, 'utf8'))
  }
  console.log(
    `  # ${DAYS} days: ${graph.made()} tokens made, ${count.outageDays} days of outage, ${count.hookFailures} hooks failed, exit codes ${JSON.stringify([...count.ends])}, ${count.lapses} lapses`,
  )
  expect([...count.ends.keys()].filter((code) => ![0, 1, 75].includes(code))).toEqual([])
  expect([count.lapses, graph.made() > DAYS / 60]).toEqual([0, true])
  expect(printed.join('')).not.toMatch(/EAASANDBOX\w{4}/)
}, 120_000)
