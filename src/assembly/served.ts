import type { Config } from '../config/config.ts'
import type { Secret } from '../config/secret.ts'
import type { Guard } from '../guard/guard.ts'
import { healthAt } from '../guard/health.ts'
import { instantOf } from '../guard/instant.ts'
import { NOTHING_KNOWN } from '../guard/state.ts'
import type { AppDeps } from '../http/answering.ts'
import type { Known } from '../http/operator.ts'
import { systemClock } from '../platform/clock.ts'
import { NAME, VERSION } from '../platform/version.ts'
import { policyOf } from './assemble.ts'

export type Served = {
  readonly config: Config
  /** What is said where the guard is off. */
  readonly offText: string
  /** `null` while there is none: nothing is known then. */
  readonly guard: () => Guard | null
  /** Whether the boot has ended with an answer. */
  readonly isHeard: () => boolean
  readonly metrics: AppDeps['metrics']
  readonly report: AppDeps['report']
  /** Absent where no other guard is answered. */
  readonly upstream?: AppDeps['upstream']
  readonly operatorToken: () => Secret | null
  /** Aborts when a stop begins. */
  readonly stopping: AbortSignal
}

/** What the routes show of a guard, for the command line and the library alike. */
export function appDepsOf({
  config,
  offText,
  guard,
  isHeard,
  metrics,
  report,
  operatorToken,
  upstream,
  stopping,
}: Served): AppDeps {
  const isOff = config.mode === 'off'
  return {
    known: knownOf(config, guard),
    release: { serviceId: NAME, releaseId: VERSION },
    readiness: config.readiness,
    hasBooted: () => isHeard() || guard()?.hasPassed === true,
    isStopping: () => stopping.aborted,
    overriding: isOff ? { output: offText } : null,
    operatorToken,
    check: async () => (isOff ? undefined : guard()?.check()),
    report,
    metrics,
    ...(upstream && { upstream }),
    config,
    clock: systemClock,
  }
}

/** The same objects until something changes. */
export function knownOf(config: Config, guard: () => Guard | null): () => Known {
  const health = healthAt(NOTHING_KNOWN, policyOf(config), instantOf(systemClock))
  const nothing: Known = { health, state: NOTHING_KNOWN, fingerprint: null, past: { drifts: [], statuses: [] } }
  return () => {
    const current = guard()
    if (current === null) return nothing
    const { state, past, token } = current
    return { health: current.health(), state, past, fingerprint: config.token === null ? null : token.fingerprint }
  }
}
