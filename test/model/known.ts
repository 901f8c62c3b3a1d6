import type { Definite, Ended, Times } from './meanings.ts'
import type { Asked, Word } from './words.ts'

/** One verification of one token: each question once, the suspected refusals a second time. */
export type Round = {
  readonly isBoot: boolean
  readonly isScheduled: boolean
  readonly open: Map<Asked, Times>
  readonly first: Map<Asked, Ended>
  readonly second: Map<Asked, Ended>
  suspects: readonly Asked[]
  suspectedAt: number
}

/** What is known of one token. */
export class Known {
  readonly answers = new Map<Asked, Definite>()
  readonly silences = new Map<Asked, Word | null>()
  connection: Definite | null = null
  round: Round | null = null
  isAskerRefused = false
}
