import type { Cause } from './cause.ts'

const APPEAL = 'The token is not the cause.'

/** What keeps messages of an account or a number back. */
export const SENDING_CAUSES = {
  account_locked: {
    class: null,
    remedy: `Meta has locked the account, or the number, for breaking its policy. Open WhatsApp Manager → Account: it says why, and lets you ask for a review. ${APPEAL}`,
    step: null,
  },
  account_disabled: {
    class: null,
    remedy: `Open WhatsApp Manager → Account: it says why Meta has disabled or restricted the account, and lets you ask for a review. ${APPEAL}`,
    step: null,
  },
  account_rejected: {
    class: null,
    remedy: `Open WhatsApp Manager → Account: it shows Meta's review, its reason, and how to ask for another one. ${APPEAL}`,
    step: null,
  },
  payment_missing: {
    class: null,
    remedy:
      'Add a working payment method: WhatsApp Manager → Account tools → Payment settings, or Business Settings → Billing. Since October 2026 most messages are charged, replies within 24 hours too. The token is not the cause.',
    step: null,
  },
  business_not_verified: {
    class: null,
    remedy:
      'Finish the verification of the business: Business Settings → Security Centre → Start verification. Until then messages may be accepted and never be delivered. The token is not the cause.',
    step: null,
  },
  name_not_approved: {
    class: null,
    remedy:
      'Open WhatsApp Manager → Phone numbers → your number → Profile: it shows the state of the display name. Wait for the review, or send another name in. Until then messages may be accepted and never be delivered.',
    step: null,
  },
  number_never_registered: {
    class: null,
    remedy:
      'Register the number: POST /{Phone number ID}/register with messaging_product=whatsapp and a pin of six digits. Until then sending fails with 133010. Only this call registers it; no screen of Meta does.',
    step: null,
  },
  number_disconnected: {
    class: null,
    remedy:
      "Register the number again: POST /{Phone number ID}/register with messaging_product=whatsapp and its pin of six digits (a new one, if it has none). If the number is used in the WhatsApp Business app too (coexistence), connect it again in the phone's app instead. The token is not the cause.",
    step: null,
  },
  number_gone: {
    class: null,
    remedy:
      'The number was deleted, or moved to another account, where it has another id. Look it up in WhatsApp Manager → Phone numbers, and correct WHATSAPP_PHONE_NUMBER_ID. The token is not the cause.',
    step: 5,
  },
  number_banned: {
    class: null,
    remedy:
      'Meta has banned or restricted the number. Open WhatsApp Manager → Phone numbers → your number: it says why, and lets you appeal. Registering it again does not help.',
    step: null,
  },
  number_flagged: {
    class: null,
    remedy:
      'The quality of the number is low: people block or report its messages. Open WhatsApp Manager → Phone numbers → Insights, and send fewer unwanted messages for some days. The token is not the cause.',
    step: null,
  },
  number_rate_limited: {
    class: null,
    remedy:
      'The number has reached its limit of conversations. Wait for the next day, and see WhatsApp Manager → Phone numbers for how the limit grows. The token is not the cause.',
    step: null,
  },
  account_limited: {
    class: null,
    remedy: 'Open WhatsApp Manager → Account and mend what it shows there. The token is not the cause.',
    step: null,
  },
  number_limited: {
    class: null,
    remedy:
      'Open WhatsApp Manager → Phone numbers → your number and mend what it shows there. The token is not the cause.',
    step: null,
  },
} as const satisfies Record<string, Cause>
