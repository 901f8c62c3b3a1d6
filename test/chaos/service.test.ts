import { describe } from 'bun:test'
import { independently } from '../process/concurrent.ts'
import { forEachRuntime } from '../process/harness.ts'
import { serviceCells } from './cell.ts'
import { MATRIX } from './matrix.ts'
import type { Row } from './row.ts'

/** Each fault met in service: many after another by one program, as its life is. */
const ROWS_A_PROGRAM = 20

/** Those that need other variables need a program of their own. */
function programs(rows: readonly Row[]): readonly (readonly Row[])[] {
  const isOf = (isSlow: boolean, bySelf: boolean) => (row: Row) =>
    (row.isSlow === true) === isSlow && (row.bySelf === true) === bySelf
  return [isOf(false, false), isOf(true, false), isOf(false, true)].flatMap((isKind) => {
    const kind = rows.filter(isKind)
    return Array.from({ length: Math.ceil(kind.length / ROWS_A_PROGRAM) }, (_, part) =>
      kind.slice(part * ROWS_A_PROGRAM, (part + 1) * ROWS_A_PROGRAM),
    )
  })
}

forEachRuntime((runtime) => {
  describe.each(MATRIX)('$title in service', ({ rows }) => {
    for (const part of programs(rows))
      independently(`from ${part[0]?.name} to ${part.at(-1)?.name}`, () => serviceCells(runtime, part))
  })
})
