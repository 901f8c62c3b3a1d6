import {
  DEATHS,
  driftOf,
  isAskerRefused,
  isDefinite,
  REFUSALS,
  WARNINGS,
  type Definite,
  type Ended,
  type Times,
} from './meanings.ts'
import { Known, type Round } from './known.ts'
import { Pace } from './pace.ts'
import {
  CONFIRM_AFTER_MS,
  elapsed,
  isOffsetUnsure,
  ROTATE_BEFORE_MS,
  SKEW_MAX_MS,
  STALE_AFTER_MS,
  surely,
  Unsure,
} from './times.ts'
import { ASKED, type Asked, type Saying } from './words.ts'

/**
 * Section 5 of the promise to users, written down a second time and apart from the code: it hears each request and each
 * answer, and says what must be known, shown and told then. It knows nothing of how the guard comes to it.
 */

export type Demands = { readonly expiry: 'never' | 'rotate'; readonly staleStatus: 'warn' | 'fail' }
export type Verdict = 'verified' | 'refused' | 'unverified'

export class Contract {
  readonly #demands: Demands
  readonly #now: () => Times
  service: string
  #ofService = new Known()
  candidate: { readonly token: string; known: Known; isHalfway: boolean; isRefused: boolean } | null = null
  isBooting = true
  /** What must be told still. */
  readonly owed: string[] = []
  readonly pace = new Pace()
  requests = 0
  isStopped = false

  constructor(service: string, demands: Demands, now: () => Times) {
    this.service = service
    this.#demands = demands
    this.#now = now
  }

  // what happens

  asked(token: string, asked: Asked): void {
    this.requests += 1
    if (this.isStopped) throw new Error('a request after the stop')
    const known = this.#knownOf(token)
    if (known === null) throw new Error('a request about a token that is neither in service nor a candidate')
    known.round ??= this.#begin(token)
    const { open, suspects, suspectedAt, first, second } = known.round
    const now = this.#now()
    if (suspects.length > 0) {
      if (!suspects.includes(asked) || second.has(asked)) throw new Error(`${asked} is asked for a second time in vain`)
      if (now.mono !== suspectedAt + CONFIRM_AFTER_MS) throw new Error('a refusal is not confirmed a second later')
    } else if (open.has(asked) || first.has(asked)) throw new Error(`${asked} is asked twice in one check`)
    open.set(asked, now)
  }

  answered(token: string, asked: Asked, saying: Saying | null): void {
    const known = this.#knownOf(token)
    const round = known?.round
    const from = round?.open.get(asked)
    // About an older token: thrown away.
    if (known === null || round == null || from === undefined) return
    round.open.delete(asked)
    const isSecond = round.suspects.length > 0
    ;(isSecond ? round.second : round.first).set(asked, { saying, from, at: this.#now() })
    if (round.open.size > 0 || (isSecond && round.second.size < round.suspects.length)) return
    if (!isSecond) {
      round.suspects = [...round.first.keys()].filter((each) => this.#isSuspect(known, each, round))
      round.suspectedAt = this.#now().mono
      if (round.suspects.length > 0) return void this.owed.push('check.refusal_suspected')
    }
    known.round = null
    this.#conclude(known, round)
  }

  propose(token: string): void {
    this.candidate = { token, known: new Known(), isHalfway: false, isRefused: false }
  }

  withdraw(): void {
    this.candidate = null
  }

  stop(): void {
    this.isStopped = true
    this.candidate = null
  }

  // what must hold

  verdict(known = this.#ofService): Verdict {
    if (!known.answers.has('token')) return 'unverified'
    return [...known.answers.keys()].some((asked) => this.#refusals(known, asked).length > 0) ? 'refused' : 'verified'
  }

  /** Every code that may be told as a failure now; of a dead token that one alone. */
  refusals(): readonly string[] {
    const token = this.#refusals(this.#ofService, 'token')
    if (token.some((code) => DEATHS.includes(code))) return token.filter((code) => DEATHS.includes(code))
    return [...this.#ofService.answers.keys()].flatMap((asked) => this.#refusals(this.#ofService, asked))
  }

  isStale(): boolean {
    const token = this.#ofService.answers.get('token')
    return token !== undefined && this.#elapsed(token.at) > STALE_AFTER_MS
  }

  /** The same where it must have been told by now: a moment after it became so. */
  isLongStale(): boolean {
    const token = this.#ofService.answers.get('token')
    return token !== undefined && surely(this.#elapsed(token.at), [STALE_AFTER_MS]) > STALE_AFTER_MS
  }

  status(): 'pass' | 'warn' | 'fail' {
    if (this.verdict() !== 'verified' || (this.isStale() && this.#demands.staleStatus === 'fail')) return 'fail'
    const { answers, silences } = this.#ofService
    const isWarned =
      this.isStale() ||
      silences.size > 0 ||
      this.candidate?.isRefused === true ||
      this.#isSkewed() ||
      [...answers].some(([asked, { saying }]) => WARNINGS[asked].includes(saying.word)) ||
      this.#remainingMs(answers.get('token')) < ROTATE_BEFORE_MS
    return isWarned ? 'warn' : 'pass'
  }

  ending(): string {
    const verdict = this.verdict()
    return verdict !== 'refused' && this.#ofService.isAskerRefused ? 'asker_refused' : verdict
  }

  // its parts

  #knownOf(token: string): Known | null {
    if (token === this.service) return this.#ofService
    return this.candidate?.token === token ? this.candidate.known : null
  }

  #begin(token: string): Round {
    const isService = token === this.service
    const isBoot = isService && this.isBooting
    const isScheduled = isService && !isBoot && this.pace.isScheduled(this.#now(), this.#ofService.answers.has('token'))
    return { isBoot, isScheduled, open: new Map(), first: new Map(), second: new Map(), suspects: [], suspectedAt: 0 }
  }

  #isSuspect(known: Known, asked: Asked, { first, isBoot }: Round): boolean {
    const ended = first.get(asked) as Ended
    if (isBoot && asked === 'token' && isAskerRefused(ended)) return true
    if (!isDefinite(ended, asked)) return false
    const before = this.#refusals(known, asked)
    return this.#refusalsOf(ended, asked).some((code) => !before.includes(code))
  }

  #conclude(known: Known, { first, second, suspects, isScheduled }: Round): void {
    const settled = [...first].filter(([asked]) => !suspects.includes(asked))
    const ends = [...settled, ...second]
    const before = new Map(known.answers)
    for (const [asked, ended] of ends) {
      if (isDefinite(ended, asked)) {
        known.answers.set(asked, ended)
        known.silences.delete(asked)
      } else known.silences.set(asked, ended.saying?.word ?? null)
    }
    const definite = ends.filter((end): end is [Asked, Definite] => isDefinite(end[1], end[0]))
    const last = definite.find(([asked]) => asked === 'token') ?? definite[0]
    known.connection = last?.[1] ?? known.connection
    const token = second.get('token')
    known.isAskerRefused = token !== undefined && isAskerRefused(token)
    if (known === this.#ofService) {
      this.#tellDrift(ends, before)
      if (isScheduled) this.pace.slowDown(ends.map(([, { saying }]) => saying?.word ?? null))
    } else this.#candidateConcluded()
  }

  #tellDrift(ends: readonly (readonly [Asked, Ended])[], before: ReadonlyMap<Asked, Definite>): void {
    for (const [asked, ended] of ends) {
      const known = before.get(asked)
      if (known === undefined || !isDefinite(ended, asked)) continue
      this.owed.push(...driftOf(asked, known.saying, ended.saying).map((field) => `token.drift ${field}`))
    }
  }

  #candidateConcluded(): void {
    const candidate = this.candidate as NonNullable<Contract['candidate']>
    const { known } = candidate
    const verdict = this.verdict(known)
    if (verdict === 'refused') {
      if (!candidate.isRefused) this.owed.push('token.reload_refused')
      candidate.isRefused = true
      return
    }
    const isEnough = this.unanswered(known).length === 0 || candidate.isHalfway || this.verdict() !== 'verified'
    if (verdict === 'verified' && isEnough) {
      this.service = candidate.token
      this.#ofService = known
      this.candidate = null
      this.owed.push('token.reloaded')
      return
    }
    candidate.isHalfway = verdict === 'verified'
  }

  /** Without an answer, and not refused as an edge may be: that decides nothing. */
  unanswered(known = this.#ofService): readonly Asked[] {
    return ASKED.filter((asked) => !known.answers.has(asked) && known.silences.get(asked) !== 'forbidden')
  }

  #refusals(known: Known, asked: Asked): readonly string[] {
    const answer = known.answers.get(asked)
    return answer === undefined ? [] : this.#refusalsOf(answer, asked)
  }

  #refusalsOf(answer: Definite, asked: Asked): readonly string[] {
    if (answer.saying.word !== 'ending') return REFUSALS[asked][answer.saying.word] ?? []
    const hasEnded = this.#remainingMs(answer) <= 0
    return [...(hasEnded ? ['token.expired'] : []), ...(this.#demands.expiry === 'never' ? ['token.expires'] : [])]
  }

  /** By Graph's clock, which is known from its last answer. */
  #remainingMs(answer: Definite | undefined): number {
    if (answer?.saying.word !== 'ending') return Number.POSITIVE_INFINITY
    if (isOffsetUnsure(answer)) throw new Unsure()
    return surely((answer.saying.endsAt ?? 0) - (answer.at.graph + this.#elapsed(answer.at)), [0, ROTATE_BEFORE_MS])
  }

  #isSkewed(): boolean {
    const { connection } = this.#ofService
    if (connection === null) return false
    if (isOffsetUnsure(connection)) throw new Unsure()
    return surely(Math.abs(connection.at.graph - connection.at.wall), [SKEW_MAX_MS]) > SKEW_MAX_MS
  }

  #elapsed(since: Times): number {
    return elapsed(since, this.#now())
  }
}
