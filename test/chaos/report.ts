import { appendFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import type { Runtime } from '../process/harness.ts'
import { MATRIX } from './matrix.ts'
import { BOOT_MS_MAX, CHECK_MS_MAX, expectedOn, type Expected, type Row } from './row.ts'

/** What a run leaves behind: `out/chaos.jsonl`, a line for each cell, and `out/reliability.md`, the table of all cells. */

const OUT = new URL('../../out/', import.meta.url).pathname
const CELLS = `${OUT}chaos.jsonl`

type Moment = 'boot' | 'service'
type Cell = { readonly moment: Moment; readonly runtime: Runtime['name']; readonly name: string; readonly ms: number }

export function record(moment: Moment, runtime: Runtime, name: string, ms: number): void {
  mkdirSync(OUT, { recursive: true })
  const cell: Cell = { moment, runtime: runtime.name, name, ms: Math.round(ms) }
  appendFileSync(CELLS, `${JSON.stringify(cell)}\n`)
}

const HEADER = `# The cells of test/chaos

Each fault, what it must come to, and how long it took at most, the start of the program included. A boot may take
${BOOT_MS_MAX / 1000} s, a check ${CHECK_MS_MAX / 1000} s. A dash stands where this run did not play the fault; \`TEST_LONG=1\` plays all.
`

const COLUMNS = [
  'Graph …',
  'exit code at boot',
  'in service',
  'finding',
  'boot on Bun',
  'boot on Node',
  'check on Bun',
  'check on Node',
]

const tableRow = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
const RUNTIME_NAMES = ['bun', 'node'] as const

function slowest(cells: readonly Cell[]): string {
  return cells.length === 0 ? '–' : `${(Math.max(...cells.map(({ ms }) => ms)) / 1000).toFixed(1)} s`
}

function line(row: Row, cells: readonly Cell[]): string {
  const all = RUNTIME_NAMES.map((runtime) => expectedOn(runtime, row))
  const either = (read: (expected: Expected) => string) => [...new Set(all.map(read))].join('; Node: ')
  const taken = (moment: Moment) =>
    RUNTIME_NAMES.map((runtime) => slowest(cells.filter((each) => each.moment === moment && each.runtime === runtime)))
  return tableRow([
    row.name.replaceAll('|', '\\|').replaceAll('__', '\\_\\_'),
    either(({ exit }) => String(exit)),
    row.isBootOnly === true ? 'not possible' : either(({ status }) => status),
    either(({ code }) => (code === null ? '–' : `\`${code}\``)),
    ...taken('boot'),
    ...taken('service'),
  ])
}

/** Written anew after each file of tests, from all that has run since `out/chaos.jsonl` was removed. */
export function writeReport(): void {
  if (!existsSync(CELLS)) return
  const byName = new Map<string, Cell[]>()
  for (const text of readFileSync(CELLS, 'utf8').trim().split('\n')) {
    const cell: Cell = JSON.parse(text)
    byName.set(cell.name, [...(byName.get(cell.name) ?? []), cell])
  }
  const tables = MATRIX.map(({ title, rows }) =>
    [
      `## ${title}`,
      '',
      tableRow(COLUMNS),
      tableRow(COLUMNS.map(() => '---')),
      ...rows.map((row) => line(row, byName.get(row.name) ?? [])),
      '',
    ].join('\n'),
  )
  writeFileSync(`${OUT}reliability.md`, [HEADER, ...tables].join('\n'))
}
