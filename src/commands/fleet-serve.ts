import { receiversOf } from '../alerts/receivers.ts'
import type { Config } from '../config/config.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { asking } from '../fleet/asking.ts'
import { Worker, type WorkerDeps, type WorkerEvent } from '../fleet/worker.ts'
import { createFleetApp } from '../http/fleet-app.ts'
import { createFleetMetrics, type FleetMetrics } from '../http/fleet-metrics.ts'
import { systemClock } from '../platform/clock.ts'
import { listen, ListenError } from '../platform/listen.ts'
import type { Listening } from '../platform/listening.ts'
import { notifySystemd } from '../platform/notify.ts'
import { RUNTIME } from '../platform/runtime.ts'
import { dieBy, onStopSignal, type StopSignal } from '../platform/signals.ts'
import { NAME, VERSION } from '../platform/version.ts'
import type { Log } from '../report/log.ts'
import { random } from '../platform/random.ts'
import { SENDER, WAY_OUT } from './alerting.ts'
import { setUpFleet, type FleetSetup } from './fleet-setup.ts'
import type { CommonOptions, Context } from './setup.ts'

export type FleetServeOptions = CommonOptions & {
  readonly host?: string | undefined
  readonly port?: string | undefined
}

/** Requests under way get this long. */
const GRACE_MS = 4_000
/** A check on demand that takes longer goes on without the one who asked. */
const CHECK_WAIT_MS = 5_000

/** `fleet serve`: one worker and the routes of the fleet, until a signal. */
export async function fleetServe(options: FleetServeOptions, context: Context): Promise<ExitCode> {
  const stop = new AbortController()
  let stopped = (signal: StopSignal): void => dieBy(signal)
  onStopSignal((signal) => stopped(signal))
  const prepared = await setUpFleet(options, context, context.stdout, 'service')
  if (!prepared.ok) return prepared.exitCode
  const { setup } = prepared
  const { log, config } = setup
  const metrics = createFleetMetrics({ version: VERSION, runtime: RUNTIME })
  const worker = workerOf(setup, metrics)
  try {
    const server = await serve(setup, worker, metrics, stop.signal)
    log({ type: 'fleet.listening', url: server.url, port: server.port })
    void notifySystemd('READY=1')
    const working = worker.run()
    const signal = await new Promise<StopSignal>((resolve) => (stopped = resolve))
    stopped = dieBy
    log({ type: 'server.stopping', signal, delayMs: config.stopDelayMs })
    stop.abort()
    void notifySystemd('STOPPING=1')
    await systemClock.sleep(config.stopDelayMs)
    worker.stop()
    await Promise.all([working, server.close(GRACE_MS)])
    log({ type: 'server.stopped', signal })
    return EXIT.ok
  } catch (error) {
    if (!(error instanceof ListenError)) throw error
    log({ type: 'server.failed', problem: error.message, exitCode: EXIT.os })
    return EXIT.os
  } finally {
    await setup.end()
  }
}

export function workerOf(
  { config, policy, database, source, transport, log, clean }: FleetSetup,
  metrics: FleetMetrics,
): Worker {
  const { fleet, graphUrl, graphVersion, checkTimeoutMs, appSecret } = config
  return new Worker({
    database,
    source,
    policy,
    graphVersion,
    intervalMs: fleet.intervalMs,
    assetIntervalMs: fleet.assetIntervalMs,
    syncIntervalMs: fleet.syncIntervalMs,
    rate: fleet.rate,
    setting: fleet.incident,
    holdMs: fleet.holdMs,
    telling: tellingOf(config, log, metrics),
    clock: systemClock,
    guardedToken: asking({
      ...transport,
      graphUrl,
      graphVersion,
      checkTimeoutMs,
      appSecret,
      clock: systemClock,
      onRequest: metrics.countRequest,
    }),
    onEvent: (event) => {
      if (event.type === 'fleet.checked') metrics.countCheck(event.written.outcome, event.isLost)
      report(event, log, clean)
    },
  })
}

/** Where changes go: each address of TOKEN_GUARD_ALERT_URL, as for one token. */
function tellingOf(config: Config, log: Log, metrics: FleetMetrics): WorkerDeps['telling'] {
  return {
    addresses: () => receiversOf(config.alertUrl, config.alertFormat),
    delivery: { ...WAY_OUT, secret: () => config.alertSecret, clock: systemClock },
    sender: SENDER,
    random,
    onSent: metrics.countAlert,
    onFailure: (failure) => log({ type: 'alert.failed', ...failure }),
  }
}

function serve(
  { config, policy, database }: FleetSetup,
  worker: Worker,
  metrics: FleetMetrics,
  stopping: AbortSignal,
): Promise<Listening> {
  const { operatorToken } = config
  if (operatorToken === null) throw new Error('no operator token')
  const app = createFleetApp({
    database,
    policy,
    operatorToken,
    intervalMs: config.fleet.intervalMs,
    release: { serviceId: NAME, releaseId: VERSION },
    clock: systemClock,
    answeredAtMs: () => worker.answeredAtMs,
    isStopping: () => stopping.aborted,
    metrics: metrics.render,
    check: async (id) => {
      const check = await worker.checkNow(id)
      if (check === null) return 'unknown'
      const isLate = await Promise.race([check.written.then(() => false), systemClock.sleep(CHECK_WAIT_MS)])
      return isLate ? 'late' : 'checked'
    },
  })
  return listen({ handler: app.fetch, quick: new Map() }, config.host, config.port)
}

/** What a worker did, for the log. */
function report(event: WorkerEvent, log: Log, clean: (text: string) => string): void {
  switch (event.type) {
    case 'fleet.listed':
      return log(
        event.listed.kind === 'synced'
          ? { type: 'fleet.synced', listed: event.listed.listed, removed: event.listed.removed }
          : { type: 'fleet.list_suspect', listed: event.listed.listed, missing: event.listed.missing },
      )
    case 'fleet.source_failed':
      return log({ ...event, problem: clean(event.problem) })
    case 'fleet.database_away':
      return log({ ...event, problem: clean(event.problem) })
    case 'fleet.database_back':
    case 'fleet.blind':
    case 'fleet.suspect':
    case 'fleet.cleared':
    case 'fleet.confirmed':
      return log(event)
    case 'fleet.checked': {
      const { row, written, isLost } = event
      if (isLost || written.change === null) return
      const { id: tokenId, tenant, app_id: appId } = row
      const { event: happened, previous_status: previousStatus, status, findings, drifts } = written.change
      return log({ type: 'fleet.changed', tokenId, tenant, appId, happened, previousStatus, status, findings, drifts })
    }
  }
}
