import { underAny } from '../platform/abort.ts'
import type { Clock } from '../platform/clock.ts'
import { elapsedMs, instantOf } from './instant.ts'
import type { Pacing } from './pacing.ts'
import { assetsAreDue, checkDelayMs } from './schedule.ts'
import type { CheckPlan } from './health.ts'

/** A clock that jumped or a machine that slept is noticed within this time. */
const NOTICE_MS = 15_000
/** The pace of a boot that goes on in service. */
const UNHEARD_INTERVAL_MS = 15_000
/** A state that is about to change is looked at no more often than this. */
const TICK_MS_MIN = 50

export type MonitorDeps = {
  readonly clock: Clock
  readonly random: () => number
  readonly checkIntervalMs: number
  readonly assetIntervalMs: number
  readonly staleAfterMs: number
  readonly pacing: Pacing
  readonly check: (withAssets: boolean) => Promise<unknown>
  /** Called with each wait that begins. */
  readonly onPlan: (plan: CheckPlan) => void
  /** Called after each check and whenever time alone may have changed something. */
  readonly onTick: () => void
  readonly validForMs: () => number
  /** Nothing definite was heard of the token yet: a boot that was allowed to start unverified goes on trying. */
  readonly isUnheard: () => boolean
}

/** Checks at each interval until the signal aborts. Checks never overlap; a check that hangs does not stop the ticks. */
export async function monitor(deps: MonitorDeps, stop: AbortSignal): Promise<void> {
  await Promise.all([checks(deps, stop), ticks(deps, stop)])
}

async function checks(deps: MonitorDeps, stop: AbortSignal): Promise<void> {
  const { clock, checkIntervalMs, assetIntervalMs, check, onTick, isUnheard } = deps
  let assetsAskedAt = instantOf(clock)
  for (;;) {
    if (!(await waitForNext(deps, stop))) return
    const withAssets =
      isUnheard() || assetsAreDue(elapsedMs(assetsAskedAt, instantOf(clock)), assetIntervalMs, checkIntervalMs)
    if (withAssets) assetsAskedAt = instantOf(clock)
    await check(withAssets)
    if (stop.aborted) return
    onTick()
  }
}

/** Whether the next check is due; `false` at a stop. A wait that changes meanwhile begins anew. */
async function waitForNext(deps: MonitorDeps, stop: AbortSignal): Promise<boolean> {
  const { clock, random, checkIntervalMs, staleAfterMs, pacing, onPlan, isUnheard } = deps
  for (;;) {
    const { slowdown, changed } = pacing
    const intervalMs = isUnheard() ? Math.min(checkIntervalMs, UNHEARD_INTERVAL_MS) : checkIntervalMs
    const delayMs = checkDelayMs(intervalMs, slowdown, staleAfterMs, random())
    onPlan({ nextCheckAtMs: clock.nowMs() + delayMs, reason: slowdown.reason })
    const isDue = await underAny([stop, changed], (either) => wait(clock, delayMs, either))
    if (stop.aborted) return false
    if (isDue) return true
  }
}

async function ticks({ clock, onTick, validForMs }: MonitorDeps, stop: AbortSignal): Promise<void> {
  while (await clock.sleep(Math.min(NOTICE_MS, Math.max(TICK_MS_MIN, validForMs())), stop)) onTick()
}

/** Waits by whichever clock is ahead: after a machine slept through its interval it checks at once. */
async function wait(clock: Clock, ms: number, stop: AbortSignal): Promise<boolean> {
  const started = instantOf(clock)
  for (;;) {
    const leftMs = ms - elapsedMs(started, instantOf(clock))
    if (leftMs <= 0) return !stop.aborted
    if (!(await clock.sleep(Math.min(NOTICE_MS, leftMs), stop))) return false
  }
}
