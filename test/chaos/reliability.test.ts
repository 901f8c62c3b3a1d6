import { describe, expect, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { belongsTo, FAULT_CLASSES, type FaultClass } from './classes.ts'
import { ALL_ROWS, MATRIX, oneOfEachClass } from './matrix.ts'

/** Holds `docs/reliability.md`. `CHAOS_WRITE=1` writes its table anew from the table of faults; then run `bun fmt`. */

const PAGE = new URL('../../docs/reliability.md', import.meta.url).pathname
const WORDS_MAX = 700
/** The lines of the page's only table. */
const TABLE = /(?:^\|.*\n)+/m

function tableRow(faultClass: FaultClass): string {
  const { what, exit, status, codes } = faultClass
  const count = ALL_ROWS.filter((row) => belongsTo(faultClass, row)).length
  const health = `${status}, ${status === 'fail' ? 503 : 200}`
  const findings = codes.map((code) => (code === null ? '–' : `\`${code}\``)).join(', ')
  return `| ${[what, count, exit, health, findings].join(' | ')} |`
}

const HEADER = ['| Graph … | faults | exit code at boot | in service | finding |', '| --- | --- | --- | --- | --- |']
const EXPECTED = [...HEADER, ...FAULT_CLASSES.map(tableRow)]

if (process.env['CHAOS_WRITE'] === '1')
  writeFileSync(
    PAGE,
    readFileSync(PAGE, 'utf8').replace(TABLE, () => `${EXPECTED.join('\n')}\n`),
  )

describe('the page', () => {
  const page = readFileSync(PAGE, 'utf8')

  test('has the classes of faults as the table of faults gives them', () => {
    // The formatter pads the columns.
    const lines = (TABLE.exec(page)?.[0] ?? '').trim().split('\n')
    expect(lines.map((line) => line.replaceAll(/ {2,}/g, ' ').replaceAll(/-{3,}/g, '---'))).toEqual(EXPECTED)
  })

  test(`has at most ${WORDS_MAX} words`, () => {
    expect(page.match(/[\p{L}\p{N}][^\s|]*/gu)?.length).toBeLessThanOrEqual(WORDS_MAX)
  })

  test('counts all faults', () => {
    expect(page).toContain(`${ALL_ROWS.length} faults`)
  })

  test('names each fault that Node reads otherwise', () => {
    for (const { name, onNode } of ALL_ROWS) if (onNode !== undefined) expect(page).toContain(`“${name}”`)
  })
})

describe('the table of faults', () => {
  test('has no two rows of one name', () => {
    const names = ALL_ROWS.map(({ name }) => name)
    expect(names.toSorted()).toEqual([...new Set(names)].toSorted())
  })

  test('has each row in exactly one class', () => {
    const classesOf = (row: (typeof ALL_ROWS)[number]) => FAULT_CLASSES.filter((each) => belongsTo(each, row))
    expect(ALL_ROWS.filter((row) => classesOf(row).length !== 1).map(({ name }) => name)).toEqual([])
  })

  test('has a row for each finding of each class', () => {
    for (const { exit, status, codes } of FAULT_CLASSES)
      for (const code of codes) expect(ALL_ROWS.map(({ expected }) => expected)).toContainEqual({ exit, status, code })
  })
})

describe('one of each class', () => {
  test.each(MATRIX)('$title: has each expected result for each question', ({ rows }) => {
    const resultsOf = (some: typeof rows) =>
      new Set(some.map(({ expected, fault, bySelf }) => JSON.stringify([expected, fault.only, bySelf])))
    const selected = oneOfEachClass(rows)
    expect(resultsOf(selected)).toEqual(resultsOf(rows))
    expect(selected.length).toBeLessThan(rows.length)
  })
})
