import { describe } from 'bun:test'
import { independently } from '../process/concurrent.ts'
import { forEachRuntime } from '../process/harness.ts'
import { bootCell } from './cell.ts'
import { MATRIX } from './matrix.ts'

/** Each fault met at boot. */
forEachRuntime((runtime) => {
  describe.each(MATRIX)('$title at boot', ({ rows }) => {
    for (const row of rows) independently(row.name, () => bootCell(runtime, row))
  })
})
