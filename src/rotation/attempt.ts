import { HeldByAnother } from '../platform/lock-file.ts'
import type { Hindrance } from './obstacles.ts'
import { codeOf } from '../platform/system-error.ts'

/** Why the file cannot have another token in it, and what to do: sentences. */
export class TargetError extends Error {
  override readonly name = 'TargetError'

  constructor({ what, next }: Hindrance) {
    super(`${what} ${next}`)
  }
}

/** What the system refuses becomes sentences. */
export function attempt<T>(work: () => T, explain: (code: string) => Hindrance): T {
  try {
    return work()
  } catch (error) {
    if (error instanceof TargetError || error instanceof HeldByAnother) throw error
    throw new TargetError(explain(codeOf(error) ?? 'an unknown error'))
  }
}
