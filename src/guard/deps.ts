import type { Clock } from '../platform/clock.ts'
import type { Policy } from '../verification/policy.ts'
import type { GuardEvent } from './events.ts'
import type { Verdict } from './health.ts'
import type { Past } from './history.ts'
import type { State } from './state.ts'

/** What a guard is given. */

export type GuardOptions = {
  readonly policy: Policy
  readonly graphVersion: string
  readonly bootTimeoutMs: number
  readonly checkIntervalMs: number
  readonly assetIntervalMs: number
  readonly upstreamMaxAgeMs?: number
}

/** Why Graph is asked. What another guard heard is no answer to one who wants to know now. */
export type Occasion = 'boot' | 'interval' | 'demand'

/** What an earlier process knew. */
export type Recollection = {
  /** Graph's answers about the token of the start; `null`: none that count. */
  readonly state: State | null
  readonly past: Past
}

export const NO_RECOLLECTION: Recollection = { state: null, past: { drifts: [], statuses: [] } }

export type GuardDeps = {
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  readonly onEvent: (event: GuardEvent) => void
  readonly recollection?: Recollection
  /** Called after each verification of the token in service. */
  readonly onChecked?: (outcome: Verdict, durationMs: number) => void
}
