import { describe } from 'bun:test'
import { independently } from '../process/concurrent.ts'
import { forEachRuntime } from '../process/harness.ts'
import { canHaveTls } from './backends.ts'
import { serviceCells } from './cell.ts'
import { MATRIX } from './matrix.ts'
import type { Row } from './row.ts'

/** Each fault met in service: many after another by one program, as its life is. */
const ROWS_A_PROGRAM = 20

/** Those that need other variables need a program of their own. */
function programs(rows: readonly Row[]): readonly (readonly Row[])[] {
  const kindOf = ({ isSlow, bySelf, way }: Row) => [isSlow, bySelf, way].join()
  const possible = rows.filter(({ way, isBootOnly }) => isBootOnly !== true && (way === undefined || canHaveTls))
  return [...new Set(possible.map(kindOf))].flatMap((kind) => {
    const alike = possible.filter((row) => kindOf(row) === kind)
    return Array.from({ length: Math.ceil(alike.length / ROWS_A_PROGRAM) }, (_, part) =>
      alike.slice(part * ROWS_A_PROGRAM, (part + 1) * ROWS_A_PROGRAM),
    )
  })
}

forEachRuntime((runtime) => {
  describe.each(MATRIX)('$title in service', ({ rows }) => {
    for (const part of programs(rows))
      independently(`from ${part[0]?.name} to ${part.at(-1)?.name}`, () => serviceCells(runtime, part))
  })
})
