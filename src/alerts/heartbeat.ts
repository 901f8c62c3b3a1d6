import type { Secret } from '../config/secret.ts'
import type { Health } from '../guard/health.ts'
import { requestBy, type FetchFor } from '../net/request-by.ts'
import type { Clock } from '../platform/clock.ts'

/** Lets a watcher at another place know that the guard is there. The watcher alerts when this stops. */

export const HEARTBEAT_OUTCOMES = ['delivered', 'failed', 'skipped'] as const
export type HeartbeatOutcome = (typeof HEARTBEAT_OUTCOMES)[number]

export type HeartbeatDeps = {
  /** Looked at for each one: it may change while the program runs. `null`: there is none. */
  readonly url: () => Secret | null
  readonly health: () => Pick<Health, 'status' | 'plan'>
  readonly intervalMs: number
  /** Of one request to Graph. */
  readonly checkTimeoutMs: number
  readonly fetchFor: FetchFor
  readonly userAgent: string
  readonly clock: Clock
  readonly onOutcome: (outcome: HeartbeatOutcome) => void
  /** Called at the first failure after a success. */
  readonly onFailure: (problem: string) => void
}

const ATTEMPT_MS = 5_000
const OVERDUE_MS = 30_000

/** PURE. Whether the token is of use and the checker still asks. `nowMs`: our wall clock. */
export function isWell(
  { status, plan }: Pick<Health, 'status' | 'plan'>,
  checkTimeoutMs: number,
  nowMs: number,
): boolean {
  const isOverdue = plan !== null && nowMs - plan.nextCheckAtMs > 2 * checkTimeoutMs + OVERDUE_MS
  return status !== 'fail' && !isOverdue
}

/** One now, and one in each interval until the stop, whatever Graph's limits do to the checks. */
export async function keepBeating(deps: HeartbeatDeps, stop: AbortSignal): Promise<void> {
  const { clock, intervalMs } = deps
  const startedMs = clock.monotonicMs()
  let hasFailed = false
  for (let nth = 1; !stop.aborted; nth++) {
    const sent = await beat(deps, stop)
    if (stop.aborted) return
    // Where none was sent, the last one counts.
    if (sent !== null) {
      if (sent.problem !== null && !hasFailed) deps.onFailure(sent.problem)
      hasFailed = sent.problem !== null
    }
    const passedMs = clock.monotonicMs() - startedMs
    // A machine that slept does not make up for what it missed.
    nth = Math.max(nth, Math.floor(passedMs / intervalMs) + 1)
    await clock.sleep(nth * intervalMs - passedMs, stop)
  }
}

/** Why it failed, or `null` where it did not; `null` in place of both where there was none to send. */
async function beat(deps: HeartbeatDeps, signal: AbortSignal): Promise<{ readonly problem: string | null } | null> {
  const { health, checkTimeoutMs, clock, onOutcome } = deps
  const url = deps.url()
  if (url === null) return null
  if (!isWell(health(), checkTimeoutMs, clock.nowMs())) {
    onOutcome('skipped')
    return null
  }
  const problem = await send(url.reveal(), deps, signal)
  if (!signal.aborted) onOutcome(problem === null ? 'delivered' : 'failed')
  return { problem }
}

async function send(url: string, { fetchFor, userAgent, intervalMs }: HeartbeatDeps, signal: AbortSignal) {
  const limits = { timeoutMs: Math.min(ATTEMPT_MS, intervalMs), signal, bytesMax: 0 }
  const reply = await requestBy(fetchFor, { method: 'GET', url, headers: { 'user-agent': userAgent } }, limits)
  if (reply.kind === 'none') return reply.what
  const { status } = reply.answer
  if (status >= 300 && status < 400) return `the watcher redirects (${status}), which is not followed`
  return status >= 200 && status < 300 ? null : `the watcher answers ${status}`
}
