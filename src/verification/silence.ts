import type { SilenceCode } from './codes.ts'

/** A request that taught us nothing definite about what was asked. Never a verdict. */
export type Silence = {
  readonly code: SilenceCode
  /** What happened, in our own words, without any identifier: `no connection (ECONNREFUSED)`. */
  readonly what: string
  /** The same with what Graph said, cleaned, for operators. */
  readonly observed: string
}
