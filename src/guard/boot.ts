import type { Clock } from '../platform/clock.ts'
import type { Question } from '../verification/facts.ts'
import { bootDelayMs } from './schedule.ts'
import type { Heard } from './verify.ts'
import type { Health } from './health.ts'

/** How a boot ends. `asker_refused`: Graph will not answer this asker, so that trying again does not help. */
export type BootEnding = 'verified' | 'refused' | 'asker_refused' | 'unverified' | 'stopped'

export type BootDeps = {
  readonly clock: Clock
  readonly random: () => number
  readonly timeoutMs: number
  /** One attempt only. */
  readonly once: boolean
  readonly questions: readonly Question[]
  /** Verifies and records; what it recorded shows in `health` and `unanswered`. */
  readonly attempt: (questions: readonly Question[], deadline: AbortSignal) => Promise<Heard>
  readonly unanswered: () => readonly Question[]
  readonly health: () => Health
  readonly onUnanswered: (questions: readonly Question[], retryInMs: number | null) => void
}

/** Asks until there is a definite answer or the time is over. A definite answer is never asked for again. */
export async function boot(deps: BootDeps, stop: AbortSignal): Promise<BootEnding> {
  const endMs = deps.clock.monotonicMs() + deps.timeoutMs
  const leftMs = () => endMs - deps.clock.monotonicMs()
  const deadline = new AbortController()
  void deps.clock
    .sleep(deps.timeoutMs, AbortSignal.any([stop, deadline.signal]))
    .then(() => deadline.abort(new DOMException('the boot time is over', 'TimeoutError')))
  try {
    for (let attempt = 1, questions = deps.questions; ; attempt++, questions = deps.unanswered()) {
      const { pace, askerRefused } = await deps.attempt(questions, deadline.signal)
      if (stop.aborted) return 'stopped'
      const { verdict } = deps.health()
      if (verdict === 'refused') return 'refused'
      if (askerRefused) return 'asker_refused'
      if (verdict === 'verified' && deps.unanswered().length === 0) return 'verified'

      const delayMs = bootDelayMs(attempt, pace, deps.random())
      const waitMs = Math.max(0, leftMs())
      // A wait that ends after the boot time is waited for in vain: nothing more is asked, even by a timer that is early.
      const isLast = deps.once || delayMs >= waitMs
      deps.onUnanswered(deps.unanswered(), isLast ? null : delayMs)
      if (deps.once || waitMs === 0) return withoutAnswer(deps)
      const slept = await deps.clock.sleep(Math.min(delayMs, waitMs), stop)
      if (!slept) return 'stopped'
      if (isLast || leftMs() <= 0) return withoutAnswer(deps)
    }
  } finally {
    deadline.abort()
  }
}

/** Only the token's own answer decides: an account that did not answer is a warning. */
function withoutAnswer({ health }: BootDeps): BootEnding {
  return health().verdict === 'verified' ? 'verified' : 'unverified'
}
