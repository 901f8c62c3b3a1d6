import { isDefinite, type Ended, type Times } from './meanings.ts'
import { CONFIRM_AFTER_MS } from './times.ts'
import type { Asked, Saying, Word } from './words.ts'

/** Refusals that are asked for a second time before they count. */
export type Confirmation = {
  readonly suspects: readonly Asked[]
  readonly sinceMs: number
  /** The reads together refuse the token. */
  readonly isEvidence: boolean
}

/**
 * One verification of one token, and what may be asked in it: each question once, the token's own reads where
 * debug_token gives no verdict, and the suspected refusals once more.
 */
export class Round {
  readonly isBoot: boolean
  readonly isScheduled: boolean
  /** Something definite was known of the token before. */
  readonly isHeard: boolean
  readonly startedAt: Times
  readonly open = new Map<Asked, Times>()
  readonly first = new Map<Asked, Ended>()
  readonly second = new Map<Asked, Ended>()
  /** The reads that are made since debug_token gave no verdict. */
  own: { readonly asked: readonly Asked[]; readonly sinceMs: number } | null = null
  /** What has become of debug_token's answer, and of the reads. */
  token: Confirmation | 'settled' | null = null
  reads: Confirmation | 'settled' | null = null
  /** What the reads together say of the token. */
  verdict: Word | null = null

  constructor(kind: Pick<Round, 'isBoot' | 'isScheduled' | 'isHeard'>, startedAt: Times) {
    this.isBoot = kind.isBoot
    this.isScheduled = kind.isScheduled
    this.isHeard = kind.isHeard
    this.startedAt = startedAt
  }

  ask(asked: Asked, now: Times): void {
    const confirmation = this.#confirmationOf(asked)
    if (this.open.has(asked)) throw new Error(`${asked} is asked twice at a time`)
    if (confirmation !== null) {
      if (this.second.has(asked)) throw new Error(`${asked} is asked a third time`)
      if (now.mono !== confirmation.sinceMs + CONFIRM_AFTER_MS)
        throw new Error(`a refusal of ${asked} is not confirmed a second later`)
    } else if (this.first.has(asked)) throw new Error(`${asked} is asked a second time in vain`)
    else if (now.mono !== this.startedAt.mono && !(this.own?.asked.includes(asked) && now.mono === this.own.sinceMs))
      throw new Error(`${asked} is asked in the midst of a check`)
    this.open.set(asked, now)
  }

  /** Whether it was asked for in this round. */
  hear(asked: Asked, saying: Saying | null, at: Times): boolean {
    const from = this.open.get(asked)
    if (from === undefined) return false
    this.open.delete(asked)
    ;(this.#confirmationOf(asked) === null ? this.first : this.second).set(asked, { saying, from, at })
    return true
  }

  /** Whether debug_token's answer and all reads that were asked so far have come. */
  get haveReadsCome(): boolean {
    const isOwnAsked = this.own === null || this.own.asked.every((asked) => this.first.has(asked))
    return isOwnAsked && [...this.open.keys()].every((asked) => asked === 'token' && this.first.has('token'))
  }

  /** debug_token's definite answer counts apart from the reads. */
  get isTokenApart(): boolean {
    const token = this.first.get('token')
    return token !== undefined && isDefinite(token, 'token')
  }

  /** What is asked for what it proves of the token alone is not missed where it is not answered. */
  isDue(asked: Asked): boolean {
    return this.own?.asked.includes(asked) !== true
  }

  isConfirmed({ suspects }: Confirmation): boolean {
    return suspects.every((asked) => this.second.has(asked))
  }

  get isOver(): boolean {
    return this.reads === 'settled' && (this.token === 'settled' || !this.isTokenApart)
  }

  /** What counts: the second answers where there are such. */
  settled(): ReadonlyMap<Asked, Ended> {
    const unsuspected = [...this.first].filter(([asked]) => !this.second.has(asked))
    return new Map([...unsuspected, ...this.second])
  }

  #confirmationOf(asked: Asked): Confirmation | null {
    for (const part of [this.token, this.reads])
      if (part !== null && part !== 'settled' && part.suspects.includes(asked)) return part
    return null
  }
}
