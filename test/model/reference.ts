import { driftOf } from './drift.ts'
import { Judge, type Demands, type Verdict } from './judge.ts'
import { Known } from './known.ts'
import { isAskerRefused, type Answers, type Ended, type Times } from './meanings.ts'
import { Pace } from './pace.ts'
import { Round } from './round.ts'
import { elapsed, isOffsetUnsure, SKEW_MAX_MS, STALE_AFTER_MS, surely, Unsure } from './times.ts'
import { ASKED, type Asked, type Reply } from './words.ts'
import { Weighing } from './weighing.ts'

/**
 * A second description of verification, independent of the code: it hears each request and each
 * answer, and says what must be known, shown and reported then. It does not know how the guard works.
 */

export class Reference {
  readonly #demands: Demands
  readonly #now: () => Times
  readonly #judge: Judge
  readonly #weighing: Weighing
  service: string
  #ofService = new Known()
  candidate: { readonly token: string; known: Known; isHalfway: boolean; isRefused: boolean } | null = null
  isBooting = true
  /** The events that must still be reported. */
  readonly owed: string[] = []
  readonly pace = new Pace()
  requests = 0
  isStopped = false
  /** The token in service was refused by its reads alone, and is unverified again. */
  isForgotten = false

  constructor(service: string, demands: Demands, bootMs: number, now: () => Times) {
    this.service = service
    this.#demands = demands
    this.#now = now
    this.#judge = new Judge(demands, now)
    this.#weighing = new Weighing({
      judge: this.#judge,
      ids: demands.ids,
      bootEndsAtMs: bootMs,
      now,
      onSuspected: () => this.owed.push('check.refusal_suspected'),
      onFirst: (known, round) => known === this.#ofService && !round.isBoot && this.#compareAsked(round),
    })
  }

  // events

  /** Time has passed. */
  tick(): void {
    this.#release(this.#ofService)
    if (this.candidate !== null) this.#release(this.candidate.known)
  }

  asked(token: string, asked: Asked): void {
    this.requests += 1
    const known = this.#knownOf(token)
    if (this.isStopped) throw new Error('a request after the stop')
    if (known === null) throw new Error('a request about a token that is neither in service nor a candidate')
    known.round ??= this.#begin(token)
    known.round.ask(asked, this.#now())
  }

  /** An answer about an older token is dropped. */
  answered(token: string, asked: Asked, reply: Reply | null): void {
    const known = this.#knownOf(token)
    const round = known?.round
    if (known === null || round == null || !round.hear(asked, reply, this.#now())) return
    const said = this.#weighing.settleToken(known, round)
    if (said !== null) round.hold(said, known.hasSilences, this.#now().mono)
    this.#release(known)
    this.#weighing.settleReads(known, round)
    if (round.reads === 'settled') this.#release(known, Number.POSITIVE_INFINITY)
    if (round.isOver) this.#conclude(known, round)
  }

  /** The boot is over, and the checks begin. */
  serve(): void {
    this.isBooting = false
    this.pace.begin(this.#now(), this.#isHeard)
  }

  /** A check on demand joins a check that asks every question. */
  wantCheck(): void {
    const { round } = this.#ofService
    const isJoined = round !== null && ASKED[this.#demands.ids].every((asked) => hasAsked(round, asked))
    if (!isJoined) this.pace.isWanted = true
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

  // expectations

  verdict(): Verdict {
    return this.#judge.verdict(this.#ofService.answers)
  }

  /** Every code that may be shown as a failure now. */
  refusals(): readonly string[] {
    return this.#judge.unhidden(this.#ofService.answers).map(({ code }) => code)
  }

  isStale(): boolean {
    return this.#ageMs() > STALE_AFTER_MS
  }

  /** Whether the answer is stale and this must have been reported by now. */
  isLongStale(): boolean {
    return surely(this.#ageMs(), [STALE_AFTER_MS]) > STALE_AFTER_MS
  }

  status(): 'pass' | 'warn' | 'fail' {
    if (this.verdict() !== 'verified' || (this.isStale() && this.#demands.staleStatus === 'fail')) return 'fail'
    const { answers, isSilent } = this.#ofService
    const isRemarked = isSilent || this.candidate?.isRefused === true
    const isWarned = this.isStale() || isRemarked || this.#isSkewed() || this.#judge.isWarned(answers)
    return isWarned ? 'warn' : 'pass'
  }

  ending(): string {
    return this.verdict() !== 'refused' && this.#ofService.isAskerRefused ? 'asker_refused' : this.verdict()
  }

  get isChecking(): boolean {
    return this.#ofService.round !== null
  }

  get isOverdue(): boolean {
    return !this.isChecking && this.pace.isOverdue(this.#now())
  }

  // parts

  get #isHeard(): boolean {
    return this.#ofService.answers.has('token')
  }

  #knownOf(token: string): Known | null {
    if (token === this.service) return this.#ofService
    return this.candidate?.token === token ? this.candidate.known : null
  }

  #begin(token: string): Round {
    const isService = token === this.service
    const isBoot = isService && this.isBooting
    const isScheduled = isService && !isBoot && this.pace.isScheduled(this.#now())
    return new Round({ isBoot, isScheduled, isHeard: this.#isHeard }, this.#now())
  }

  /** Verifies the questions of a check of the token in service. */
  #compareAsked({ isScheduled, isHeard, first, startedAt }: Round): void {
    const isAll = ASKED[this.#demands.ids].every((asked) => first.has(asked))
    const hasMore = [...first.keys()].some((asked) => asked !== 'token' && !this.#ofService.isPartial(asked))
    this.pace.asks({ isAll, hasMore, isScheduled, isHeard }, startedAt)
  }

  #conclude(known: Known, round: Round): void {
    known.round = null
    const ends = round.settled()
    const before = new Map(known.answers)
    for (const [asked, ended] of ends)
      if (asked !== 'token' || !round.isTokenApart) known.hear(asked, ended, round.isDue(asked))
    known.hearHeaders(ends)
    known.weigh(ends, round.verdict)
    const second = round.second.get('token')
    known.isAskerRefused = second !== undefined && isAskerRefused(second)
    if (known !== this.#ofService) return this.#candidateConcluded()
    this.#oweDrift(before, known.answers)
    this.isForgotten ||= before.has('token') && !known.answers.has('token')
    if (round.isBoot) return
    const words = [...ends.values()].map(({ reply }) => reply?.word ?? null)
    if (this.pace.ended(round.isScheduled, words, this.#now(), this.#isHeard)) this.owed.push('check.delayed')
  }

  #release(known: Known, nowMs = this.#now().mono): void {
    const token = known.round?.release(nowMs) ?? null
    if (token !== null) this.#knowToken(known, token)
  }

  #knowToken(known: Known, token: Ended): void {
    const before = new Map(known.answers)
    known.hear('token', token, true)
    known.hearHeaders(new Map([['token', token]]))
    if (known === this.#ofService) this.#oweDrift(before, known.answers)
  }

  #oweDrift(before: Answers, after: Answers): void {
    for (const [asked, { reply }] of after) {
      const known = before.get(asked)
      if (known === undefined || known.reply === reply) continue
      this.owed.push(...driftOf(asked, known.reply, reply).map((field) => `token.drift ${field}`))
    }
  }

  #candidateConcluded(): void {
    const candidate = this.candidate as NonNullable<Reference['candidate']>
    const { known } = candidate
    const verdict = this.#judge.verdict(known.answers)
    const isNoWorse = () => this.#judge.refusedAnew(known.answers, this.#ofService.answers).length === 0
    const isGood = verdict === 'verified' || (verdict === 'refused' && isNoWorse())
    if (verdict === 'refused' && !isGood) {
      if (!candidate.isRefused) this.owed.push('token.reload_refused')
      candidate.isRefused = true
      return
    }
    const isAnswered = known.unanswered(ASKED[this.#demands.ids]).length === 0
    const isEnough = isAnswered || candidate.isHalfway || this.#judge.verdict(this.#ofService.answers) !== 'verified'
    if (isGood && isEnough) return this.#takeOver(candidate.token, known)
    candidate.isHalfway = isGood
  }

  #takeOver(token: string, known: Known): void {
    const isScheduled = this.#ofService.round?.isScheduled === true
    this.service = token
    this.#ofService = known
    this.candidate = null
    this.owed.push('token.reloaded')
    this.pace.takeOver(isScheduled, this.#now(), this.#isHeard)
  }

  #isSkewed({ connection } = this.#ofService): boolean {
    if (connection === null) return false
    if (isOffsetUnsure(connection)) throw new Unsure()
    return surely(Math.abs(connection.at.graph - connection.at.wall), [SKEW_MAX_MS]) > SKEW_MAX_MS
  }

  #ageMs(): number {
    const token = this.#ofService.answers.get('token')
    if (token === undefined) return 0
    const ageMs = elapsed(token.at, this.#now())
    // The time may come from any of the reads.
    return token.isFromReads === true ? surely(ageMs, [STALE_AFTER_MS]) : ageMs
  }
}

function hasAsked({ first, open }: Round, asked: Asked): boolean {
  return first.has(asked) || open.has(asked)
}
