import type { Question } from '../verification/facts.ts'
import type { Heard } from './verify.ts'

export type Attempt = (asked: readonly Question[], deadline: AbortSignal, isBoot: boolean) => Promise<Heard>

/** Who asks while a verification is under way gets that one's outcome, unless it asks for more. */
export function oneAtATime(attempt: Attempt): Attempt {
  let underWay: { readonly questions: readonly Question[]; readonly done: Promise<Heard> } | null = null
  return async (asked, deadline, isBoot) => {
    while (underWay !== null) {
      const { questions, done } = underWay
      const heard = await done
      if (asked.every((question) => questions.includes(question))) return heard
    }
    const done = attempt(asked, deadline, isBoot).finally(() => {
      underWay = null
    })
    underWay = { questions: asked, done }
    return done
  }
}
