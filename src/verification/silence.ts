import type { SilenceCode } from './codes.ts'

/** A request that taught us nothing definite about what was asked. Never a verdict. */
export type Silence = {
  readonly code: SilenceCode
  /** What happened, in our own words, without any identifier: `no connection (ECONNREFUSED)`. */
  readonly what: string
  /** The same with what Graph said, cleaned, for operators. */
  readonly observed: string
  /** Graph refused this read, and nothing more is to be learnt by asking again: told elsewhere where a cause is known. */
  readonly isRefusal?: boolean
}
