import type { Ask } from '../graph/ask.ts'
import { NO_SIGNALS, type Signals } from '../graph/headers.ts'
import { fakeClock, type FakeClock } from '../platform/clock.fake.ts'
import { questionOf, type Facts, type Question } from '../verification/facts.ts'
import type { Policy } from '../verification/policy.ts'
import type { Silence } from '../verification/silence.ts'
import { account, APP, deadToken, liveToken, phone, policy } from '../verification/verification.fake.ts'
import type { GuardEvent } from './events.ts'
import { Guard, type GuardOptions } from './guard.ts'

/** The guard on a clock that moves only when told to, in front of a Graph that says what it is told to. */

export const SECOND_MS = 1_000
export const MINUTE_MS = 60_000
export const REQUEST_TIMEOUT_MS = 5 * SECOND_MS

export type Reply = Facts | Silence | 'hang'
export type Script = (question: Question, timesAsked: number) => Reply

export function silence(code: Silence['code'] = 'graph.unreachable', isRefusal = false): Silence {
  return { code, what: 'nothing came', observed: 'nothing came', isRefusal }
}

const ALL_WELL: readonly Facts[] = [
  account(),
  phone(),
  { about: 'numbers', phoneNumberIds: [phone().phoneNumberId] },
  { about: 'subscriptions', appIds: [APP] },
]

/** The token says what is given, all else is well. */
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

export type Bench = {
  readonly guard: Guard
  readonly clock: FakeClock
  readonly play: (script: Script, signals?: Partial<Signals>) => void
  /** Every question that was asked. */
  readonly asked: Question[]
  readonly events: GuardEvent[]
  /** The types of the events since the last look, but for those named. */
  readonly told: (...without: readonly GuardEvent['type'][]) => readonly string[]
}

type BenchOptions = Partial<Omit<GuardOptions, 'policy'>> & { readonly policy?: Partial<Policy> }

export function bench(script: Script = GOOD, options: BenchOptions = {}): Bench {
  const clock = fakeClock()
  const asked: Question[] = []
  const events: GuardEvent[] = []
  let current: { readonly script: Script; readonly signals: Signals } = { script, signals: NO_SIGNALS }
  let looked = 0

  const ask: Ask = async (question, signal) => {
    asked.push(question)
    const { signals, ...playing } = current
    const scripted = playing.script(question, asked.filter((each) => each === question).length)
    const reply = signal.aborted ? silence() : scripted
    if (reply === 'hang') await clock.sleep(REQUEST_TIMEOUT_MS, signal)
    if (reply === 'hang') return { question, result: { kind: 'silent', silence: silence() }, signals }
    return 'about' in reply
      ? { question, result: { kind: 'answered', facts: reply }, signals }
      : { question, result: { kind: 'silent', silence: reply }, signals }
  }

  const guard = new Guard(
    {
      graphVersion: 'v23.0',
      bootTimeoutMs: 20 * SECOND_MS,
      checkIntervalMs: 5 * MINUTE_MS,
      assetIntervalMs: 15 * MINUTE_MS,
      ...options,
      policy: policy(options.policy),
    },
    { ask, clock, random: () => 0.5, onEvent: (event) => events.push(event) },
  )
  return {
    guard,
    clock,
    play: (next, signals = {}) => {
      current = { script: next, signals: { ...NO_SIGNALS, ...signals } }
    },
    asked,
    events,
    told: (...without) => {
      const since = events.slice(looked).map(({ type }) => type)
      looked = events.length
      return since.filter((type) => !without.includes(type))
    },
  }
}

/** Only the token is asked for. */
export const TOKEN_ALONE = { businessAccountId: null, phoneNumberIds: [] } satisfies Partial<Policy>

/** Boots on a good token and goes into service. */
export async function inService(options: BenchOptions = {}): Promise<Bench> {
  const all = bench(GOOD, options)
  await settled(all, all.guard.boot())
  void all.guard.run()
  await all.clock.advance(0)
  all.told()
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
