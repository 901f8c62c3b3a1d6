import { EXIT, type ExitCode } from '../exit-codes.ts'

/** PURE. Why a message failed, as `send-test` explains it. */
export type SendFailure = {
  readonly name: string
  readonly exitCode: ExitCode
  /** What is true. */
  readonly means: string
  /** What to click or type next, and what does not help: three sentences at the most. */
  readonly toDo: string
}

/** One row of the tables: which errors have this cause. */
export type FailureRow = SendFailure & {
  readonly codes: readonly number[]
  /** Where the code alone does not say enough. */
  readonly text?: RegExp
}

/** The recipient or the message. */
export const MESSAGE = EXIT.message
/** The token, or what it may do. */
export const ACCESS = EXIT.refused
/** It may pass by itself. */
export const LATER = EXIT.temporary

export const BOTH_ASSETS =
  'the WhatsApp account (the number) and the Messaging account (until 2026: WhatsApp Business Account)'

/** The guide's step 3, for both assets. */
export const ASSIGN_BOTH = `open Business Settings → Users → System users → your system user → Assign assets, and choose ${BOTH_ASSETS}, each with full control (guide step 3)`

/** The guide's step 4, after assets were assigned. */
export const THEN_GENERATE =
  'generate a new token (guide step 4): the current one does not learn of what is assigned later'
