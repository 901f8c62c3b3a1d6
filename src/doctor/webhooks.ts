import { around } from '../verification/around.ts'
import type { Finding } from '../verification/finding.ts'
import { deliveriesOf } from '../verification/findings/webhooks.ts'
import { listed } from '../verification/words.ts'
import type { Observations, VerifiedFacts } from './observations.ts'
import { fromFindings, item, notSet, type Head, type Item } from './item.ts'

/** PURE. Whether messages reach the backend: a subscription alone does not show it, so the address is named. */

const PLACE: Head = { id: 'guide.webhooks', group: 'guide', step: 3, title: 'webhooks' }
const SET_ADDRESS = 'Set WHATSAPP_WEBHOOK_URL to the address of your backend, so that it is verified.'

export function webhookItems(
  { verification }: Observations,
  found: readonly Finding[],
  notKnown: string,
): readonly Item[] {
  if (verification === null) return [item(PLACE, 'skipped', notKnown)]
  if (found.length > 0) return fromFindings(PLACE, found, () => item(PLACE, 'ok', ''))
  return [subscribed(verification)]
}

function subscribed(verification: VerifiedFacts): Item {
  const { config, state } = verification
  if (config.businessAccountId === null) return notSet(PLACE, 'WHATSAPP_BUSINESS_ACCOUNT_ID')
  if (state.silences.get('subscriptions')?.isRefusal === true)
    return item(PLACE, 'yours', 'this token may not read which apps are subscribed', 'Look in WhatsApp Manager.')
  if (!state.answers.has('subscriptions'))
    return item(PLACE, 'skipped', 'not known: no answer, or another finding is its cause')
  if (config.appId === null)
    return item(PLACE, 'yours', 'META_APP_ID is not set: whether it is your app is not verified', 'Set META_APP_ID.')
  const hosts = hostsOf(verification)
  if (hosts.length === 0)
    return item(PLACE, 'yours', 'the app is subscribed; where its messages go is not known', SET_ADDRESS)
  const words = `the app is subscribed; messages go to ${listed(hosts)}`
  return config.webhookUrl === null
    ? item(PLACE, 'yours', `${words}: is that your backend?`, SET_ADDRESS)
    : item(PLACE, 'ok', `${words} (WHATSAPP_WEBHOOK_URL)`)
}

function hostsOf({ config, state }: VerifiedFacts): readonly string[] {
  const known = around([...state.answers.values()].map(({ facts }) => facts))
  return [...new Set(deliveriesOf(config, known).map(({ to }) => to.host))]
}
