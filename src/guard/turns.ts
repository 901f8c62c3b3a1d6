import type { Question } from '../verification/facts.ts'
import type { Heard } from './verify.ts'

/** Verifications one at a time. Who asks while one is under way gets its outcome, unless it asks for more. */
export class Turns {
  #underWay: { readonly questions: readonly Question[]; readonly done: Promise<Heard> } | null = null

  async take(questions: readonly Question[], verify: () => Promise<Heard>): Promise<Heard> {
    while (this.#underWay !== null) {
      const underWay = this.#underWay
      const heard = await underWay.done
      if (questions.every((question) => underWay.questions.includes(question))) return heard
    }
    const done = verify().finally(() => {
      this.#underWay = null
    })
    this.#underWay = { questions, done }
    return done
  }
}
