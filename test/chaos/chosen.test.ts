import { describe, expect } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { independently } from '../process/concurrent.ts'
import { without } from '../process/graph.ts'
import { startReceiver } from '../process/receiver.ts'
import { forEachRuntime, run, start, temporaryFolder, type Program, type Runtime } from '../process/harness.ts'
import { SANDBOX_SECRETS } from '../process/secrets.ts'
import { envOf, expectHealth } from './cell.ts'
import { CHOSEN, rowOf, type Chosen } from './chosen.ts'
import { WELL, type Row } from './row.ts'
import { FaultyReceiver } from './receiver.ts'
import { FaultyGraph } from './server.ts'

const BOOT_MS = 2_000
const EVERY_SECOND = { TOKEN_GUARD_CHECK_INTERVAL: '1s', TOKEN_GUARD_ASSET_INTERVAL: '1s' }

/** `serve` goes on trying until the boot time is over, and opens no port meanwhile. */
async function patientBoot(runtime: Runtime, row: Row): Promise<void> {
  await using graph = await FaultyGraph.start()
  await graph.play(row.fault)
  const env = { ...envOf(graph, row), TOKEN_GUARD_BOOT_TIMEOUT: `${BOOT_MS}ms` }
  await using program = start(runtime, ['serve'], env)
  const startedMs = performance.now()
  expect(await program.exit).toEqual({ code: row.expected.exit, signal: null })
  expect(program.lines('server.listening')).toEqual([])
  if (row.expected.exit === 75) expect(performance.now() - startedMs).toBeGreaterThan(BOOT_MS)
}

/** By the interval alone, and back. */
async function atItsOwnPace(runtime: Runtime, { isLeftAlone }: Chosen, row: Row): Promise<void> {
  await using graph = await FaultyGraph.start()
  const env = { ...envOf(graph, row), ...EVERY_SECOND }
  await using program = start(runtime, ['serve'], env)
  await program.port()
  await graph.play(row.fault)
  await program.waitFor(row.expected.status === 'fail' ? 'token.refused' : 'check.unverified')
  await expectHealth(program, row.name, row.expected)
  await graph.play({})
  if (isLeftAlone === true) program.kill('SIGHUP')
  await program.askUntil('/health/token', ({ json }) => json.status === 'pass')
  expect(program.lines('token.refused')).toHaveLength(Number(row.expected.status === 'fail'))
}

async function reload(runtime: Runtime, { reload: due }: Chosen, row: Row): Promise<void> {
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
  if (due === 'waits') {
    await program.waitFor('check.unverified', ({ candidate }) => candidate === true)
    await expectHealth(program, row.name, WELL)
  }
  if (due === 'refused') {
    await program.waitFor('token.reload_refused')
    await expectHealth(program, row.name, { ...WELL, status: 'warn', code: 'token.candidate_refused' })
  }
  await takenOver(program, graph, due)
}

/** Once Graph is well, it takes over. */
async function takenOver(program: Program, graph: FaultyGraph, due: Chosen['reload']): Promise<void> {
  if (due !== 'taken') {
    expect(program.lines('token.reloaded')).toEqual([])
    await graph.play({})
    program.kill('SIGHUP')
  }
  await program.waitFor('token.reloaded')
  await program.askUntil('/health/token', ({ json }) => json.status === 'pass')
  expect(program.lines('token.refused')).toEqual([])
}

async function rotate(runtime: Runtime, { rotate: due }: Chosen, row: Row): Promise<void> {
  using folder = temporaryFolder()
  await using graph = await FaultyGraph.start()
  const all = envOf(graph, row)
  const path = join(folder.path, '.env')
  const before = `WHATSAPP_TOKEN=${all['WHATSAPP_TOKEN']}\n`
  writeFileSync(path, before)
  await graph.play(row.fault)
  const env = { ...without(all, 'WHATSAPP_TOKEN'), TOKEN_GUARD_BOOT_TIMEOUT: '3s' }
  const { code, stderr } = await run(runtime, ['rotate', '--yes'], env, { cwd: folder.path })
  expect([code, stderr]).toEqual([due, stderr])
  const after = readFileSync(path, 'utf8')
  if (due === 0) expect(after).not.toBe(before)
  else expect(after).toBe(before)
}

/** What the fault comes to, and its end: each is told, and nothing else is but what drifted. */
async function alerted(runtime: Runtime, { isLeftAlone }: Chosen, row: Row): Promise<void> {
  await using graph = await FaultyGraph.start()
  await using receiver = startReceiver()
  const env = { ...envOf(graph, row), ...receiver.env, ...EVERY_SECOND }
  await using program = start(runtime, ['serve'], env, { secrets: [...SANDBOX_SECRETS, ...receiver.secrets] })
  await program.port()
  await graph.play(row.fault)
  const [fell] = await receiver.until(1)
  const { status, code } = row.expected
  expect(fell?.body).toMatchObject({ event: 'status.changed', previousStatus: 'pass', status })
  expect(fell?.body['findings'][0].code).toBe(code)
  await graph.play({})
  if (isLeftAlone === true) program.kill('SIGHUP')
  await program.askUntil('/health/token', ({ json }) => json.status === 'pass')
  program.kill('SIGTERM')
  expect((await program.exit).code).toBe(0)
  const told = receiver.received.map(({ body }) => body).filter(({ event }) => event !== 'token.drift')
  expect(told.map(({ event, status: to }) => [event, to])).toEqual([
    ['status.changed', status],
    ['status.changed', 'pass'],
  ])
}

/** The receiver fails; nobody else notices, and what can be told later is, once. */
async function receiverFails(runtime: Runtime, { alert: due }: Chosen, row: Row): Promise<void> {
  await using graph = await FaultyGraph.start()
  await using receiver = await FaultyReceiver.start()
  const env = { ...graph.env, ...EVERY_SECOND, TOKEN_GUARD_ALERT_URL: receiver.url }
  await using program = start(runtime, ['serve'], env)
  await program.port()
  await receiver.play(row.fault)
  await graph.play(rowOf({ name: 'data.error 190/466' }).fault)
  await program.askUntil('/health/token', (answer) => answer.status === 503)
  if (due === 'again') {
    expect(await program.waitFor('alert.failed')).toMatchObject({ tries: 1, retryInMs: expect.any(Number) })
    await receiver.play({})
  }
  const { id } = await receiver.until(({ event, isWell }) => event === 'status.changed' && isWell === (due === 'again'))
  await graph.play({})
  await program.askUntil('/health/token', ({ json }) => json.status === 'pass')
  program.kill('SIGTERM')
  expect((await program.exit).code).toBe(0)
  if (due === 'delivered') expect(program.lines('alert.failed')).toEqual([])
  expect(receiver.heard.filter((each) => each.id === id && each.isWell === (due === 'again'))).toHaveLength(1)
}

forEachRuntime((runtime) => {
  describe.each(CHOSEN)('$name', (chosen) => {
    const row = rowOf(chosen)
    if (row.expected.exit !== 0) {
      independently('at a boot that is patient', () => patientBoot(runtime, row))
      independently('between two checks of its own', () => atItsOwnPace(runtime, chosen, row))
      independently('with somebody who is told of it', () => alerted(runtime, chosen, row))
    }
    independently('at a reload', () => reload(runtime, chosen, row))
    independently('at a rotation', () => rotate(runtime, chosen, row))
    if (chosen.alert !== undefined)
      independently('at the receiver of alerts', () => receiverFails(runtime, chosen, row))
  })
})
