import { withEnds, type Judge } from './judge.ts'
import type { Known } from './known.ts'
import { isAskerRefused, isWithoutVerdict, verdictOf, type Answers, type Ended, type Times } from './meanings.ts'
import type { Round } from './round.ts'
import { OWN_READS, type Asked, type Ids } from './words.ts'

/** Decides about the answers of a round: which count, which are confirmed, and the verdict of the reads. */

type Deps = {
  readonly judge: Judge
  readonly ids: Ids
  /** By the monotonic clock. */
  readonly bootEndsAtMs: number
  readonly now: () => Times
  readonly onSuspected: () => void
  /** Called when all that was due has been answered. */
  readonly onFirst: (known: Known, round: Round) => void
}

export class Weighing {
  readonly #deps: Deps

  constructor(deps: Deps) {
    this.#deps = deps
  }

  /** debug_token's answer, if it counts now: at once, or when it has been confirmed. It does not wait for the reads. */
  settleToken(known: Known, round: Round): Ended | null {
    const { judge, now, onSuspected } = this.#deps
    const token = round.first.get('token')
    if (token === undefined || !round.isTokenApart || round.token === 'settled') return null
    if (round.token === null) {
      const after = withEnds(known.answers, [['token', token]])
      const fresh = judge.newly(known.answers, after).filter(({ asked }) => asked === 'token')
      if (fresh.length > 0) {
        round.token = { suspects: ['token'], sinceMs: now().mono, isEvidence: false }
        const shown = judge.unhidden(after).map(({ code }) => code)
        if (fresh.some(({ code }) => shown.includes(code))) onSuspected()
        return null
      }
    } else if (!round.isConfirmed(round.token)) return null
    round.token = 'settled'
    return round.second.get('token') ?? token
  }

  /** The reads wait for each other; if debug_token gave no verdict, they are judged together. */
  settleReads(known: Known, round: Round): void {
    if (round.reads === 'settled') return
    if (round.reads !== null) {
      if (!round.isConfirmed(round.reads)) return
      if (round.reads.isEvidence) round.verdict = verdictOf(round.settled())
      round.reads = 'settled'
      return
    }
    if (!round.haveReadsCome) return
    if (round.own === null) this.#deps.onFirst(known, round)
    const missing = this.#missingReads(round)
    if (missing.length > 0) {
      round.own = { asked: missing, sinceMs: this.#deps.now().mono }
      return
    }
    round.verdict = hasNoVerdict(round) ? verdictOf(round.first) : null
    this.#suspectReads(known, round)
  }

  /** The token's own reads that must still be asked, due or not; none when the boot time is over. */
  #missingReads(round: Round): readonly Asked[] {
    const isTooLate = round.isBoot && this.#deps.now().mono >= this.#deps.bootEndsAtMs
    if (!hasNoVerdict(round) || isTooLate) return []
    return OWN_READS[this.#deps.ids].filter((asked) => !round.first.has(asked))
  }

  #suspectReads(known: Known, round: Round): void {
    const { judge, now, onSuspected } = this.#deps
    const token = round.first.get('token')
    const after = this.#after(known, round)
    const fresh = judge.newly(known.answers, after).filter(({ asked }) => asked !== 'token' || !round.isTokenApart)
    const isFresh = (asked: Asked) => fresh.some((refusal) => refusal.asked === asked)
    const isEvidence = isFresh('token')
    const isAsker = round.isBoot && token !== undefined && isAskerRefused(token)
    const suspects = [...round.first.keys()].filter((asked) => {
      if (asked === 'token') return isAsker
      // A number is confirmed together with the account: the two are judged together.
      const isTogether = asked === 'phone' && isFresh('account')
      return isFresh(asked) || isTogether || (isEvidence && asked !== 'app')
    })
    round.reads = suspects.length === 0 ? 'settled' : { suspects, sinceMs: now().mono, isEvidence }
    const shown = judge.unhidden(after).map(({ code }) => code)
    if (suspects.length > 0 && (isAsker || fresh.some(({ code }) => shown.includes(code)))) onSuspected()
  }

  /** The answers if all first answers counted. */
  #after(known: Known, round: Round): Answers {
    const after = new Map(withEnds(known.answers, round.first))
    const token = round.first.get('token')
    if (round.verdict !== null && token !== undefined)
      after.set('token', { ...token, reply: { word: round.verdict }, isFromReads: true })
    return after
  }
}

function hasNoVerdict({ first }: Round): boolean {
  const token = first.get('token')
  return token !== undefined && isWithoutVerdict(token)
}
