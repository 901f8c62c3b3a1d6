import type { Usage } from '../graph/headers.ts'
import type { LiveToken } from '../verification/facts.ts'
import type { Policy } from '../verification/policy.ts'
import type { Timed } from './round.ts'
import type { Pace } from './schedule.ts'
import { liveOf, type State } from './state.ts'

/** PURE. What the headers of one round mean for the pace. */

/** Meta's headers show a percentage of a rolling hour: three quarters leave room for the backend's own calls. */
const USAGE_PERCENT_HIGH = 75

export function paceOf(timed: readonly Timed[], state: State, { businessAccountId }: Policy): Pace {
  const live = liveIn(timed) ?? liveOf(state.answers.get('token') ?? null)
  const isOurs = (usage: Usage) => isOurUsage(usage, businessAccountId, live)
  const throttled = timed.filter(
    ({ asked: { result } }) => result.kind === 'silent' && result.silence.code === 'graph.rate_limited',
  )
  const waits = throttled.flatMap(({ asked: { signals } }) => [
    signals.retryAfterMs,
    ...signals.usages.filter(isOurs).map(({ regainMs }) => regainMs),
  ])
  const usages = timed.flatMap(({ asked }) => asked.signals.usages)
  const isHigh = ({ percent }: Usage) => percent >= USAGE_PERCENT_HIGH
  return {
    throttled: throttled.length > 0,
    isBusy: usages.some((usage) => isOurs(usage) && isHigh(usage)),
    isAppBusy: usages.some((usage) => usage.of === 'app' && isHigh(usage)),
    waitMs: Math.max(0, ...waits),
  }
}

function liveIn(timed: readonly Timed[]): LiveToken | null {
  const facts = timed.flatMap(({ asked: { result } }) => (result.kind === 'answered' ? [result.facts] : []))
  return facts.find((each): each is LiveToken => each.about === 'token' && each.kind === 'live') ?? null
}

/** The app's own, WhatsApp's, the account's, and those of the businesses that the token is for; others are not ours. */
function isOurUsage({ of }: Usage, businessAccountId: string | null, live: LiveToken | null): boolean {
  if (of === 'app' || of.type === 'whatsapp' || of.id === businessAccountId) return true
  const businesses = live?.granularScopes.filter(({ scope }) => scope === 'business_management') ?? []
  return businesses.some(({ targetIds }) => targetIds?.includes(of.id) === true)
}
