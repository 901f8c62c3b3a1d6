import { afterAll, describe } from 'bun:test'
import { independently } from '../process/concurrent.ts'
import { forEachRuntime } from '../process/harness.ts'
import { serviceCells } from './cell.ts'
import { MATRIX, possibleRows } from './matrix.ts'
import { writeReport } from './report.ts'
import type { Row } from './row.ts'

/** Each fault in service: one program meets many, one after another. */
const ROWS_A_PROGRAM = 20

/** Rows that need other variables need a program of their own. */
function programs(rows: readonly Row[]): readonly (readonly Row[])[] {
  const kindOf = ({ isSlow, bySelf, way }: Row) => [isSlow, bySelf, way].join()
  return [...new Set(rows.map(kindOf))].flatMap((kind) => {
    const alike = rows.filter((row) => kindOf(row) === kind)
    return Array.from({ length: Math.ceil(alike.length / ROWS_A_PROGRAM) }, (_, part) =>
      alike.slice(part * ROWS_A_PROGRAM, (part + 1) * ROWS_A_PROGRAM),
    )
  })
}

forEachRuntime((runtime) => {
  describe.each(MATRIX)('$title in service', ({ rows }) => {
    const inService = rows.filter(({ isBootOnly }) => isBootOnly !== true)
    for (const part of programs(possibleRows(inService)))
      independently(`from ${part[0]?.name} to ${part.at(-1)?.name}`, () => serviceCells(runtime, part))
  })
})

afterAll(writeReport)
