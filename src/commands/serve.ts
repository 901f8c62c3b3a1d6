import { createApp } from '../http/app.ts'
import { systemClock } from '../platform/clock.ts'
import { listen, ListenError, type Host, type Listening } from '../platform/listen.ts'
import { dieBy, onStopSignal, type StopSignal } from '../platform/signals.ts'
import { NAME, VERSION } from '../platform/version.ts'
import { bootGuard, type Permission } from './boot.ts'
import { EXIT, type ExitCode } from './exit-codes.ts'
import { setUp, type CommonOptions, type Context, type Setup } from './setup.ts'

export type ServeOptions = CommonOptions & {
  readonly host?: string | undefined
  readonly port?: string | undefined
  /** For development: the default host is loopback. */
  readonly dev?: boolean | undefined
}

/** Requests under way get this long; with the answers' own time the process ends within five seconds. */
const GRACE_MS = 4_000
/** An earlier second signal is the first one delivered twice, as `bun run` and process groups do. */
const SAME_SIGNAL_MS = 1_000

/** `serve`: the boot guard, then the health service until a signal. Resolves with the exit code. */
export async function serve(options: ServeOptions, context: Context): Promise<ExitCode> {
  const request = {
    envFile: options.envFile ?? null,
    options: { TOKEN_GUARD_HOST: options.host, TOKEN_GUARD_PORT: options.port },
  }
  const prepared = await setUp(context, request, context.stdout)
  if (!prepared.ok) return EXIT.config
  return serveSetup(prepared.setup, options.dev === true ? 'localhost' : null, context)
}

/** The same with a guard that is put together already. */
export async function serveSetup(
  setup: Setup,
  defaultHost: Host,
  context: Context,
  started?: (at: Listening) => void,
): Promise<ExitCode> {
  const lifecycle = createLifecycle(setup)
  const permission = await bootGuard(setup, context.stdout)
  if (!permission.start) return permission.exitCode ?? lifecycle.died()
  try {
    const { config } = setup
    const server = await listen(
      createApp(appDeps(setup, permission, lifecycle)).fetch,
      config.host ?? defaultHost,
      config.port,
    )
    setup.log({ type: 'server.listening', url: server.url, port: server.port })
    started?.(server)
    if (config.mode !== 'off') void setup.guard.run()
    return await lifecycle.serveUntilStopped(server)
  } catch (error) {
    if (!(error instanceof ListenError)) throw error
    setup.log({ type: 'server.failed', problem: error.message, exitCode: EXIT.os })
    return EXIT.os
  }
}

function appDeps({ guard, config }: Setup, permission: Extract<Permission, { start: true }>, lifecycle: Lifecycle) {
  let hasPassed = !permission.isUnheard
  return {
    health: () => guard.health(),
    release: { serviceId: NAME, releaseId: VERSION },
    readiness: config.readiness,
    hasBooted: () => (hasPassed ||= guard.health().verdict === 'verified'),
    isStopping: lifecycle.isStopping,
    overriding: config.mode === 'off' ? { output: 'TOKEN_GUARD_MODE=off: the token is not verified.' } : null,
  }
}

type Lifecycle = {
  readonly isStopping: () => boolean
  readonly serveUntilStopped: (server: Listening) => Promise<ExitCode>
  /** Never resolves: the signal that came ends the process. */
  readonly died: () => Promise<never>
}

/** From the first line on: before the server listens a signal ends the process, afterwards it begins a stop. */
function createLifecycle({ guard, log, config }: Setup): Lifecycle {
  let stopping: { readonly signal: StopSignal; readonly sinceMs: number } | null = null
  let begin: ((signal: StopSignal) => void) | null = null
  onStopSignal((signal) => {
    const nowMs = systemClock.monotonicMs()
    if (begin === null || (stopping !== null && nowMs - stopping.sinceMs > SAME_SIGNAL_MS)) return dieBy(signal)
    if (stopping !== null) return
    stopping = { signal, sinceMs: nowMs }
    begin(signal)
  })
  return {
    isStopping: () => stopping !== null,
    died: () => new Promise(() => {}),
    serveUntilStopped: async (server) => {
      const signal = await new Promise<StopSignal>((resolve) => {
        begin = resolve
      })
      log({ type: 'server.stopping', signal, delayMs: config.stopDelayMs })
      await systemClock.sleep(config.stopDelayMs)
      guard.stop()
      await server.close(GRACE_MS)
      log({ type: 'server.stopped', signal })
      return EXIT.ok
    },
  }
}
