import type { Around } from '../around.ts'
import type { WebhookAddress, Facts } from '../facts.ts'
import { row, type Detail, type FindingRow } from '../finding.ts'
import type { Policy } from '../policy.ts'
import { listed } from '../words.ts'
import { canList } from './assets.ts'

/** Whether messages reach the backend. */

/** Meta's own, which test accounts list: "WA DevX Webhook Events 1P App". Source: captured. */
const METAS_OWN_APPS = ['2202427980234937']

/** The apps of others in a list. */
export function appsBesideMetas(appIds: readonly string[]): readonly string[] {
  return appIds.filter((id) => !METAS_OWN_APPS.includes(id))
}

/** META_APP_ID, else the token's own. */
export function ourAppId({ appId }: Pick<Policy, 'appId'>, { live }: Around): string | null {
  return appId ?? live?.appId ?? null
}

/** Where the messages of a number go, or of the account as a whole (`phoneNumberId: null`), as far as it is known. */
export type Delivery = { readonly phoneNumberId: string | null; readonly to: WebhookAddress }

/** The nearest address counts: the number's own, then the account's, then the app's. */
export function deliveriesOf(policy: Pick<Policy, 'appId' | 'phoneNumberIds'>, around: Around): readonly Delivery[] {
  const { subscriptions, app, phones } = around
  const own = ourAppId(policy, around)
  const override = own === null ? null : (subscriptions?.overrides[own] ?? null)
  const callback = app?.subscription?.callback ?? null
  const numbers = policy.phoneNumberIds.length === 0 ? [null] : policy.phoneNumberIds
  return numbers.flatMap((phoneNumberId) => {
    const phone = phoneNumberId === null ? undefined : phones.get(phoneNumberId)
    const configured = phone?.kind === 'readable' ? phone.webhooks : null
    const to = configured?.phoneNumber ?? configured?.account ?? override ?? configured?.application ?? callback ?? null
    return to === null ? [] : [{ phoneNumberId, to }]
  })
}

/** One finding for all numbers, whatever the answers that it comes from; the first of these carries it. */
const CARRIERS: readonly Facts['about'][] = ['subscriptions', 'app', 'phone']

function isCarrier(facts: Facts, policy: Policy, around: Around): boolean {
  const known: Partial<Record<Facts['about'], boolean>> = {
    subscriptions: around.subscriptions !== null,
    app: around.app !== null,
    phone: around.phones.size > 0,
  }
  if (CARRIERS.find((about) => known[about] === true) !== facts.about) return false
  return facts.about !== 'phone' || policy.phoneNumberIds.find((id) => around.phones.has(id)) === facts.phoneNumberId
}

function elsewhere(facts: Facts, policy: Policy, around: Around): readonly Detail[] {
  const { webhook } = policy
  if (webhook === null || !isCarrier(facts, policy, around)) return []
  const others = deliveriesOf(policy, around).filter(({ to }) => to.digest !== webhook.digest)
  if (others.length === 0) return []
  return [
    {
      summary: 'Messages are delivered to another address than WHATSAPP_WEBHOOK_URL.',
      expected: `messages go to ${webhook.host}`,
      observed: others.map((delivery) => sentenceOf(delivery, webhook)).join('; '),
    },
  ]
}

function sentenceOf({ phoneNumberId, to }: Delivery, webhook: WebhookAddress): string {
  const whose = phoneNumberId === null ? 'messages' : `those of ${phoneNumberId}`
  return `${whose} go to ${to.host === webhook.host ? `another address at ${to.host}` : to.host}`
}

const ELSEWHERE = { code: 'account.webhook_elsewhere', severity: 'warn', cause: 'webhook_address_old' } as const

export const WEBHOOK_FINDINGS: readonly FindingRow[] = [
  row({
    code: 'account.unsubscribed',
    severity: 'warn',
    about: 'subscriptions',
    cause: 'app_not_subscribed',
    hides: ['account.webhook_elsewhere', 'account.webhook_fields'],
    detect: ({ appIds }, { appId, businessAccountId }, _clocks, around) => {
      const others = appsBesideMetas(appIds)
      // Without META_APP_ID another app may be the one: only none at all is certain.
      if (appId === null ? others.length > 0 : appIds.includes(appId)) return []
      if (others.length === 0 && !canList(around)) return []
      return [
        {
          summary: "The app is not subscribed to the account's webhooks: no incoming message will arrive.",
          expected: `the app ${appId ?? 'of the token'} among the subscribed apps of ${businessAccountId ?? 'the account'}`,
          observed: appIds.length === 0 ? 'no subscribed app' : `only ${listed(appIds)}`,
        },
      ]
    },
  }),
  row({
    ...ELSEWHERE,
    about: 'subscriptions',
    detect: (facts, policy, _clocks, around) => elsewhere(facts, policy, around),
  }),
  row({ ...ELSEWHERE, about: 'app', detect: (facts, policy, _clocks, around) => elsewhere(facts, policy, around) }),
  row({ ...ELSEWHERE, about: 'phone', detect: (facts, policy, _clocks, around) => elsewhere(facts, policy, around) }),
  row({
    code: 'account.webhook_fields',
    severity: 'warn',
    about: 'app',
    cause: 'messages_not_ticked',
    detect: ({ appId, subscription }, _policy, _clocks, { subscriptions }) => {
      if (subscriptions?.appIds.includes(appId) !== true || subscription?.fields.includes('messages') === true)
        return []
      const fields = subscription?.fields ?? []
      return [
        {
          summary:
            'The app is subscribed to the account, but not to the field messages: no incoming message will arrive.',
          expected: 'messages among the fields of the app',
          observed: fields.length === 0 ? 'no field of WhatsApp' : `only ${listed(fields)}`,
        },
      ]
    },
  }),
]
