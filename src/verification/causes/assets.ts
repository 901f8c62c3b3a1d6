import { NOT_KNOWN_HERE, type Cause } from './cause.ts'

const ASSIGN = 'In Meta Business Settings, open Users → System users → your system user → Assign assets'
const MANAGER = 'Open WhatsApp Manager and mend what it shows for this'

/** What may be wrong with account, numbers and webhooks. */
export const ASSETS_CAUSES = {
  not_visible: {
    class: 'not_visible',
    sentence: 'Graph refuses this read',
    remedy: NOT_KNOWN_HERE,
    step: null,
  },
  not_permitted: {
    class: 'not_permitted',
    sentence: 'Graph refuses this read',
    remedy: NOT_KNOWN_HERE,
    step: null,
  },
  account_not_assigned: {
    class: null,
    remedy: `${ASSIGN} → WhatsApp accounts, choose the account with full control, then generate a new token (step 4): a token does not learn of assets that are assigned later. Check WHATSAPP_BUSINESS_ACCOUNT_ID too.`,
    step: 3,
  },
  number_not_assigned: {
    class: null,
    remedy: `Check WHATSAPP_PHONE_NUMBER_ID (WhatsApp → API Setup). ${ASSIGN} → WhatsApp accounts, choose the account that this number belongs to, then generate a new token (step 4).`,
    step: 3,
  },
  number_of_another_account: {
    class: null,
    remedy:
      'The number belongs to another WhatsApp Business Account. Correct WHATSAPP_PHONE_NUMBER_ID or WHATSAPP_BUSINESS_ACCOUNT_ID so that both name the same account (WhatsApp → API Setup shows the two side by side).',
    step: 3,
  },
  account_id_of_another_kind: {
    class: null,
    remedy:
      'WHATSAPP_BUSINESS_ACCOUNT_ID holds the id of something else, most often the business\'s own. The right one stands in the app dashboard under WhatsApp → API Setup, as "WhatsApp Business Account ID".',
    step: 3,
  },
  number_id_of_another_kind: {
    class: null,
    remedy:
      'WHATSAPP_PHONE_NUMBER_ID holds the id of something else. The right one stands in the app dashboard under WhatsApp → API Setup, as "Phone number ID" (not the number itself).',
    step: 3,
  },
  locked: { class: 'locked', sentence: 'Graph refuses this read', remedy: NOT_KNOWN_HERE, step: null },
  account_limited: {
    class: null,
    remedy: `${MANAGER} account: payment method, business verification, policy.`,
    step: null,
  },
  number_limited: {
    class: null,
    remedy: `${MANAGER} number: its registration, its display name, the account's payment method, business verification.`,
    step: null,
  },
  app_not_subscribed: {
    class: null,
    remedy:
      'No incoming message reaches the backend. Subscribe the app: POST /{WhatsApp Business Account ID}/subscribed_apps with this token, or App dashboard → WhatsApp → Configuration → Webhooks.',
    step: 3,
  },
} as const satisfies Record<string, Cause>
