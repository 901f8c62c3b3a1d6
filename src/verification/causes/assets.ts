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
  permission_refused: {
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
  telephone_number_as_id: {
    class: null,
    remedy:
      'Put the id of the number into WHATSAPP_PHONE_NUMBER_ID, not the number itself: the id stands under "expected" here, and in the app dashboard under WhatsApp → API Setup.',
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
  account_disabled: {
    class: null,
    remedy:
      'Open WhatsApp Manager → Account: it says why Meta has disabled or restricted the account, and lets you ask for a review.',
    step: null,
  },
  account_rejected: {
    class: null,
    remedy: "Open WhatsApp Manager → Account: it shows Meta's review, its reason, and how to ask for another one.",
    step: null,
  },
  number_never_registered: {
    class: null,
    remedy:
      'Register the number: POST /{Phone number ID}/register with messaging_product=whatsapp and a pin of six digits. Until then sending fails with 133010.',
    step: null,
  },
  webhook_address_old: {
    class: null,
    remedy:
      "Messages go to the address that is set nearest: the number's own, else the account's, else the app's. Correct the app's in App dashboard → WhatsApp → Configuration; an override of the account is removed by POST /{WhatsApp Business Account ID}/subscribed_apps without a body. If the new address is the right one, correct WHATSAPP_WEBHOOK_URL.",
    step: 3,
  },
  messages_not_ticked: {
    class: null,
    remedy: 'Tick the field messages in App dashboard → WhatsApp → Configuration → Webhook fields.',
    step: 3,
  },
  app_not_subscribed: {
    class: null,
    remedy:
      'No incoming message reaches the backend. Subscribe the app: POST /{WhatsApp Business Account ID}/subscribed_apps with this token, or App dashboard → WhatsApp → Configuration → Webhooks.',
    step: 3,
  },
} as const satisfies Record<string, Cause>
