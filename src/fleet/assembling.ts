import type { Config } from '../config/config.ts'
import type { Clean } from '../graph/clean.ts'
import type { RequestOutcome } from '../graph/outcome.ts'
import type { Verdict } from '../guard/health.ts'
import type { Transport } from '../net/fetch.ts'
import type { Clock } from '../platform/clock.ts'
import type { LogEvent } from '../report/log-event.ts'
import type { Policy } from '../verification/policy.ts'
import { asking } from './asking.ts'
import type { Database } from './database.ts'
import { logEventOf } from './log-events.ts'
import type { FleetSource } from './source.ts'
import { Worker, type WorkerDeps } from './worker.ts'

export type AssemblingDeps = {
  readonly config: Config
  readonly policy: Policy
  readonly database: Database
  readonly source: FleetSource
  readonly transport: Transport
  readonly clock: Clock
  readonly random: () => number
  readonly telling: WorkerDeps['telling']
  /** Makes a text of a database's fit to be shown. */
  readonly clean: Clean
  readonly log: (event: LogEvent) => void
  readonly onChecked: (outcome: Verdict, isLost: boolean) => void
  readonly onRequest: (outcome: RequestOutcome) => void
}

/** From a judged configuration to a worker. Asks nothing yet. */
export function assembleWorker(deps: AssemblingDeps): Worker {
  const { config, policy, database, source, transport, clock, random, telling, clean, log, onChecked, onRequest } = deps
  const { fleet, graphUrl, graphVersion, checkTimeoutMs, appSecret } = config
  return new Worker({
    database,
    source,
    policy,
    graphVersion,
    clock,
    random,
    telling,
    intervalMs: fleet.intervalMs,
    assetIntervalMs: fleet.assetIntervalMs,
    syncIntervalMs: fleet.syncIntervalMs,
    rate: fleet.rate,
    setting: fleet.incident,
    holdMs: fleet.holdMs,
    guardedToken: asking({ ...transport, graphUrl, graphVersion, checkTimeoutMs, appSecret, clock, onRequest }),
    onEvent: (event) => {
      if (event.type === 'fleet.checked') onChecked(event.written.outcome, event.isLost)
      const logged = logEventOf(event, clean)
      if (logged !== null) log(logged)
    },
  })
}
