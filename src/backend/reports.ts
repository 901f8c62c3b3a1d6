import type { Guard } from '../guard/guard.ts'
import type { Clock } from '../platform/clock.ts'
import { concernOf, oursOf, type Concern, type Ours } from './concern.ts'
import { afterLook, NO_PAUSE, waitMs } from './pausing.ts'

export type ReportReceived = { readonly type: 'report.received' } & Concern

export type ReportsDeps = {
  readonly guard: Pick<Guard, 'check' | 'health' | 'state' | 'onChanges'>
  readonly config: Pick<Ours, 'businessAccountId' | 'phoneNumberIds' | 'appId'> & { readonly checkIntervalMs: number }
  readonly clock: Clock
  readonly onReport: (event: ReportReceived) => void
  readonly stopping: AbortSignal
}

/** What a backend reports. It proves nothing: it only makes the guard look, and not too often. */
export class Reports {
  readonly #deps: ReportsDeps
  #pausing = NO_PAUSE
  /** A look is to come when the pause is over: further reports add nothing to it. */
  #isDue = false
  #hasChanged = false

  constructor(deps: ReportsDeps) {
    this.#deps = deps
    deps.guard.onChanges(() => {
      this.#hasChanged = true
    })
  }

  /** A Graph error that the backend met, or a webhook body of Meta's. Takes anything, and never throws. */
  take(met: unknown): void {
    const { guard, config, onReport } = this.#deps
    const concern = concernOf(met, oursOf(config, guard.state))
    onReport({ type: 'report.received', ...concern })
    if (concern.concerns && !this.#isDue) void this.#look()
  }

  async #look(): Promise<void> {
    const { guard, config, clock, stopping } = this.#deps
    if (this.#mustWait()) return
    this.#isDue = true
    await clock.sleep(waitMs(this.#pausing, clock.monotonicMs()), stopping)
    this.#isDue = false
    if (stopping.aborted || this.#mustWait()) return
    const [before, lookedAtMs] = [this.#pausing, clock.monotonicMs()]
    this.#hasChanged = false
    // From here on the next report waits, however long this look takes.
    this.#pausing = afterLook(before, lookedAtMs, false, config.checkIntervalMs)
    await guard.check()
    if (this.#hasChanged) this.#pausing = afterLook(before, lookedAtMs, true, config.checkIntervalMs)
  }

  /** Graph throttles: the next check comes when it may. */
  #mustWait(): boolean {
    return this.#deps.guard.health().plan?.reason === 'throttled'
  }
}
