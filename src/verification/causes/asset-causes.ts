import { ASSIGN, GENERATE, NOT_KNOWN_HERE, type Cause } from './cause.ts'

const REFUSED = { sentence: 'Graph refuses this read', remedy: NOT_KNOWN_HERE, step: null } as const

/** What may keep account, numbers and webhooks from the token. */
export const ASSETS_CAUSES = {
  // What Graph says of a read; a finding names the cause that fits what was read.
  not_visible: { class: 'not_visible', ...REFUSED },
  permission_refused: { class: 'not_permitted', ...REFUSED },
  locked: { class: 'locked', ...REFUSED },

  account_not_assigned: {
    class: null,
    remedy: `Check that WHATSAPP_BUSINESS_ACCOUNT_ID is right (app dashboard → WhatsApp → API Setup). ${ASSIGN}`,
    step: 3,
  },
  number_not_assigned: {
    class: null,
    remedy: `Check that WHATSAPP_PHONE_NUMBER_ID is right (app dashboard → WhatsApp → API Setup). ${ASSIGN}`,
    step: 3,
  },
  full_control_missing: {
    class: 'not_permitted',
    sentence: 'Graph refuses this read',
    remedy: `The system user has the account without full control: it may send, but not manage. ${ASSIGN}`,
    step: 3,
  },
  token_cannot_read: {
    class: null,
    remedy: `The token lacks whatsapp_business_management, so it cannot read this, whatever is assigned. ${GENERATE} To do without the verification of account and number, unset WHATSAPP_BUSINESS_ACCOUNT_ID and WHATSAPP_PHONE_NUMBER_ID.`,
    step: 4,
  },
  app_lacks_permission: {
    class: 'not_permitted',
    sentence: 'Graph refuses this read',
    remedy:
      'The app itself may not do this: it lacks the permission, or as a partner the role in the business of the account. See App dashboard → App Review → Permissions and features, and the partners of the account in Business Settings. A new token of the same app does not help.',
    step: null,
  },
  app_not_for_user: {
    class: 'not_permitted',
    sentence: 'Graph refuses this read',
    remedy:
      'The app may not act for this system user. See that the app is live (App dashboard, at the top) and that it is assigned to the system user: Business Settings → Users → System users → Assign assets → Apps. Then generate a new token (guide step 4).',
    step: 3,
  },
  telephone_number_as_id: {
    class: null,
    remedy:
      'Put the id of the number into WHATSAPP_PHONE_NUMBER_ID, not the number itself: it is in the app dashboard under WhatsApp → API Setup, as "Phone number ID", and above as what was expected. The token and what is assigned are not the cause.',
    step: 5,
  },
  number_of_another_account: {
    class: null,
    remedy:
      'The number belongs to another Messaging account (until 2026: WhatsApp Business Account). Correct WHATSAPP_PHONE_NUMBER_ID or WHATSAPP_BUSINESS_ACCOUNT_ID so that both name the same one: app dashboard → WhatsApp → API Setup shows the two side by side.',
    step: 5,
  },
  account_id_of_another_kind: {
    class: null,
    remedy:
      'WHATSAPP_BUSINESS_ACCOUNT_ID holds the id of something else, most often the business\'s own. The right one is in the app dashboard under WhatsApp → API Setup, as "WhatsApp Business Account ID". The token is not the cause.',
    step: 5,
  },
  number_id_of_another_kind: {
    class: null,
    remedy:
      'WHATSAPP_PHONE_NUMBER_ID holds the id of something else. The right one is in the app dashboard under WhatsApp → API Setup, as "Phone number ID" (not the number itself). The token is not the cause.',
    step: 5,
  },

  webhook_address_old: {
    class: null,
    remedy:
      "The nearest address counts: the number's own, else the account's, else the app's. The app's is set in App dashboard → WhatsApp → Configuration; an override of the account is removed by POST /{Messaging account ID}/subscribed_apps without a body. If the new address is the right one, correct WHATSAPP_WEBHOOK_URL.",
    step: null,
  },
  messages_not_ticked: {
    class: null,
    remedy:
      'In App dashboard → WhatsApp → Configuration → Webhook fields, subscribe to the field messages. Sending works meanwhile, and no incoming message arrives.',
    step: null,
  },
  app_not_subscribed: {
    class: null,
    remedy:
      'Subscribe the app to the account: POST /{Messaging account ID}/subscribed_apps with this token. Sending works meanwhile, and no incoming message arrives. A callback URL in the app dashboard alone does not subscribe it.',
    step: null,
  },
} as const satisfies Record<string, Cause>
