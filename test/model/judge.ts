import {
  DEATHS,
  HIDES,
  isDefinite,
  isReadable,
  isWarning,
  REFUSALS,
  SOFT_WORDS,
  type Answers,
  type Definite,
  type Ended,
  type Times,
} from './meanings.ts'
import { elapsed, isOffsetUnsure, ROTATE_BEFORE_MS, surely, Unsure } from './times.ts'
import type { Asked, Ids } from './words.ts'

/** Judges all answers together. */

export type Demands = {
  readonly expiry: 'never' | 'rotate'
  readonly staleStatus: 'warn' | 'fail'
  readonly ids: Ids
}
export type Verdict = 'verified' | 'refused' | 'unverified'
export type Refusal = { readonly asked: Asked; readonly code: string }

export class Judge {
  readonly #demands: Demands
  readonly #now: () => Times

  constructor(demands: Demands, now: () => Times) {
    this.#demands = demands
    this.#now = now
  }

  verdict(answers: Answers): Verdict {
    if (!answers.has('token')) return 'unverified'
    return this.refusals(answers).length > 0 ? 'refused' : 'verified'
  }

  refusals(answers: Answers): readonly Refusal[] {
    return [...answers].flatMap(([asked, answer]) =>
      this.#codes(asked, answer, answers).map((code) => ({ asked, code })),
    )
  }

  /** The refusals that no other one explains. */
  unhidden(answers: Answers): readonly Refusal[] {
    const all = this.refusals(answers)
    const isDead = all.some(({ code }) => DEATHS.includes(code))
    return all.filter(({ code }) =>
      isDead ? DEATHS.includes(code) : !all.some((cause) => HIDES[cause.code]?.includes(code) === true),
    )
  }

  /** The refusals that are new. */
  newly(before: Answers, after: Answers): readonly Refusal[] {
    const known = this.refusals(before).map(({ code }) => code)
    return this.refusals(after).filter(({ code }) => !known.includes(code))
  }

  /** What refuses a token that is to take over, and does not hold of the one before it. A dead one is no successor. */
  refusedAnew(successor: Answers, before: Answers): readonly Refusal[] {
    const known = this.refusals(before).map(({ code }) => code)
    return this.unhidden(successor).filter(({ code }) => DEATHS.includes(code) || !known.includes(code))
  }

  isWarned(answers: Answers): boolean {
    const token = answers.get('token')
    return (
      [...answers].some(([asked, answer]) => isWarning(asked, answer, answers)) ||
      (token !== undefined && this.#remainingMs(token) < ROTATE_BEFORE_MS)
    )
  }

  #codes(asked: Asked, answer: Definite, answers: Answers): readonly string[] {
    const { word, endsAt } = answer.reply
    if (endsAt === undefined) return this.#isSoft(asked, answer, answers) ? [] : (REFUSALS[asked][word] ?? [])
    const hasEnded = this.#remainingMs(answer) <= 0
    return [...(hasEnded ? ['token.expired'] : []), ...(this.#demands.expiry === 'never' ? ['token.expires'] : [])]
  }

  /** The account is refused only for want of a permission, and the number can be read. */
  #isSoft(asked: Asked, { reply: { word } }: Definite, answers: Answers): boolean {
    const phone = answers.get('phone')
    return asked === 'account' && SOFT_WORDS.includes(word) && phone !== undefined && isReadable(phone)
  }

  /** By Graph's clock, known from its last answer. If only Graph's clock says that the time has passed, by ours. */
  #remainingMs(answer: Definite): number {
    const { endsAt } = answer.reply
    if (endsAt === undefined) return Number.POSITIVE_INFINITY
    if (isOffsetUnsure(answer)) throw new Unsure()
    const since = elapsed(answer.at, this.#now())
    const byGraph = surely(endsAt - (answer.at.graph + since), [0, ROTATE_BEFORE_MS])
    if (byGraph > 0) return byGraph
    return Math.max(byGraph, surely(endsAt - (answer.at.wall + since), [0, ROTATE_BEFORE_MS]))
  }
}

/** The answers with these added. */
export function withEnds(answers: Answers, ends: Iterable<readonly [Asked, Ended]>): Answers {
  const after = new Map(answers)
  for (const [asked, ended] of ends) if (isDefinite(ended, asked) && asked !== 'me') after.set(asked, ended)
  return after
}
