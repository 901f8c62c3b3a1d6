import type { Ask } from '../graph/ask.ts'
import { NO_SIGNALS, type Signals } from '../graph/headers.ts'
import { fakeClock, type FakeClock } from '../platform/clock.fake.ts'
import { questionOf, type Facts, type Question } from '../verification/facts.ts'
import type { Policy } from '../verification/policy.ts'
import type { Silence } from '../verification/silence.ts'
import {
  account,
  APP,
  deadToken,
  liveToken,
  numbers,
  phone,
  policy,
  subscriptions,
} from '../verification/verification.fake.ts'
import type { GuardedToken } from './knowledge.ts'
import type { GuardEvent } from './events.ts'
import type { Verdict } from './health.ts'
import type { GuardOptions, Recollection } from './deps.ts'
import { Guard } from './guard.ts'

/** The guard on a fake clock, in front of a Graph with scripted answers. */

export const SECOND_MS = 1_000
export const MINUTE_MS = 60_000
export const REQUEST_TIMEOUT_MS = 5 * SECOND_MS

export type Reply = Facts | Silence | 'hang'
export type Script = (question: Question, timesAsked: number) => Reply

export function silence(code: Silence['code'] = 'graph.unreachable', isRefusal = false): Silence {
  return { code, what: 'nothing came', observed: 'nothing came', isRefusal }
}

const ALL_WELL: readonly Facts[] = [account(), phone(), numbers([phone().phoneNumberId]), subscriptions([APP])]

/** Gives this answer for the token, and good answers for all else. */
export function saying(token: Reply): Script {
  return (question) => (question === 'token' ? token : wellOf(question))
}

function wellOf(question: Question): Facts {
  return ALL_WELL.find((facts) => questionOf(facts) === question) ?? (silence('graph.unrecognised') as never)
}

export const GOOD: Script = saying(liveToken())
export const REVOKED: Script = saying(deadToken('revoked'))
export const SILENT: Script = () => silence()
export const HANGING: Script = () => 'hang'

export const FINGERPRINT = 'aaaaaaaaaaaa'

export type Bench = {
  readonly guard: Guard
  readonly clock: FakeClock
  readonly play: (script: Script, signals?: Partial<Signals>) => void
  /** Every question that was asked. */
  readonly asked: Question[]
  /** How each verification of the token in service ended. */
  readonly checked: Verdict[]
  readonly events: GuardEvent[]
  /** Returns the types of the events since its last call, without those named. */
  readonly newEvents: (...without: readonly GuardEvent['type'][]) => readonly string[]
}

type BenchOptions = Partial<Omit<GuardOptions, 'policy'>> & {
  readonly policy?: Partial<Policy>
  readonly recollection?: Recollection
}

type Playing = { script: Script; signals: Signals }

/** Graph's answers to one token. */
function askOf(clock: FakeClock, asked: Question[], current: Playing): Ask {
  return async (question, signal) => {
    asked.push(question)
    const { signals, script } = current
    const scripted = script(question, asked.filter((each) => each === question).length)
    const reply = signal.aborted ? silence() : scripted
    if (reply === 'hang') await clock.sleep(REQUEST_TIMEOUT_MS, signal)
    if (reply === 'hang') return { question, result: { kind: 'silent', silence: silence() }, signals }
    return 'about' in reply
      ? { question, result: { kind: 'answered', facts: reply }, signals }
      : { question, result: { kind: 'silent', silence: reply }, signals }
  }
}

export function bench(script: Script = GOOD, options: BenchOptions = {}, clock: FakeClock = fakeClock()): Bench {
  const asked: Question[] = []
  const events: GuardEvent[] = []
  const checked: Verdict[] = []
  const current: Playing = { script, signals: NO_SIGNALS }
  let reported = 0
  const guard = new Guard(
    { ask: askOf(clock, asked, current), fingerprint: FINGERPRINT },
    {
      graphVersion: 'v23.0',
      bootTimeoutMs: 20 * SECOND_MS,
      checkIntervalMs: 5 * MINUTE_MS,
      assetIntervalMs: 15 * MINUTE_MS,
      ...options,
      policy: policy(options.policy),
    },
    {
      clock,
      random: () => 0.5,
      onEvent: (event) => events.push(event),
      onChecked: (outcome) => checked.push(outcome),
      ...(options.recollection && { recollection: options.recollection }),
    },
  )
  return {
    guard,
    clock,
    play: (next, signals = {}) => {
      current.script = next
      current.signals = { ...NO_SIGNALS, ...signals }
    },
    asked,
    checked,
    events,
    newEvents: (...without) => {
      const since = events.slice(reported).map(({ type }) => type)
      reported = events.length
      return since.filter((type) => !without.includes(type))
    },
  }
}

export type Other = GuardedToken & { readonly play: (script: Script) => void; readonly asked: Question[] }

/** Another token, with its own answers of Graph. */
export function otherToken({ clock }: Bench, script: Script, fingerprint = 'bbbbbbbbbbbb'): Other {
  const asked: Question[] = []
  const current: Playing = { script, signals: NO_SIGNALS }
  return {
    ask: askOf(clock, asked, current),
    fingerprint,
    asked,
    play: (next) => {
      current.script = next
    },
  }
}

/** Only the token is verified. */
export const TOKEN_ALONE = { businessAccountId: null, phoneNumberIds: [] } satisfies Partial<Policy>

/** Boots on a good token and goes into service. */
export async function inService(options: BenchOptions = {}): Promise<Bench> {
  const all = bench(GOOD, options)
  await settled(all, all.guard.boot())
  void all.guard.run()
  await all.clock.advance(0)
  all.newEvents()
  return all
}

/** Moves the clock until the promise has settled. */
export async function settled<T>({ clock }: Bench, promise: Promise<T>): Promise<T> {
  let isDone = false
  void promise.finally(() => {
    isDone = true
  })
  await clock.advance(0)
  while (!isDone) await clock.advance(100)
  return promise
}
