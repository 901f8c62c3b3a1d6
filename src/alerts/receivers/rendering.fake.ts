import type { AlertFormat } from '../../config/alert-address.ts'
import type { Alert } from '../alert.ts'
import { receiversIn } from '../receivers.ts'
import type { ShownFormat } from './bodies.fake.ts'
import { subjectOf } from './pagerduty.ts'

/** An address of each, complete and nobody's. */
export const ADDRESS_OF: Readonly<Record<AlertFormat, string>> = {
  slack: 'https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX',
  discord: 'https://discord.com/api/webhooks/123456789012345678/a-token_of-the-webhook',
  'google-chat': 'https://chat.googleapis.com/v1/spaces/AAAAAAAAAAA/messages?key=a-key&token=a-token',
  teams:
    'teams+https://default0000.00.environment.api.powerplatform.com/powerautomate/x/triggers/manual/paths/invoke?sig=x',
  telegram: 'https://api.telegram.org/bot123456:a-token/sendMessage?chat_id=-1001234567890',
  pagerduty: 'https://events.pagerduty.com/v2/enqueue?routing_key=0123456789abcdef0123456789abcdef',
  standard: 'https://alerts.example/hook',
}

export const SUBJECT = subjectOf('whatsapp-token-guard', ['1', '2'])
export const receiverAt = (address: string) => {
  const [first] = receiversIn(address, 'auto')
  if (first === undefined) throw new Error(`no receiver is at ${address}`)
  return first
}
export const postsOf = (format: keyof typeof ADDRESS_OF, alert: Alert) => {
  const { receiver, url } = receiverAt(ADDRESS_OF[format])
  return receiver.render(alert, { url, subject: SUBJECT })
}
export const bodiesOf = (format: ShownFormat, alert: Alert) =>
  postsOf(format, alert).map(({ body }) => JSON.parse(body) as Record<string, any>)
/** All texts in a body. */
export const textsIn = (value: unknown): readonly string[] =>
  typeof value === 'string'
    ? [value]
    : typeof value === 'object' && value !== null
      ? Object.values(value).flatMap(textsIn)
      : []
