import { describe, expect } from 'bun:test'
import { once } from 'node:events'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { independently } from '../process/concurrent.ts'
import { without } from '../process/graph.ts'
import { startReceiver } from '../process/receiver.ts'
import { forEachRuntime, run, start, temporaryFolder, type Program, type Runtime } from '../process/harness.ts'
import { SANDBOX_SECRETS } from '../process/secrets.ts'
import { envOf, expectHealth } from './cell.ts'
import { chosenFor, rowOf, type Chosen } from './chosen.ts'
import { VERIFIED, type Row } from './row.ts'
import { FaultyReceiver } from './receiver.ts'
import { FaultyGraph } from './server.ts'

const BOOT_MS = 2_000
const ALERT_MS_MAX = 20_000
const EVERY_SECOND = { TOKEN_GUARD_CHECK_INTERVAL: '1s', TOKEN_GUARD_ASSET_INTERVAL: '1s' }

/** `serve` tries until the boot time is over, and opens no port before. */
async function bootWithRetries(runtime: Runtime, row: Row): Promise<void> {
  await using graph = await FaultyGraph.start()
  await graph.play(row.fault)
  const env = { ...envOf(graph, row), TOKEN_GUARD_BOOT_TIMEOUT: `${BOOT_MS}ms` }
  await using program = start(runtime, ['serve'], env)
  const startedMs = performance.now()
  expect(await program.exit).toEqual({ code: row.expected.exit, signal: null })
  expect(program.lines('server.listening')).toEqual([])
  if (row.expected.exit === 75) expect(performance.now() - startedMs).toBeGreaterThan(BOOT_MS)
}

/** Scheduled checks alone find the fault, and its end. */
async function scheduledChecks(runtime: Runtime, { asksToWait }: Chosen, row: Row): Promise<void> {
  await using graph = await FaultyGraph.start()
  const env = { ...envOf(graph, row), ...EVERY_SECOND }
  await using program = start(runtime, ['serve'], env)
  await program.port()
  await graph.play(row.fault)
  await program.waitFor(row.expected.status === 'fail' ? 'token.refused' : 'check.unverified')
  await expectHealth(program, row.name, row.expected)
  await graph.play({})
  if (asksToWait === true) program.kill('SIGHUP')
  await program.askUntil('/health/token', ({ json }) => json.status === 'pass')
  expect(program.lines('token.refused')).toHaveLength(Number(row.expected.status === 'fail'))
}

async function reload(runtime: Runtime, { reload: expected }: Chosen, row: Row): Promise<void> {
  using folder = temporaryFolder()
  await using graph = await FaultyGraph.start()
  const path = join(folder.path, 'token')
  writeFileSync(path, envOf(graph, row)['WHATSAPP_TOKEN'] ?? '')
  const env = {
    ...without(envOf(graph, row), 'WHATSAPP_TOKEN'),
    WHATSAPP_TOKEN_FILE: path,
    TOKEN_GUARD_CHECK_INTERVAL: '24h',
  }
  const issued = await graph.issue()
  await using program = start(runtime, ['serve'], env, { secrets: [issued, ...SANDBOX_SECRETS] })
  await program.port()
  await graph.play(row.fault)
  writeFileSync(path, issued)
  if (expected === 'waits') {
    await program.waitFor('check.unverified', ({ candidate }) => candidate === true)
    await expectHealth(program, row.name, VERIFIED)
  }
  if (expected === 'refused') {
    await program.waitFor('token.reload_refused')
    await expectHealth(program, row.name, { ...VERIFIED, status: 'warn', code: 'token.candidate_refused' })
  }
  await expectTakeOver(program, graph, expected)
}

/** The changed token takes over when Graph is well. */
async function expectTakeOver(program: Program, graph: FaultyGraph, expected: Chosen['reload']): Promise<void> {
  if (expected !== 'taken') {
    expect(program.lines('token.reloaded')).toEqual([])
    await graph.play({})
    program.kill('SIGHUP')
  }
  await program.waitFor('token.reloaded')
  await program.askUntil('/health/token', ({ json }) => json.status === 'pass')
  expect(program.lines('token.refused')).toEqual([])
}

async function rotate(runtime: Runtime, { rotate: expected }: Chosen, row: Row): Promise<void> {
  using folder = temporaryFolder()
  await using graph = await FaultyGraph.start()
  const all = envOf(graph, row)
  const path = join(folder.path, '.env')
  const before = `WHATSAPP_TOKEN=${all['WHATSAPP_TOKEN']}\n`
  writeFileSync(path, before)
  await graph.play(row.fault)
  const env = { ...without(all, 'WHATSAPP_TOKEN'), TOKEN_GUARD_BOOT_TIMEOUT: '3s' }
  const { code, stderr } = await run(runtime, ['rotate', '--yes'], env, { cwd: folder.path })
  expect([code, stderr]).toEqual([expected, stderr])
  const after = readFileSync(path, 'utf8')
  if (expected === 0) expect(after).not.toBe(before)
  else expect(after).toBe(before)
}

/** An alert that never comes fails its own test, and does not hold up the others. */
function inTime<T>(alert: Promise<T>): Promise<T> {
  const late = once(AbortSignal.timeout(ALERT_MS_MAX), 'abort').then((): never => {
    throw new Error(`no alert within ${ALERT_MS_MAX} ms`)
  })
  return Promise.race([alert, late])
}

/** A refusal is one alert, and its end another at the stop. A missing answer is none: it may be a hiccup. */
async function sendsAlerts(runtime: Runtime, { asksToWait }: Chosen, row: Row): Promise<void> {
  await using graph = await FaultyGraph.start()
  await using receiver = startReceiver()
  const env = { ...envOf(graph, row), ...receiver.env, ...EVERY_SECOND }
  await using program = start(runtime, ['serve'], env, { secrets: [...SANDBOX_SECRETS, ...receiver.secrets] })
  await program.port()
  await graph.play(row.fault)
  const { status, code } = row.expected
  const isRefused = status === 'fail'
  if (isRefused) {
    const [first] = await inTime(receiver.until(1))
    expect(first?.body).toMatchObject({ event: 'status.changed', previousStatus: 'pass', status })
    expect(first?.body['findings'][0].code).toBe(code)
  } else {
    await program.askUntil('/health/token', ({ json }) => json.status === status)
  }
  await graph.play({})
  if (asksToWait === true) program.kill('SIGHUP')
  await program.askUntil('/health/token', ({ json }) => json.status === 'pass')
  program.kill('SIGTERM')
  expect((await program.exit).code).toBe(0)
  const sent = receiver.received.map(({ body }) => [body['event'], body['status']])
  expect(sent).toEqual(
    isRefused
      ? [
          ['status.changed', 'fail'],
          ['status.changed', 'pass'],
        ]
      : [],
  )
}

/** The receiver has the fault: the service goes on, and an alert that can be retried arrives, once. */
async function receiverFails(runtime: Runtime, { alert: expected }: Chosen, row: Row): Promise<void> {
  await using graph = await FaultyGraph.start()
  await using receiver = await FaultyReceiver.start()
  const env = { ...graph.env, ...EVERY_SECOND, TOKEN_GUARD_ALERT_URL: receiver.url }
  await using program = start(runtime, ['serve'], env)
  await program.port()
  await receiver.play(row.fault)
  await graph.play(rowOf({ name: 'data.error 190/466' }).fault)
  await program.askUntil('/health/token', (answer) => answer.status === 503)
  const isAccepted = expected === 'retried'
  if (isAccepted) {
    expect(await program.waitFor('alert.failed')).toMatchObject({ tries: 1, retryInMs: expect.any(Number) })
    await receiver.play({})
  }
  const { id } = await inTime(
    receiver.until((each) => each.event === 'status.changed' && each.isAccepted === isAccepted),
  )
  await graph.play({})
  await program.askUntil('/health/token', ({ json }) => json.status === 'pass')
  program.kill('SIGTERM')
  expect((await program.exit).code).toBe(0)
  if (expected === 'delivered') expect(program.lines('alert.failed')).toEqual([])
  expect(receiver.deliveries.filter((each) => each.id === id && each.isAccepted === isAccepted)).toHaveLength(1)
}

forEachRuntime((runtime) => {
  describe.each(chosenFor(runtime))('$name', (chosen) => {
    const row = rowOf(chosen)
    if (row.expected.exit !== 0) {
      independently('while serve tries to start', () => bootWithRetries(runtime, row))
      independently('between two scheduled checks', () => scheduledChecks(runtime, chosen, row))
      independently('with a receiver of alerts', () => sendsAlerts(runtime, chosen, row))
    }
    independently('at a reload', () => reload(runtime, chosen, row))
    independently('at a rotation', () => rotate(runtime, chosen, row))
    if (chosen.alert !== undefined) independently('at the receiver itself', () => receiverFails(runtime, chosen, row))
  })
})
