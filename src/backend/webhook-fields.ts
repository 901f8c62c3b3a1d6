/** PURE. Which webhook fields of Meta's may speak of what is verified. All others, `messages` above all, are forgotten. */

export type WebhookRow = {
  /** What may have changed. A number's field counts only where a number is configured. */
  readonly about: 'account' | 'number'
  readonly mayMean: string
  readonly source: string
}

/** By the name of the field. No webhook says that a token has ended; these come nearest. */
export const WEBHOOK_FIELDS: Readonly<Record<string, WebhookRow>> = {
  account_update: {
    about: 'account',
    mayMean: 'the account was disabled, restricted, deleted or taken from the app (or one of these has ended)',
    source: 'Meta: webhooks, account_update',
  },
  account_review_update: {
    about: 'account',
    mayMean: 'the review of the account has ended',
    source: 'Meta: webhooks, account_review_update',
  },
  phone_number_name_update: {
    about: 'number',
    mayMean: 'the display name was approved or declined',
    source: 'Meta: webhooks, phone_number_name_update',
  },
  phone_number_quality_update: {
    about: 'number',
    mayMean: 'the limit or the quality of the number has changed',
    source: 'Meta: webhooks, phone_number_quality_update',
  },
}

/** One change of a webhook body, as far as it is judged. */
export type WebhookChange = {
  readonly field: string
  /** Whose it is; `null` where it does not say. */
  readonly accountId: string | null
  readonly appId: string | null
  /** Digits of the telephone number that it is about. */
  readonly digits: string | null
}

/** The changes in a webhook body of a WhatsApp Business Account; `null` for anything else. */
export function readWebhook(body: unknown): readonly WebhookChange[] | null {
  if (at(body, 'object') !== 'whatsapp_business_account') return null
  return listAt(body, 'entry').flatMap((entry) =>
    listAt(entry, 'changes').map((change): WebhookChange => {
      const value = at(change, 'value')
      const info = at(value, 'waba_info')
      return {
        field: String(at(change, 'field')),
        // Of an account that left a partner, the entry's own id is another's.
        accountId: idAt(info, 'waba_id') ?? idAt(entry, 'id'),
        appId: idAt(info, 'partner_app_id'),
        digits: digitsIn(at(value, 'display_phone_number')),
      }
    }),
  )
}

function at(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined
}

function listAt(value: unknown, name: string): readonly unknown[] {
  const list = at(value, name)
  return Array.isArray(list) ? list : []
}

function idAt(value: unknown, name: string): string | null {
  const id = at(value, name)
  return typeof id === 'string' || typeof id === 'number' ? String(id) : null
}

/** `null` where it is no telephone number. */
export function digitsIn(number: unknown): string | null {
  const digits = typeof number === 'string' ? number.replaceAll(/\D/g, '') : ''
  return digits === '' ? null : digits
}
