import { describe, test } from 'bun:test'
import { independently } from '../process/concurrent.ts'
import { forEachRuntime } from '../process/harness.ts'
import { canHaveTls } from './backends.ts'
import { bootCell } from './cell.ts'
import { MATRIX } from './matrix.ts'

/** Each fault met at boot. */
forEachRuntime((runtime) => {
  describe.each(MATRIX)('$title at boot', ({ rows }) => {
    for (const row of rows)
      if (row.way === undefined || canHaveTls) independently(row.name, () => bootCell(runtime, row))
      else test.skip(`${row.name}: no openssl`, () => {})
  })
})
