import type { Alert } from '../alerts/alert.ts'
import { judgeAttempt } from '../alerts/attempt.ts'
import { deliver, type DeliveryDeps } from '../alerts/delivery.ts'
import type { AtAddress } from '../alerts/receivers.ts'
import { subjectOf } from '../alerts/receivers/pagerduty.ts'
import type { Send } from './outbox.ts'

/** Sends each message to each address, as for one token; `null` where there is no address. */
export function byWebhook(
  addresses: readonly AtAddress[],
  delivery: Omit<DeliveryDeps, 'subject'>,
  random: () => number,
): Send | null {
  if (addresses.length === 0) return null
  return (alert, tries, stopping) =>
    Promise.all(
      addresses.map(async (at) => {
        const [last] = (await deliver(alert, at, { ...delivery, subject: subjectFor(alert) }, stopping)).slice(-1)
        const reply = last?.reply ?? { kind: 'none', what: 'there was nothing to send' }
        return judgeAttempt(reply, tries, random(), delivery.clock.nowMs())
      }),
    )
}

/** An incident at PagerDuty is about one token, or about an app. */
function subjectFor({ service, tokenId, appId }: Alert): string {
  return subjectOf(service, [tokenId ?? appId ?? ''])
}
