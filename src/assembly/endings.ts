import { EXIT, type ExitCode } from '../exit-codes.ts'
import type { BootEnding } from '../guard/boot.ts'

const OF_ENDING: Readonly<Record<Exclude<BootEnding, 'stopped'>, ExitCode>> = {
  verified: EXIT.ok,
  refused: EXIT.refused,
  asker_refused: EXIT.config,
  unverified: EXIT.temporary,
}

/** The exit code of each end of a boot, but of a stop. */
export function exitCodeOf(ending: Exclude<BootEnding, 'stopped'>): ExitCode {
  return OF_ENDING[ending]
}
