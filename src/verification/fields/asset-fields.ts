import type { AccountFacts, PhoneFacts, WebhookConfiguration } from '../facts.ts'
import { listed } from '../words.ts'
import { field, type Field } from './field.ts'

type Node = AccountFacts | PhoneFacts

function account<T>(read: (facts: Extract<AccountFacts, { kind: 'readable' }>) => T) {
  return (facts: AccountFacts): T | null => (facts.kind === 'readable' ? read(facts) : null)
}

function phone<T>(read: (facts: Extract<PhoneFacts, { kind: 'readable' }>) => T) {
  return (facts: PhoneFacts): T | null => (facts.kind === 'readable' ? read(facts) : null)
}

const onAccount = { about: 'account', key: 'whatsapp:business-account' } as const
const onPhone = { about: 'phone', key: 'whatsapp:phone-number' } as const
const onWebhooks = { about: 'subscriptions', key: 'whatsapp:webhooks' } as const

export const ASSET_FIELDS: readonly Field[] = [
  field({
    ...onAccount,
    name: 'account.name',
    wire: account(({ name }) => name),
    words: account(({ name }) => quotedName(name)),
    drifts: false,
  }),
  field({
    ...onAccount,
    name: 'account.status',
    wire: account(({ status }) => status),
    words: account(({ status }) => status),
    drifts: true,
  }),
  field({
    ...onAccount,
    name: 'account.review_status',
    wire: account(({ review }) => review),
    words: account(({ review }) => unlessUsual(review, 'APPROVED', 'review ')),
    drifts: false,
  }),
  field({ ...onAccount, name: 'account.can_send_message', wire: canSend, words: canSendWords, drifts: true }),

  field({
    ...onPhone,
    name: 'phone.display_phone_number',
    wire: phone(({ displayNumber }) => displayNumber),
    words: phone(({ displayNumber }) => displayNumber),
    drifts: false,
  }),
  field({
    ...onPhone,
    name: 'phone.name',
    wire: phone(({ name }) => name),
    words: phone(({ name }) => quotedName(name)),
    drifts: false,
  }),
  field({
    ...onPhone,
    name: 'phone.status',
    wire: phone(({ status }) => status),
    words: phone(({ status }) => status),
    drifts: true,
  }),
  field({
    ...onPhone,
    name: 'phone.platform_type',
    wire: phone(({ platformType }) => platformType),
    words: phone(({ platformType }) => unlessUsual(platformType, 'CLOUD_API')),
    drifts: false,
  }),
  field({
    ...onPhone,
    name: 'phone.webhook_host',
    wire: phone(({ webhooks }) => hostOf(webhooks)),
    drifts: false,
  }),
  field({ ...onPhone, name: 'phone.can_send_message', wire: canSend, words: canSendWords, drifts: true }),

  field({
    about: 'numbers',
    name: 'phone_numbers',
    key: null,
    wire: ({ phoneNumberIds }) => phoneNumberIds,
    words: ({ phoneNumberIds }) => listed(phoneNumberIds),
    drifts: false,
  }),
  field({
    ...onWebhooks,
    name: 'subscribed_apps',
    wire: ({ appIds }) => appIds,
    words: ({ appIds }) => `subscribed: ${appIds.length === 0 ? 'no app' : listed(appIds)}`,
    drifts: false,
  }),
  field({
    ...onWebhooks,
    name: 'account.subscribed',
    wire: ({ appIds }, { appId }) => (appId === null ? null : appIds.includes(appId)),
    drifts: true,
    isInner: true,
  }),

  field({
    about: 'app',
    name: 'app.callback_host',
    key: 'whatsapp:webhooks',
    wire: ({ subscription }) => subscription?.callback?.host ?? null,
    words: ({ subscription }) =>
      subscription?.callback == null ? null : `messages go to ${subscription.callback.host}`,
    drifts: false,
  }),
  field({
    about: 'app',
    name: 'app.webhook_fields',
    key: 'whatsapp:webhooks',
    wire: ({ subscription }) => subscription?.fields ?? null,
    words: ({ subscription }) => (subscription === null ? 'no subscription' : `fields: ${listed(subscription.fields)}`),
    drifts: false,
  }),
]

/** The nearest of its addresses. */
function hostOf(webhooks: WebhookConfiguration | null): string | null {
  return (webhooks?.phoneNumber ?? webhooks?.account ?? webhooks?.application)?.host ?? null
}

function canSend(facts: Node): string | null {
  if (facts.kind === 'locked') return 'BLOCKED'
  return facts.kind === 'readable' ? (facts.sending?.canSend ?? null) : null
}

function canSendWords(facts: Node): string | null {
  return facts.kind === 'readable' ? canSend(facts) : null
}

/** What is as nearly everywhere is not worth a word. */
function unlessUsual(word: string | null, usual: string, before = ''): string | null {
  return word === null || word === usual ? null : `${before}${word}`
}

function quotedName(name: string | null): string | null {
  return name === null ? null : `"${name}"`
}
