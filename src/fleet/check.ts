import { instantOf } from '../guard/instant.ts'
import { Knowledge, type GuardedToken } from '../guard/knowledge.ts'
import { questionsBetween, questionsOf } from '../guard/questions.ts'
import { next, NOTHING_KNOWN, type Answer, type State } from '../guard/state.ts'
import type { Clock } from '../platform/clock.ts'
import { questionOf } from '../verification/facts.ts'
import type { Policy } from '../verification/policy.ts'
import { fromMemory, policyFor, type FleetRow } from './row.ts'
import { checked, type Checked, type Gained } from './written.ts'

/** One check of one token of a fleet: by the same judgement as a single guard's. */

export type CheckDeps = {
  /** The database's time. */
  readonly clock: Clock
  /** The fleet's. */
  readonly policy: Policy
  readonly graphVersion: string
  readonly intervalMs: number
  readonly assetIntervalMs: number
  /** How a token asks Graph; `onRequest` is called for each request. */
  readonly guardedToken: (token: string, row: Policy, onRequest: () => void) => GuardedToken
  /** Aborts when the worker stops. */
  readonly stopping: AbortSignal
}

/** The token of a row, or why there is none: the end of a sentence that begins with "The token". */
export type Resolved = { readonly token: string; readonly fingerprint: string } | { readonly problem: string }

/** The first round's; with the second one it ends before the claim does. */
const FIRST_ROUND_MS = 9_000
const WHOLE_MS = 18_000

/** `shared`: answers that this token need not ask for, since another row has them. */
export async function checkRow(
  row: FleetRow,
  resolved: Resolved,
  shared: readonly Answer[],
  deps: CheckDeps,
): Promise<Checked> {
  const now = instantOf(deps.clock)
  const before = fromMemory(row.known, now)
  const policy = policyFor(row, deps.policy)
  const givenBy = (memory: typeof before) => ({ ...deps, row, policy, before: memory, now: instantOf(deps.clock) })
  if ('problem' in resolved)
    return checked(givenBy(before), { ...NOTHING_ASKED, ...unmoved(before.state), unresolved: resolved.problem })
  const isSame = row.fingerprint === null || row.fingerprint === resolved.fingerprint
  // What is held was heard too: it is not asked twice again.
  const heard = row.held === null ? before.state : fromMemory(row.held.known, now).state
  const start = isSame ? heard : NOTHING_KNOWN
  const gained = await ask(row, policy, resolved.token, start, shared, deps)
  const hasHeard = gained.state.answers.get('token') !== start.answers.get('token')
  // A changed token is tried before what is known of the old one goes.
  if (!isSame && !hasHeard) return checked(givenBy(before), { ...gained, ...unmoved(before.state) })
  const compared = isSame ? before : { ...before, state: NOTHING_KNOWN }
  return checked(givenBy(compared), { ...gained, fingerprint: resolved.fingerprint })
}

const unmoved = (state: State) => ({ start: state, state })

const NOTHING_ASKED = {
  pace: { throttled: false, isBusy: false, isAppBusy: false, waitMs: 0 },
  requests: 0,
  questions: [],
  hasAskedToken: false,
} as const

async function ask(
  row: FleetRow,
  policy: Policy,
  token: string,
  start: State,
  shared: readonly Answer[],
  { clock, graphVersion, guardedToken, stopping }: CheckDeps,
): Promise<Gained> {
  const due = row.are_assets_due || start === NOTHING_KNOWN ? questionsOf(policy) : questionsBetween(start)
  const news = shared.filter(({ facts, at }) => {
    const question = questionOf(facts)
    return due.includes(question) && at.wallMs >= (start.answers.get(question)?.at.wallMs ?? 0)
  })
  const outcomes = news.map((answer) => ({ kind: 'answered', answer }) as const)
  const known = outcomes.length === 0 ? start : next(start, outcomes, policy, instantOf(clock))
  const questions = due.filter((question) => !news.some(({ facts }) => questionOf(facts) === question))
  let requests = 0
  const guarded = guardedToken(token, policy, () => (requests += 1))
  const knowledge = new Knowledge(guarded, { clock, policy, graphVersion }, null, known)
  const over = new AbortController()
  const firstRound = new AbortController()
  const end = () => knowledge.end()
  void clock.sleep(FIRST_ROUND_MS, over.signal).then((isLate) => isLate && firstRound.abort())
  void clock.sleep(WHOLE_MS, over.signal).then((isLate) => isLate && end())
  stopping.addEventListener('abort', end)
  try {
    const { pace } = await knowledge.verify(questions, { deadline: firstRound.signal, onSuspected: () => {} })
    const hasAskedToken = questions.includes('token')
    return { start, state: knowledge.state, pace, requests, questions: due, hasAskedToken, unresolved: null }
  } finally {
    over.abort()
    stopping.removeEventListener('abort', end)
  }
}
