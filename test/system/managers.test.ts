import { describe, test } from 'bun:test'
import { provesPm2 } from './managed.ts'
import { installManagers } from './managers.ts'

/** Each start is guarded under a process manager, and a child of a guarded backend starts at once. The others: test/long. */

const missing = installManagers()
if (missing !== null) process.stderr.write(`  # PM2 is not tried: ${missing}\n`)

describe.skipIf(missing !== null)(`PM2 7${missing === null ? '' : ` (not tried: ${missing})`}`, () => {
  test('verifies each start in fork mode, and stops at a refusal', () => provesPm2('fork'), 120_000)
})
