import { receiversOf } from '../alerts/receivers.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { assembleWorker } from '../fleet/assembling.ts'
import { byWebhook } from '../fleet/by-webhook.ts'
import type { Worker } from '../fleet/worker.ts'
import { createFleetApp } from '../http/fleet-app.ts'
import { createFleetMetrics, type FleetMetrics } from '../http/fleet-metrics.ts'
import { systemClock } from '../platform/clock.ts'
import { listen, ListenError } from '../platform/listen.ts'
import type { Listening } from '../platform/listening.ts'
import { notifySystemd } from '../platform/notify.ts'
import { RUNTIME } from '../platform/runtime.ts'
import { NAME, VERSION } from '../platform/version.ts'
import { random } from '../platform/random.ts'
import { SENDER, WAY_OUT } from './alerting.ts'
import { setUpFleet, type FleetSetup } from './fleet-setup.ts'
import type { CommonOptions, Context } from './setup.ts'
import { stopping, type Stopping } from './stopping.ts'

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
  const stop = stopping()
  const prepared = await setUpFleet(options, context, context.stdout, 'service')
  return prepared.ok ? serveFleet(prepared.setup, stop) : prepared.exitCode
}

/** The same with what is set up. `started` is called when it listens. */
export async function serveFleet(
  setup: FleetSetup,
  stop: Stopping,
  started?: (server: Listening) => void,
): Promise<ExitCode> {
  const { log, config } = setup
  const metrics = createFleetMetrics({ version: VERSION, runtime: RUNTIME })
  const worker = workerOf(setup, metrics)
  try {
    const server = await listenFor(setup, worker, metrics, stop.signal)
    log({ type: 'fleet.listening', url: server.url, port: server.port })
    started?.(server)
    void notifySystemd('READY=1')
    const working = worker.run()
    const signal = await stop.begun()
    log({ type: 'server.stopping', signal, delayMs: config.stopDelayMs })
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

export function workerOf(setup: FleetSetup, metrics: FleetMetrics): Worker {
  const { config, log } = setup
  const delivery = { ...WAY_OUT, secret: () => config.alertSecret, clock: systemClock }
  return assembleWorker({
    ...setup,
    clock: systemClock,
    random,
    telling: {
      send: byWebhook(receiversOf(config.alertUrl, config.alertFormat), delivery, random),
      sender: SENDER,
      onSent: metrics.countAlert,
      onFailure: (failure) => log({ type: 'alert.failed', ...failure }),
    },
    onChecked: metrics.countCheck,
    onRequest: metrics.countRequest,
  })
}

function listenFor(
  { config, policy, database }: FleetSetup,
  worker: Worker,
  metrics: FleetMetrics,
  stopping: AbortSignal,
): Promise<Listening> {
  const app = createFleetApp({
    database,
    policy,
    operatorToken: config.operatorToken,
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
