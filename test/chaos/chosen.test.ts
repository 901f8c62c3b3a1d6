import { describe, expect } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { independently } from '../process/concurrent.ts'
import { without } from '../process/graph.ts'
import { forEachRuntime, run, start, temporaryFolder, type Program, type Runtime } from '../process/harness.ts'
import { SANDBOX_SECRETS } from '../process/secrets.ts'
import { envOf, expectHealth } from './cell.ts'
import { CHOSEN, rowOf, type Chosen } from './chosen.ts'
import { WELL, type Row } from './row.ts'
import { FaultyGraph } from './server.ts'

const BOOT_MS = 2_000

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
  const env = { ...envOf(graph, row), TOKEN_GUARD_CHECK_INTERVAL: '1s', TOKEN_GUARD_ASSET_INTERVAL: '1s' }
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

forEachRuntime((runtime) => {
  describe.each(CHOSEN)('$name', (chosen) => {
    const row = rowOf(chosen)
    if (row.expected.exit !== 0) {
      independently('at a boot that is patient', () => patientBoot(runtime, row))
      independently('between two checks of its own', () => atItsOwnPace(runtime, chosen, row))
    }
    independently('at a reload', () => reload(runtime, chosen, row))
    independently('at a rotation', () => rotate(runtime, chosen, row))
  })
})
