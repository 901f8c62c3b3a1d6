import type { Observers } from '../assembly/assemble.ts'
import { createApp, type AppDeps } from '../http/app.ts'
import { createMetrics, type Metrics } from '../http/metrics.ts'
import { systemClock } from '../platform/clock.ts'
import { listen, type Host, type Listening } from '../platform/listen.ts'
import { RUNTIME } from '../platform/runtime.ts'
import { NAME, VERSION } from '../platform/version.ts'
import type { Permission } from '../assembly/permission.ts'
import { Follower } from './follow.ts'
import type { Setup } from './setup.ts'

/** The guard in service: it watches for drift, follows the secrets' sources, and answers probes where it listens. */
export type Service = {
  /** Throws ListenError. */
  readonly listen: (host: Host, port: number) => Promise<Listening>
  /** Checks and follows until the stop. */
  readonly watch: () => void
  /** Reads the sources again and verifies now. */
  readonly reload: () => void
}

export type ServiceDeps = {
  readonly permission: Extract<Permission, { start: true }>
  readonly metrics: Metrics
  /** Aborts when a stop begins. */
  readonly stopping: AbortSignal
}

export function serviceMetrics(): Metrics {
  return createMetrics({ version: VERSION, runtime: RUNTIME })
}

/** What the metrics count of a guard's work. */
export function counting({ countDrift, countCheck, countRequest }: Metrics): Observers {
  return {
    onEvent: (event) => event.type === 'token.drift' && countDrift(event.severity),
    onChecked: countCheck,
    onRequest: countRequest,
  }
}

export function createService(setup: Setup, deps: ServiceDeps): Service {
  const { config, guard } = setup
  const follower = new Follower(setup, systemClock)
  const app = createApp(appDeps(setup, deps, follower))
  return {
    listen: (host, port) => listen(app.fetch, host, port),
    watch: () => {
      if (config.mode !== 'off') void guard.run()
      void follower.run(deps.stopping)
    },
    reload: () => void follower.now(),
  }
}

function appDeps(
  { guard, config }: Setup,
  { permission, stopping, metrics }: ServiceDeps,
  follower: Follower,
): AppDeps {
  let hasPassed = !permission.isUnheard
  const isOff = config.mode === 'off'
  return {
    known: () => ({
      health: guard.health(),
      state: guard.state,
      fingerprint: config.token === null ? null : guard.token.fingerprint,
      history: guard.history,
    }),
    release: { serviceId: NAME, releaseId: VERSION },
    readiness: config.readiness,
    hasBooted: () => (hasPassed ||= guard.health().verdict === 'verified'),
    isStopping: () => stopping.aborted,
    overriding: isOff ? { output: 'TOKEN_GUARD_MODE=off: the token is not verified.' } : null,
    operatorToken: () => follower.operatorToken,
    check: async () => (isOff ? undefined : guard.check()),
    metrics,
    config,
    clock: systemClock,
  }
}
