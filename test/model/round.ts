import { DEATHS, isDefinite, REFUSALS, type Ended, type Times } from './meanings.ts'
import { CONFIRM_AFTER_MS, TOGETHER_WITHIN_MS } from './times.ts'
import type { Asked, Reply, Word } from './words.ts'

/** Refusals that must be confirmed before they count. */
export type Confirmation = {
  readonly suspects: readonly Asked[]
  readonly sinceMs: number
  /** Whether the reads together refuse the token. */
  readonly isEvidence: boolean
}

/**
 * One verification of one token. It may ask each question once, the token's own reads if
 * debug_token gives no verdict, and the suspected refusals once more.
 */
export class Round {
  readonly isBoot: boolean
  readonly isScheduled: boolean
  /** Whether there was a definite answer about the token before. */
  readonly isHeard: boolean
  readonly startedAt: Times
  readonly open = new Map<Asked, Times>()
  readonly first = new Map<Asked, Ended>()
  readonly second = new Map<Asked, Ended>()
  /** The reads that are made because debug_token gave no verdict. */
  own: { readonly asked: readonly Asked[]; readonly sinceMs: number } | null = null
  /** The state of debug_token's answer, and of the reads. */
  token: Confirmation | 'settled' | null = null
  reads: Confirmation | 'settled' | null = null
  /** debug_token's answer, where it waits for the reads. */
  #held: { readonly token: Ended; readonly untilMs: number } | null = null
  /** The verdict of the reads about the token. */
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
    } else if (this.first.has(asked)) throw new Error(`${asked} is asked a second time without a reason`)
    else if (now.mono !== this.startedAt.mono && !(this.own?.asked.includes(asked) && now.mono === this.own.sinceMs))
      throw new Error(`${asked} is asked in the middle of a check`)
    this.open.set(asked, now)
  }

  /** Takes an answer. Returns whether it was asked for in this round. */
  hear(asked: Asked, reply: Reply | null, at: Times): boolean {
    const from = this.open.get(asked)
    if (from === undefined) return false
    this.open.delete(asked)
    ;(this.#confirmationOf(asked) === null ? this.first : this.second).set(asked, { reply, from, at })
    return true
  }

  /** A good answer after a silence is shown together with the reads, if these come soon. */
  hold(token: Ended, hasSilences: boolean, nowMs: number): void {
    const isDead = (REFUSALS.token[token.reply?.word ?? 'good'] ?? []).some((code) => DEATHS.includes(code))
    this.#held = { token, untilMs: nowMs + (hasSilences && !isDead ? TOGETHER_WITHIN_MS : 0) }
  }

  /** What was held for long enough; `null`: nothing. */
  release(nowMs: number): Ended | null {
    const held = this.#held
    if (held === null || nowMs < held.untilMs) return null
    this.#held = null
    return held.token
  }

  /** Whether debug_token's answer and all reads that were asked so far have come. */
  get haveReadsCome(): boolean {
    const isOwnAsked = this.own === null || this.own.asked.every((asked) => this.first.has(asked))
    return isOwnAsked && [...this.open.keys()].every((asked) => asked === 'token' && this.first.has('token'))
  }

  /** Whether debug_token's answer is definite, and so counts apart from the reads. */
  get isTokenApart(): boolean {
    const token = this.first.get('token')
    return token !== undefined && isDefinite(token, 'token')
  }

  /** Whether a missing answer counts as silence. It does not for reads that only serve as evidence about the token. */
  isDue(asked: Asked): boolean {
    return this.own?.asked.includes(asked) !== true
  }

  isConfirmed({ suspects }: Confirmation): boolean {
    return suspects.every((asked) => this.second.has(asked))
  }

  get isOver(): boolean {
    return this.reads === 'settled' && (this.token === 'settled' || !this.isTokenApart)
  }

  /** The answers that count: the second one if there is one. */
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
