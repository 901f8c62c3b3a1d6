import { isDefinite, isNote, isReadable, voiceOf, type Answers, type Definite, type Ended } from './meanings.ts'
import type { Round } from './round.ts'
import type { Asked, CanSend, Word } from './words.ts'

/** The number of rounds that must speak for the token before a refusal by its reads alone is lifted. */
const CALM_ROUNDS = 2

/** What is known of one token. */
export class Known {
  readonly answers = new Map<Asked, Definite>()
  readonly #silences = new Map<Asked, Word | null>()
  connection: Definite | null = null
  round: Round | null = null
  isAskerRefused = false
  /** Set while the reads alone refuse the token: debug_token's answer from before, and the calm rounds since. */
  #reads: { readonly before: Definite | null; readonly calmRounds: number } | null = null

  /** A missing answer leaves the last answer in force. */
  hear(asked: Asked, ended: Ended, isDue: boolean): void {
    if (asked === 'me') return
    if (!isDefinite(ended, asked)) {
      const isCutOff = ended.reply === null && this.#silences.has(asked)
      if (asked !== 'app' && !isCutOff && isDue) this.#silences.set(asked, ended.reply?.word ?? null)
      return
    }
    this.answers.set(asked, this.#keeping(asked, ended))
    this.#silences.delete(asked)
    if (asked === 'token') this.#reads = null
  }

  hearHeaders(ends: ReadonlyMap<Asked, Ended>): void {
    const definite = [...ends].filter((end): end is [Asked, Definite] => isDefinite(end[1], end[0]))
    const last = definite.find(([asked]) => asked === 'token') ?? definite[0]
    this.connection = last?.[1] ?? this.connection
  }

  /** Applies the verdict of a round's reads. It counts while debug_token gives no verdict. */
  weigh(ends: ReadonlyMap<Asked, Ended>, verdict: Word | null): void {
    const last = [...ends.values()].at(-1)
    if (!this.#silences.has('token') || last === undefined) return
    if (verdict !== null) {
      const before = this.#reads === null ? (this.answers.get('token') ?? null) : this.#reads.before
      this.answers.set('token', { ...last, reply: { word: verdict }, isFromReads: true })
      this.#reads = { before, calmRounds: 0 }
      return
    }
    const voice = voiceOf(ends)
    if (this.#reads === null || voice === null) return
    const { before, calmRounds } = this.#reads
    this.#reads = { before, calmRounds: voice === 'for' ? calmRounds + 1 : 0 }
    if (this.#reads.calmRounds < CALM_ROUNDS) return
    if (before === null) this.answers.delete('token')
    else this.answers.set('token', before)
    this.#reads = null
  }

  get hasSilences(): boolean {
    return this.#silences.size > 0
  }

  /** Whether a missing answer is shown as a finding: a note is not. */
  get isSilent(): boolean {
    return [...this.#silences].some(([asked, word]) => !isNote(asked, word))
  }

  /** The questions without an answer. A refused edge and the app do not count: they hold up nothing. */
  unanswered(asked: readonly Asked[]): readonly Asked[] {
    return asked.filter(
      (each) => each !== 'app' && !this.answers.has(each) && !isNote(each, this.#silences.get(each) ?? null),
    )
  }

  /** Whether Graph gave only a part: the rest is asked for again soon. */
  isPartial(asked: Asked): boolean {
    return this.answers.get(asked)?.reply.word === 'heavy'
  }

  /** Values that were left out because of too much data stay as they were known. */
  #keeping(asked: Asked, ended: Definite): Definite {
    if (ended.reply.word !== 'heavy') return ended
    return { ...ended, reply: { ...ended.reply, kept: sendingOf(this.answers, asked) } }
  }
}

function sendingOf(answers: Answers, asked: Asked): CanSend | null {
  const known = answers.get(asked)
  if (known === undefined || !isReadable(known)) return null
  if (known.reply.word === 'heavy') return known.reply.kept ?? null
  return known.reply.word === 'limited' ? 'LIMITED' : 'AVAILABLE'
}
