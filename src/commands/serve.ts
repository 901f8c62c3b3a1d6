import type { ReadRequest } from '../config/readings.ts'
import { systemClock } from '../platform/clock.ts'
import { ListenError } from '../platform/listen.ts'
import type { Host, Listening } from '../platform/listening.ts'
import { notifySystemd } from '../platform/notify.ts'
import { bootByLatest, type Again } from './boot-by-latest.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { counting, createService, serviceMetrics, type Service } from './service.ts'
import { died, stopping, type Stopping } from './stopping.ts'
import { setUp, type CommonOptions, type Context, type Setup } from './setup.ts'

export type ServeOptions = CommonOptions & {
  readonly host?: string | undefined
  readonly port?: string | undefined
  /** For development: the default host is loopback. */
  readonly dev?: boolean | undefined
}

/** Requests under way get this long; with the answers' own time the process ends within five seconds. */
const GRACE_MS = 4_000
/** What is still to be sent gets this long. */
const ALERT_GRACE_MS = 3_000

/** `serve`: the boot guard, then the health service until a signal. Resolves with the exit code. */
export async function serve(options: ServeOptions, context: Context): Promise<ExitCode> {
  const request = {
    envFile: options.envFile ?? null,
    options: { TOKEN_GUARD_HOST: options.host, TOKEN_GUARD_PORT: options.port },
  }
  return serveWith(request, options.dev === true ? 'localhost' : null, context)
}

/** The same with other sources. `started` is called when it listens. */
export async function serveWith(
  request: Partial<ReadRequest>,
  defaultHost: Host,
  context: Context,
  started?: (at: Listening) => void,
): Promise<ExitCode> {
  const metrics = serviceMetrics()
  const stop = stopping()
  const prepare = ({ onFaults, ...again }: Partial<Again> = {}) =>
    setUp(context, { ...request, ...again }, context.stdout, {
      observers: counting(metrics),
      remembers: true,
      asksUpstream: true,
      ...(onFaults && { onFaults }),
    })
  const booted = await bootByLatest(prepare, context.stdout)
  if (booted === null) return EXIT.config
  const { setup, permission, onReload } = booted
  if (!permission.start) return permission.exitCode ?? died()
  warnOfUnsetIds(setup)
  try {
    const { config, log } = setup
    const service = createService(setup, { permission, metrics, stopping: stop.signal })
    const server = await service.listen(config.host ?? defaultHost, config.port)
    onReload(service.reload)
    log({ type: 'server.listening', url: server.url, port: server.port })
    started?.(server)
    void notifySystemd('READY=1')
    service.watch()
    return await serveUntilStopped(setup, server, service, stop)
  } catch (error) {
    if (!(error instanceof ListenError)) throw error
    setup.log({ type: 'server.failed', problem: error.message, exitCode: EXIT.os })
    return EXIT.os
  }
}

/** One warning for both ids: without them a good token may front a dead number. */
function warnOfUnsetIds({ config, log }: Setup): void {
  const unset = [
    ['WHATSAPP_BUSINESS_ACCOUNT_ID', 'the account', config.businessAccountId === null],
    ['WHATSAPP_PHONE_NUMBER_ID', 'the phone number', config.phoneNumberIds.length === 0],
  ] as const
  const [first, second] = unset.filter(([, , isUnset]) => isUnset)
  // Under `off` nothing is verified, which has its own warning.
  if (first === undefined || config.mode === 'off') return
  const message =
    second === undefined
      ? `is not set: ${first[1]} is not verified`
      : `is not set, nor is ${second[0]}: neither ${first[1]} nor ${second[1]} is verified`
  log({ type: 'config.warning', name: first[0], message })
}

async function serveUntilStopped(
  { guard, log, config }: Setup,
  server: Listening,
  service: Service,
  stop: Stopping,
): Promise<ExitCode> {
  const signal = await stop.begun()
  log({ type: 'server.stopping', signal, delayMs: config.stopDelayMs })
  void notifySystemd('STOPPING=1')
  await systemClock.sleep(config.stopDelayMs)
  guard.stop()
  await Promise.all([server.close(GRACE_MS), service.finish(ALERT_GRACE_MS)])
  log({ type: 'server.stopped', signal })
  return EXIT.ok
}
