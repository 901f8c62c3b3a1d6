import type { Clock } from '../platform/clock.ts'
import type { Policy } from '../verification/policy.ts'
import type { GuardEvent } from './events.ts'
import type { Verdict } from './health.ts'

/** What a guard is given. */

export type GuardOptions = {
  readonly policy: Policy
  readonly graphVersion: string
  readonly bootTimeoutMs: number
  readonly checkIntervalMs: number
  readonly assetIntervalMs: number
}

export type GuardDeps = {
  readonly clock: Clock
  /** In [0, 1). */
  readonly random: () => number
  readonly onEvent: (event: GuardEvent) => void
  /** Called after each verification of the token in service. */
  readonly onChecked?: (outcome: Verdict, durationMs: number) => void
}
