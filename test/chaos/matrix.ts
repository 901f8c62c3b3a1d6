import { test } from 'bun:test'
import type { Runtime } from '../process/harness.ts'
import { shortOrLong } from '../hostile/duration.ts'
import { hasOpenssl } from './backends.ts'
import type { Row } from './row.ts'
import { ANSWER_ROWS } from './rows.answers.ts'
import { ERROR_ROWS } from './rows.errors.ts'
import { WAY_ROWS } from './rows.ways.ts'
import { WIRE_ROWS } from './rows.wire.ts'

/** `each`: every row. `class`: one row for each expected result of each question. */
type Selection = 'each' | 'class'

export type Group = {
  readonly title: string
  readonly rows: readonly Row[]
  /** Which rows are played at boot. `TEST_LONG=1` plays each on both; in service each is always played on both. */
  readonly atBoot: Readonly<Record<Runtime['name'], Selection>>
}

/** What each fault must come to, at boot and in service. */
export const MATRIX: readonly Group[] = [
  // Each runtime has its own sockets, TLS and fetch.
  { title: 'Connections and bytes', rows: WIRE_ROWS, atBoot: { bun: 'each', node: 'each' } },
  { title: 'TLS, proxies, names', rows: WAY_ROWS, atBoot: { bun: 'each', node: 'each' } },
  // Both runtimes read a complete answer with the same code of ours.
  { title: 'Answers', rows: ANSWER_ROWS, atBoot: { bun: 'each', node: 'class' } },
  // src/graph/ask.errors.test.ts has every error with every question.
  { title: "Graph's errors", rows: ERROR_ROWS, atBoot: { bun: 'class', node: 'class' } },
]

export const ALL_ROWS: readonly Row[] = MATRIX.flatMap(({ rows }) => rows)

/** Two rows of one class have the same expected result, and the same requests of the same asker meet the fault. */
function classOf({ expected, onNode, fault, isSlow, bySelf, way, kind }: Row): string {
  return JSON.stringify(
    [expected, onNode, fault.only, fault.times, isSlow, bySelf, way, kind].map((part) => part ?? null),
  )
}

export function oneOfEachClass(rows: readonly Row[]): readonly Row[] {
  const classes = rows.map(classOf)
  return rows.filter((_row, index) => classes.indexOf(classes[index] ?? '') === index)
}

export function rowsAtBoot({ rows, atBoot }: Group, { name }: Runtime): readonly Row[] {
  return shortOrLong(atBoot[name] === 'class' ? oneOfEachClass(rows) : rows, rows)
}

/** The rows that this machine can play. Called within a group's `describe`, where a skipped test names what is missing. */
export function possibleRows(rows: readonly Row[]): readonly Row[] {
  const possible = rows.filter(({ way }) => way === undefined || hasOpenssl)
  if (possible.length < rows.length) test.skipIf(true)('not tried: no openssl in PATH', () => {})
  return possible
}
