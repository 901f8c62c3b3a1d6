import { appendFileSync, mkdirSync } from 'node:fs'
import { expect } from 'bun:test'
import { without } from '../process/graph.ts'
import { run, start, type Environment, type Program, type Runtime } from '../process/harness.ts'
import { SANDBOX_SECRETS } from '../process/secrets.ts'
import { backends, variablesBy, WELL_BY } from './backends.ts'
import { BOOT_MS_MAX, CHECK_MS_MAX, expectedOn, SHORT_TIMEOUT, WELL, type Expected, type Row } from './row.ts'
import { FaultyGraph } from './server.ts'

/** One fault at one moment of the program's life. */

const OPERATOR = 'vQ7rJ2mXw9Tz4kLs'
const ATTEMPTS = 4
/** Where each cell's time goes, for `docs/reliability.md`. */
const OUT = new URL('../../out/', import.meta.url).pathname

export function record(moment: string, runtime: Runtime, name: string, ms: number): void {
  mkdirSync(OUT, { recursive: true })
  appendFileSync(
    `${OUT}chaos.jsonl`,
    `${JSON.stringify({ moment, runtime: runtime.name, name, ms: Math.round(ms) })}\n`,
  )
}

export function envOf(graph: FaultyGraph, { isSlow, bySelf, way }: Partial<Row>): Environment {
  const plain = way === undefined ? graph.env : variablesBy(way, graph.port)
  const env = isSlow === true ? { ...plain, TOKEN_GUARD_CHECK_TIMEOUT: SHORT_TIMEOUT } : plain
  return bySelf === true ? without(env, 'META_APP_ID', 'META_APP_SECRET') : env
}

/** A boot, once: the exit code and what is told. */
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

/** One program through many faults: after each of them it must be well again. */
export async function serviceCells(runtime: Runtime, rows: readonly Row[]): Promise<void> {
  const [{ way } = {}] = rows
  if (way !== undefined) await backends()
  const well = way === undefined ? {} : WELL_BY[way]
  await using graph = await FaultyGraph.start()
  await graph.play(well)
  const env = {
    ...envOf(graph, rows[0] ?? {}),
    TOKEN_GUARD_OPERATOR_TOKEN: OPERATOR,
    TOKEN_GUARD_CHECK_INTERVAL: '24h',
  }
  await using program = start(runtime, ['serve'], env, { secrets: [OPERATOR, ...SANDBOX_SECRETS] })
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
    await graph.play(well)
    await recover(program, row.name)
  }
  program.kill('SIGTERM')
  expect((await program.exit).code).toBe(0)
  // Each refusal is told once, and nothing else flips a verdict.
  expect(program.lines('token.refused')).toHaveLength(refusals)
  expect(program.lines('token.recovered')).toHaveLength(refusals)
}

/** A busy machine may run into a short time-out once more. */
async function recover(program: Program, name: string): Promise<void> {
  for (let attempt = 1; attempt < ATTEMPTS; attempt++) {
    await checkNow(program)
    if ((await program.ask('/health/token')).json.status === WELL.status) break
  }
  await expectHealth(program, `after: ${name}`, WELL)
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
