import { expect } from 'bun:test'
import { without } from '../process/graph.ts'
import { run, start, type Environment, type Program, type Runtime } from '../process/harness.ts'
import { SANDBOX_SECRETS } from '../process/secrets.ts'
import { backends, variablesBy, WORKING } from './backends.ts'
import { record } from './report.ts'
import { BOOT_MS_MAX, CHECK_MS_MAX, expectedOn, SHORT_TIMEOUT, VERIFIED, type Expected, type Row } from './row.ts'
import { FaultyGraph } from './server.ts'

/** One fault at one moment: a cell of the table. */

const OPERATOR = 'vQ7rJ2mXw9Tz4kLs'
const ATTEMPTS = 4
/** For a program that meets many faults, on a busy machine. */
const LIFETIME_MS = 90_000

export function envOf(graph: FaultyGraph, { isSlow, bySelf, way }: Partial<Row>): Environment {
  const plain = way === undefined ? graph.env : variablesBy(way, graph.port)
  const env = isSlow === true ? { ...plain, TOKEN_GUARD_CHECK_TIMEOUT: SHORT_TIMEOUT } : plain
  return bySelf === true ? without(env, 'META_APP_ID', 'META_APP_SECRET') : env
}

/** One boot: its exit code and its first finding. */
export async function bootCell(runtime: Runtime, row: Row): Promise<void> {
  const { name, fault } = row
  const expected = expectedOn(runtime.name, row)
  if (row.way !== undefined) await backends()
  await using graph = await FaultyGraph.start()
  await graph.play(fault)
  const startedMs = performance.now()
  const { code, signal, stdout, stderr } = await run(runtime, ['check', '--json', '--once'], envOf(graph, row))
  const ms = performance.now() - startedMs
  const { findings } = JSON.parse(stdout) as { findings: readonly { code: string; observed: string }[] }
  const observed = { name, exit: code, signal, codes: findings.map((finding) => finding.code), stderr }
  expect({ ...observed, first: observed.codes[0] ?? null }).toEqual({
    ...observed,
    exit: expected.exit,
    signal: null,
    first: expected.code,
  })
  if (row.kind !== undefined) expect([name, findings[0]?.observed.split(':')[0]]).toEqual([name, row.kind])
  expect(ms).toBeLessThan(BOOT_MS_MAX)
  record('boot', runtime, name, ms)
}

/** One program meets many faults. After each of them Graph is well, and so must be the program. */
export async function serviceCells(runtime: Runtime, rows: readonly Row[]): Promise<void> {
  const [{ way } = {}] = rows
  if (way !== undefined) await backends()
  const working = way === undefined ? {} : WORKING[way]
  await using graph = await FaultyGraph.start()
  await graph.play(working)
  const env = {
    ...envOf(graph, rows[0] ?? {}),
    TOKEN_GUARD_OPERATOR_TOKEN: OPERATOR,
    TOKEN_GUARD_CHECK_INTERVAL: '24h',
  }
  await using program = start(runtime, ['serve'], env, {
    secrets: [OPERATOR, ...SANDBOX_SECRETS],
    lifetimeMs: LIFETIME_MS,
  })
  await program.port()
  let refusals = 0
  for (const row of rows) {
    const expected = expectedOn(runtime.name, row)
    await graph.play(row.fault)
    const ms = await checkNow(program)
    await expectHealth(program, row.name, expected)
    if (expected.status === 'fail') refusals += 1
    expect(ms).toBeLessThan(CHECK_MS_MAX)
    record('service', runtime, row.name, ms)
    await graph.play(working)
    await recover(program, row.name)
  }
  program.kill('SIGTERM')
  expect((await program.exit).code).toBe(0)
  // Each refusal is logged once, and nothing else changes a verdict.
  expect(program.lines('token.refused')).toHaveLength(refusals)
  expect(program.lines('token.recovered')).toHaveLength(refusals)
}

/** On a busy machine the short time-out may pass once more. */
async function recover(program: Program, name: string): Promise<void> {
  for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
    await checkNow(program)
    if ((await program.ask('/health/token')).json.status === VERIFIED.status) break
  }
  await expectHealth(program, `after: ${name}`, VERIFIED)
}

export async function checkNow(program: Program): Promise<number> {
  const startedMs = performance.now()
  const headers = { authorization: `Bearer ${OPERATOR}` }
  expect((await program.ask('/health/token/check', { method: 'POST', headers })).status).toBe(200)
  return performance.now() - startedMs
}

type Body = {
  readonly status: string
  readonly checks: Readonly<Record<string, readonly { readonly code?: string }[]>>
}

export async function expectHealth(program: Program, name: string, expected: Expected): Promise<void> {
  const answer = await program.ask('/health/token')
  const { status, checks } = answer.json as Body
  const codes = Object.values(checks).flatMap((entries) => entries.flatMap(({ code }) => code ?? []))
  expect([name, answer.status, status, codes]).toEqual([
    name,
    expected.status === 'fail' ? 503 : 200,
    expected.status,
    expected.code === null ? [] : expect.arrayContaining([expected.code]),
  ])
}
