import { Alerts } from '../alerts/alerts.ts'
import { keepBeating } from '../alerts/heartbeat.ts'
import type { Observers } from '../assembly/assemble.ts'
import type { Permission } from '../assembly/permission.ts'
import { appDepsOf } from '../assembly/served.ts'
import { Reports } from '../backend/reports.ts'
import type { Guard } from '../guard/guard.ts'
import type { AppDeps } from '../http/answering.ts'
import { createApp } from '../http/app.ts'
import { lateMetrics } from '../http/late.ts'
import type { Metrics } from '../http/metrics.ts'
import { createQuick } from '../http/probes.ts'
import { systemClock } from '../platform/clock.ts'
import { listen } from '../platform/listen.ts'
import type { Host, Listening } from '../platform/listening.ts'
import { RUNTIME } from '../platform/runtime.ts'
import { VERSION } from '../platform/version.ts'
import { alertsDepsOf, createCourier, WAY_OUT } from './alerting.ts'
import { Follower } from './follow.ts'
import { keeperFor } from './keeping.ts'
import type { Setup } from './setup.ts'

/** The guard in service: it watches for drift, follows the secrets' sources, and answers probes where it listens. */
export type Service = {
  /** Throws ListenError. */
  readonly listen: (host: Host, port: number) => Promise<Listening>
  /** Checks and follows until the stop. */
  readonly watch: () => void
  /** Reads the sources again and verifies now. */
  readonly reload: () => void
  /** What the backend met. */
  readonly report: (met: unknown) => void
  /** Ends, after what is still to be sent was given so much time. */
  readonly finish: (graceMs: number) => Promise<void>
}

export type ServiceDeps = {
  readonly permission: Extract<Permission, { start: true }>
  readonly metrics: Metrics
  /** Aborts when a stop begins. */
  readonly stopping: AbortSignal
}

export function serviceMetrics(): Metrics {
  return lateMetrics({ version: VERSION, runtime: RUNTIME })
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
  const courier = createCourier(
    setup,
    {
      url: () => follower.secret('TOKEN_GUARD_ALERT_URL'),
      secret: () => follower.secret('TOKEN_GUARD_ALERT_SECRET'),
    },
    deps.metrics.countAlert,
  )
  const alerts: Alerts = new Alerts({ ...alertsDepsOf(setup, courier), onSent: () => keeper?.keep() })
  const keeper = keeperFor(setup, alerts)
  // Before it listens: how the boot ended outlives a process that is killed now.
  keeper?.keep()
  const report = reportsOf(setup, deps)
  const answered = appDepsOf({
    config,
    offText: 'TOKEN_GUARD_MODE=off: the token is not verified.',
    guard: () => guard,
    isHeard: () => !deps.permission.isUnheard,
    metrics: deps.metrics,
    report,
    ...(config.mode !== 'off' && { upstream: upstreamAnswersOf(setup) }),
    operatorToken: () => follower.secret('TOKEN_GUARD_OPERATOR_TOKEN'),
    stopping: deps.stopping,
  })
  const app = createApp(answered)
  return {
    listen: async (host, port) => {
      const server = await listen({ handler: app.fetch, quick: createQuick(answered) }, host, port)
      void keepFresh(server, guard, deps.stopping)
      return server
    },
    watch: () => {
      if (config.mode !== 'off') {
        if (deps.permission.isPardoned === true) alerts.bootRefused('boot.would_refuse')
        alerts.watch()
      }
      if (keeper !== null) guard.onUpdate(() => keeper.keep())
      if (config.mode !== 'off') {
        void guard.run()
        void beat(setup, follower, deps)
      }
      void follower.run(deps.stopping)
    },
    reload: () => void follower.now(),
    report,
    finish: (graceMs) => {
      alerts.stop()
      keeper?.keep()
      return courier.finish(graceMs)
    },
  }
}

function beat({ config, guard, log }: Setup, follower: Follower, { metrics, stopping }: ServiceDeps): Promise<void> {
  return keepBeating(
    {
      ...WAY_OUT,
      url: () => follower.secret('TOKEN_GUARD_HEARTBEAT_URL'),
      health: () => guard.health(),
      intervalMs: config.checkIntervalMs,
      checkTimeoutMs: config.checkTimeoutMs,
      clock: systemClock,
      onOutcome: metrics.countHeartbeat,
      onFailure: (problem) => log({ type: 'heartbeat.failed', problem }),
    },
    stopping,
  )
}

/** Where nothing is verified, nothing is heard. */
function reportsOf({ config, guard, log }: Setup, { stopping }: ServiceDeps): Service['report'] {
  if (config.mode === 'off') return () => {}
  const reports = new Reports({ guard, config, clock: systemClock, onReport: log, stopping })
  return (met) => reports.take(met)
}

/** Loaded at the first question: most services are never asked. */
function upstreamAnswersOf({ config, guard, textsInService }: Setup): AppDeps['upstream'] & {} {
  return async (query) => {
    const [{ upstreamAnswer }, { policyDigest }, { INSTANCE }] = await Promise.all([
      import('../upstream/serving.ts'),
      import('../upstream/policy-digest.ts'),
      import('./upstream.ts'),
    ])
    const token = textsInService()[0] ?? ''
    return upstreamAnswer(query, { guard, token, policy: policyDigest(config), instance: INSTANCE, clock: systemClock })
  }
}

/** A slept machine, or another operator token: what comes without an event is seen within this time. */
const LOOK_MS = 1_000

/** What the server sends by itself follows each change at once, and the passing of time when it matters. */
async function keepFresh(server: Listening, guard: Guard, stopping: AbortSignal): Promise<void> {
  guard.onUpdate(server.refresh)
  stopping.addEventListener('abort', server.refresh)
  while (await systemClock.sleep(Math.min(guard.health().validForMs, LOOK_MS), stopping)) server.refresh()
}
