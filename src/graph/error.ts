import type { CauseName } from '../verification/causes.ts'

/** Graph's error envelope, as far as it is judged. */
export type GraphError = {
  readonly code: number
  readonly subcode: number | null
  /** Raw: cleaned before it is kept. */
  readonly message: string
  /** WhatsApp's own words, raw too. */
  readonly details?: string
  readonly isTransient: boolean
  readonly httpStatus: number
}

/** One row of the table: which errors have this cause. */
export type ErrorRow = {
  readonly cause: CauseName
  readonly codes: readonly (number | readonly [from: number, to: number])[]
  readonly subcodes?: readonly number[]
  readonly text?: RegExp
  readonly when?: (error: GraphError) => boolean
  readonly source: string
}

/** `is_valid: false`. `error` always speaks of the inspected token. */
export type Invalid = {
  readonly kind: 'invalid'
  readonly error: GraphError | null
  /** Graph still knows of which app or user it was. */
  readonly isKnown: boolean
}
