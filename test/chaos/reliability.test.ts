import { expect, test } from 'bun:test'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { CHOSEN, type Chosen } from './chosen.ts'
import { BOOT_MS_MAX, CHECK_MS_MAX, expectedOn, type Row } from './row.ts'
import { MATRIX } from './matrix.ts'

/**
 * `docs/reliability.md` is the table, and what was observed last. `CHAOS_WRITE=1` writes it anew from the table and from
 * `out/chaos.jsonl`, which the other tests of this folder leave behind.
 */
const ROOT = new URL('../../', import.meta.url).pathname
const DOC = `${ROOT}docs/reliability.md`
const OBSERVED = `${ROOT}out/chaos.jsonl`

type Observed = { readonly moment: string; readonly runtime: string; readonly name: string; readonly ms: number }

/** What the table demands: the cells that the test compares. */
function demanded(row: Row): string {
  const on = (['bun', 'node'] as const).map((runtime) => expectedOn(runtime, row))
  const either = (read: (expected: Row['expected']) => string) => [...new Set(on.map(read))].join('; Node: ')
  const cells = [
    row.name.replaceAll('|', '\\|').replaceAll('__', '\\_\\_'),
    either(({ exit }) => String(exit)),
    row.isBootOnly === true ? 'not possible' : either(({ status }) => `${status}, ${status === 'fail' ? 503 : 200}`),
    either(({ code }) => (code === null ? '–' : `\`${code}\``)),
  ]
  return `| ${cells.join(' | ')} |`
}

/** The same of a row of the last table. */
function chosen({ name, reload, rotate, alert }: Chosen): string {
  const rotated = rotate === 0 ? '0' : `${rotate}, the file is left as it is`
  return `| ${name} | ${RELOADS[reload]} | ${rotated} | ${alert === undefined ? '–' : ALERTS[alert]} |`
}

const ALERTS: Readonly<Record<NonNullable<Chosen['alert']>, string>> = {
  delivered: 'has been told',
  again: 'is told again, until it takes it',
}

const RELOADS: Readonly<Record<Chosen['reload'], string>> = {
  taken: 'takes over',
  waits: 'is asked about again at the next check; the old one serves, `pass`',
  refused: 'stays out: `token.candidate_refused`; the old one serves, `warn`',
}

const OTHER_MOMENTS = `## At a reload, at a rotation, and at the receiver of alerts

The same faults, a few of them. At boot \`serve\` goes on trying until the boot time is over and opens no port meanwhile;
in service they are met by checks of its own too, and after each of them the service is well again by itself, but
that it leaves Graph alone for as long as Graph asks, up to an hour: until then only an operator's check or a SIGHUP asks.
Whoever is alerted is told of each change of status and of its end, once. A receiver that fails holds up nobody.

| Graph … | a changed token | \`rotate\` | a receiver that does the same |
| --- | --- | --- | --- |`

const LONG_RUNS = `## Long runs

\`npm run test:long\`, last on 2026-11-25, on a machine of two processors that were busy with other work as well:

- Thirty minutes of probes over 50 connections, while the token was revoked and mended some 440 times and Graph failed in
  between: 27.9 million requests on Bun, 15.3 million on Node, none answered wrongly. 99 % within 11 and 19 ms, all within
  101 and 524; memory grew by 0.05 and 0.22 MiB a minute, descriptors by none. A change of verdict showed after 1.1 s at most.
- A thousand starts on each runtime (\`serve\`, \`run\`, \`rotate\`), ended at random moments by SIGTERM, SIGINT and SIGKILL:
  each ended as promised, without an orphan, and with a whole token that works in the file.
- 100,000 random steps of the guard beside a second writing of its promise: no difference.
`

function slowest(all: readonly Observed[], row: Row, moment: string): string {
  const times = all.filter((each) => each.name === row.name && each.moment === moment).map(({ ms }) => ms)
  return times.length === 0 ? '–' : `${(Math.max(...times) / 1000).toFixed(1)} s`
}

function write(): void {
  const lines = readFileSync(OBSERVED, 'utf8').trim().split('\n')
  const all = lines.map((line): Observed => JSON.parse(line))
  const parts = MATRIX.map(({ title, rows }) =>
    [
      `## ${title}`,
      '',
      '| Graph … | exit code at boot | in service | finding | slowest boot | slowest check |',
      '| --- | --- | --- | --- | --- | --- |',
      ...rows.map((row) => `${demanded(row)} ${slowest(all, row, 'boot')} | ${slowest(all, row, 'service')} |`),
      '',
    ].join('\n'),
  )
  writeFileSync(DOC, [INTRODUCTION, ...parts, OTHER_MOMENTS, ...CHOSEN.map(chosen), '', LONG_RUNS].join('\n'))
}

const count = MATRIX.flatMap(({ rows }) => rows).length

const INTRODUCTION = `# What Graph may do, and what comes of it

${count} ways in which Graph, or what stands between, may answer. Each is met by the real program over a real socket, on Bun
and on Node, at boot (\`check --once\`) and in service (by “verify now”), and afterwards the service must be well again.
None hangs, ends the program, shows a part of a secret, or turns a verdict that it should not: 75 and \`warn\` say that
there was no answer, and the last one stands; 77 and \`fail\` are Graph's own word, heard twice.

“Slowest” is what was observed, the start of the program and a busy machine included; the tests allow a boot ${BOOT_MS_MAX / 1000} s and a
check ${CHECK_MS_MAX / 1000} s. This page is made from the tests' own table (\`test/chaos\`), and a test holds that the two agree.
`

if (process.env['CHAOS_WRITE'] === '1' && existsSync(OBSERVED)) write()

test('the page says what the table demands, row by row', () => {
  const told = readFileSync(DOC, 'utf8')
    .split('\n')
    // The formatter makes columns of them.
    .map((line) => line.replaceAll(/ {2,}/g, ' '))
    .filter((line) => line.startsWith('| ') && !/^\| (Graph …|---)/.test(line))
  const due = [...MATRIX.flatMap(({ rows }) => rows.map(demanded)), ...CHOSEN.map(chosen)]
  // What was observed stands behind.
  expect(told.map((line, index) => line.slice(0, due[index]?.length))).toEqual(due)
})

test('no two rows have one name', () => {
  const names = MATRIX.flatMap(({ rows }) => rows.map(({ name }) => name))
  expect(names.toSorted()).toEqual([...new Set(names)].toSorted())
})
