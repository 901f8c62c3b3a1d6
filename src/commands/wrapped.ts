import { basename } from 'node:path'
import { constants } from 'node:os'
import type { Config } from '../config/config.ts'
import type { GuardEvent } from '../guard/events.ts'
import type { Guard } from '../guard/guard.ts'
import { startChild, type Child, type ChildEnd } from '../platform/child.ts'
import type { Clock } from '../platform/clock.ts'
import { SAME_SIGNAL_MS } from '../platform/signals.ts'
import type { Log } from '../report/log.ts'
import { CHILD_OUTDATED } from '../guard/remarks.ts'

type Environment = Readonly<Record<string, string | undefined>>

export type WrappedDeps = {
  readonly guard: Pick<Guard, 'remark'>
  readonly log: Log
  readonly clock: Clock
  readonly config: Pick<Config, 'stopDelayMs'>
  /** The command's own. */
  readonly env: Environment
  /** For a command that is started again with the token in its environment. */
  readonly tokenInService: () => string | undefined
  /** Whether a signal that came has reached the command by itself. */
  readonly isFromTerminal: (signal: NodeJS.Signals) => boolean
  readonly onRefused: 'keep' | 'stop'
  readonly onReload: 'keep' | 'restart'
  /** How long the command may take to end; `null` is for ever. */
  readonly stopTimeoutMs: number | null
  /** Aborted when a stop begins. */
  readonly stopping: AbortController
}

/** A command with the guard in front of it. */
export class Wrapped {
  readonly #command: readonly string[]
  readonly #deps: WrappedDeps
  readonly #cameAtMs = new Map<NodeJS.Signals, number>()
  readonly #hurry = new AbortController()
  #child: Child | null = null
  /** It is being ended to be started again. */
  #isRestarting = false
  /** Came while there was no command to pass it on to. */
  #pending: NodeJS.Signals | null = null

  constructor(command: readonly string[], deps: WrappedDeps) {
    this.#command = command
    this.#deps = deps
  }

  /** Runs the command to its end, and again where a changed token asks for it. Resolves with the exit code. */
  async run(): Promise<number> {
    const { log, env, guard, stopping } = this.#deps
    for (let environment = env; ; environment = this.#withTokenInService()) {
      const started = await startChild(this.#command, environment)
      if (!started.ok) {
        log({ type: 'child.failed', problem: started.problem, exitCode: started.exitCode })
        return started.exitCode
      }
      const { child } = started
      log({ type: 'child.started', program: basename(this.#command[0] ?? ''), pid: child.pid })
      this.#child = child
      this.#isRestarting = false
      guard.remark([])
      if (this.#pending !== null) this.#deliver(this.#pending)
      const end = await child.ended
      this.#child = null
      const exitCode = exitCodeOf(end)
      log({ type: 'child.ended', code: null, signal: null, ...end, exitCode })
      if (!this.#isRestarting || stopping.signal.aborted) return exitCode
    }
  }

  /** A signal that asks to stop: nothing is ready from then on, and after the delay the command gets the signal. */
  stopBy(signal: NodeJS.Signals): void {
    if (this.#isSameAgain(signal)) return
    if (!this.#deps.stopping.signal.aborted) return void this.#stop(signal, signal)
    this.#hurry.abort()
    this.#passOn(signal)
  }

  /** A signal that is the command's alone. */
  passOn(signal: NodeJS.Signals): void {
    if (!this.#isSameAgain(signal)) this.#passOn(signal)
  }

  /** An event of the guard may be the command's end. */
  heed(event: GuardEvent): void {
    const { onRefused, stopping } = this.#deps
    if (event.type === 'token.reloaded') this.#outdate()
    if (event.type === 'token.refused' && onRefused === 'stop' && !stopping.signal.aborted)
      void this.#stop('SIGTERM', null)
  }

  async #stop(signal: NodeJS.Signals, cause: NodeJS.Signals | null): Promise<void> {
    const { log, clock, config, stopping, isFromTerminal } = this.#deps
    const isInformed = cause !== null && isFromTerminal(cause)
    const delayMs = isInformed ? 0 : config.stopDelayMs
    log({ type: 'child.stopping', signal: cause, delayMs })
    stopping.abort()
    await clock.sleep(delayMs, this.#hurry.signal)
    if (isInformed) void this.#killInTime()
    else if (!this.#hurry.signal.aborted) this.#deliver(signal)
  }

  #passOn(signal: NodeJS.Signals): void {
    if (!this.#deps.isFromTerminal(signal)) this.#deliver(signal)
  }

  #deliver(signal: NodeJS.Signals): void {
    this.#pending = this.#child === null ? signal : null
    this.#child?.kill(signal)
    if (this.#deps.stopping.signal.aborted || this.#isRestarting) void this.#killInTime()
  }

  async #killInTime(): Promise<void> {
    const { stopTimeoutMs, clock } = this.#deps
    const child = this.#child
    if (stopTimeoutMs === null || child === null) return
    const ended = new AbortController()
    void child.ended.then(() => ended.abort())
    if (await clock.sleep(stopTimeoutMs, ended.signal)) child.kill('SIGKILL')
  }

  #isSameAgain(signal: NodeJS.Signals): boolean {
    const nowMs = this.#deps.clock.monotonicMs()
    const cameAtMs = this.#cameAtMs.get(signal)
    if (cameAtMs !== undefined && nowMs - cameAtMs <= SAME_SIGNAL_MS) return true
    this.#cameAtMs.set(signal, nowMs)
    return false
  }

  /** A command that is given the file reads the new token by itself. */
  #outdate(): void {
    const { env, onReload, log, guard, stopping } = this.#deps
    if ((env['WHATSAPP_TOKEN_FILE'] ?? '') !== '' || this.#isRestarting || stopping.signal.aborted) return
    const willRestart = onReload === 'restart'
    log({ type: 'child.outdated', willRestart })
    guard.remark([CHILD_OUTDATED])
    if (!willRestart) return
    this.#isRestarting = true
    this.#deliver('SIGTERM')
  }

  /** Where its environment has the old token, it gets the new one. Nothing else in it is ours. */
  #withTokenInService(): Environment {
    const { env, tokenInService } = this.#deps
    return (env['WHATSAPP_TOKEN'] ?? '') === '' ? env : { ...env, WHATSAPP_TOKEN: tokenInService() }
  }
}

function exitCodeOf(end: ChildEnd): number {
  return 'code' in end ? end.code : 128 + constants.signals[end.signal]
}
