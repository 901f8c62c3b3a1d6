import { parseDuration } from '../config/durations.ts'
import { REPORT_URL } from '../config/unknown.ts'
import { variable, VARIABLE_NAMES } from '../config/variables.ts'
import type { GuardEvent } from '../guard/events.ts'
import { systemClock } from '../platform/clock.ts'
import { ListenError } from '../platform/listen.ts'
import type { Listening } from '../platform/listening.ts'
import { dieBy, onPassedSignal, onStopSignal, signalsHandled } from '../platform/signals.ts'
import { isFromTerminal } from '../platform/terminal.ts'
import { bootByLatest, type Again } from './boot-by-latest.ts'
import { EXIT } from '../exit-codes.ts'
import { openReportAddress, type ReportAddress } from './report-address.ts'
import { counting, createService, serviceMetrics, type Service } from './service.ts'
import { setUp, type CommonOptions, type Context, type Setup } from './setup.ts'
import { Wrapped } from './wrapped.ts'

export type RunOptions = CommonOptions & {
  readonly onRefused: 'keep' | 'stop'
  readonly onReload: 'keep' | 'restart'
  readonly stopTimeout?: string | undefined
}

/** Answers under way when the command has ended. */
const GRACE_MS = 200
/** What is still to be sent then. */
const ALERT_GRACE_MS = 2_000

/** `run`: verify, then start CMD; watch while it runs; end with its exit code. */
export async function run(options: RunOptions, command: readonly string[], context: Context): Promise<number> {
  const metrics = serviceMetrics()
  const observers = counting(metrics)
  let wrapped: Wrapped | null = null
  const onEvent = (event: GuardEvent) => {
    observers.onEvent?.(event)
    wrapped?.heed(event)
  }
  const request = { envFile: options.envFile ?? null, portFallback: false }
  // Before the command starts a signal ends this process, afterwards the command decides.
  onStopSignal((signal) => (wrapped === null ? dieBy(signal) : wrapped.stopBy(signal)))
  const prepare = ({ onFaults, ...again }: Partial<Again> = {}) =>
    setUp(context, { ...request, ...again }, context.stderr, {
      observers: { ...observers, onEvent },
      remembers: true,
      asksUpstream: true,
      ...(onFaults && { onFaults }),
    })
  const booted = await bootByLatest(prepare, context.stderr)
  if (booted === null) return EXIT.config
  const { setup, permission, onReload } = booted
  if (!permission.start) return permission.exitCode ?? new Promise<never>(() => {})
  await signalsHandled()

  const stopping = new AbortController()
  const service = createService(setup, { permission, metrics, stopping: stopping.signal })
  const server = await listenIfAsked(setup, service)
  if (server === 'refused') return EXIT.os
  const address = await openAddress(setup, service)
  const child = new Wrapped(command, {
    ...setup,
    ...options,
    clock: systemClock,
    env: childEnvironment(context.env, address?.url),
    tokenInService: () => setup.textsInService()[0],
    isFromTerminal,
    stopTimeoutMs: options.stopTimeout === undefined ? null : parseDuration(options.stopTimeout),
    stopping,
  })
  wrapped = child
  const ended = child.run()
  onPassedSignal((signal) => child.passOn(signal))
  onReload(service.reload, () => child.passOn('SIGHUP'))
  service.watch()
  const code = await ended
  stopping.abort()
  setup.guard.stop()
  await Promise.all([server?.close(GRACE_MS), address?.close(0), service.finish(ALERT_GRACE_MS)])
  return code
}

async function listenIfAsked({ config, log, origins }: Setup, service: Service): Promise<Listening | null | 'refused'> {
  if (!origins.has('TOKEN_GUARD_PORT')) return null
  try {
    const server = await service.listen(config.host, config.port)
    log({ type: 'server.listening', url: server.url, port: server.port })
    return server
  } catch (error) {
    if (!(error instanceof ListenError)) throw error
    log({ type: 'server.failed', problem: error.message, exitCode: EXIT.os })
    return 'refused'
  }
}

/** Without it the command starts all the same. */
async function openAddress({ config, log, conceal }: Setup, { report }: Service): Promise<ReportAddress | null> {
  if (config.mode === 'off') return null
  const opened = await openReportAddress(report)
  if ('problem' in opened) {
    log({ type: 'config.warning', name: REPORT_URL, message: `is not set for the command: ${opened.problem}` })
    return null
  }
  conceal(opened.url)
  return opened
}

/** The guard's own secrets are none of the command's business. */
const WITHHELD = VARIABLE_NAMES.filter((name) => name.startsWith('TOKEN_GUARD_') && variable(name).secret).flatMap(
  (name) => [name, `${name}_FILE`],
)

/** An address that is there already is of a guard around this one, or of one that has ended. */
function childEnvironment(env: Context['env'], reportUrl: string | undefined): Context['env'] {
  const { [REPORT_URL]: _another, ...rest } = env
  const kept = Object.entries(rest).filter(([name]) => !WITHHELD.includes(name))
  return Object.fromEntries(reportUrl === undefined ? kept : [...kept, [REPORT_URL, reportUrl]])
}
