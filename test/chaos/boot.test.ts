import { afterAll, describe } from 'bun:test'
import { independently } from '../process/concurrent.ts'
import { forEachRuntime } from '../process/harness.ts'
import { bootCell } from './cell.ts'
import { MATRIX, possibleRows, rowsAtBoot } from './matrix.ts'
import { writeReport } from './report.ts'

/** Each fault at boot, by `check --once`. */
forEachRuntime((runtime) => {
  describe.each(MATRIX)('$title at boot', (group) => {
    for (const row of possibleRows(rowsAtBoot(group, runtime))) independently(row.name, () => bootCell(runtime, row))
  })
})

afterAll(writeReport)
