import { EXIT } from '../exit-codes.ts'
import type { CauseName } from '../verification/causes.ts'
import { ACCESS, ASSIGN_BOTH, BOTH_ASSETS, THEN_GENERATE, type SendFailure, type FailureRow } from './failure.ts'

const NO_TOKEN: SendFailure = {
  name: 'token_not_received',
  exitCode: EXIT.config,
  means: 'No token reached Graph.',
  toDo: 'Look at what is between this program and Graph (GRAPH_API_URL, HTTPS_PROXY): something there removes the header Authorization. A new token does not help.',
}

/** The token, its permissions, the account and the number. Sources: Meta's error codes, and captured answers. */
export const ACCESS_FAILURES: readonly FailureRow[] = [
  {
    name: 'full_control_missing',
    codes: [100, 200],
    text: /necessary permissions? required to send messages|Need permission on either/i,
    exitCode: ACCESS,
    means:
      'The system user lacks full control of the Messaging account (until 2026: WhatsApp Business Account), so it may not send for it.',
    toDo: `First ${ASSIGN_BOTH}. Then ${THEN_GENERATE}. No permission box is missing: ticking boxes does not help.`,
  },
  {
    name: 'app_not_for_user',
    codes: [200],
    text: /Cannot call API for app/i,
    exitCode: ACCESS,
    means: 'Graph says that the app may not act for the user of this token.',
    toDo: 'See that the app is live (at the top of the app dashboard), and that it is assigned to the system user: Business Settings → Users → System users → your system user → Assign assets → Apps (guide step 3). Then generate a new token (guide step 4). Assigning the number again does not help.',
  },
  {
    name: 'access_denied',
    codes: [131005],
    exitCode: ACCESS,
    means:
      "Graph denies access and gives no reason; the known ones are a person's token, an asset that is not assigned, a missing payment method, a declined display name, and a token that is older than the assignment.",
    toDo: 'Run check first (with WHATSAPP_BUSINESS_ACCOUNT_ID and WHATSAPP_PHONE_NUMBER_ID set), and mend what it shows in this order: the kind of token, what is assigned, payment, the display name. If it shows nothing, generate a new token (guide step 4): the current one does not learn of what was assigned after it was made. Sending again does not help.',
  },
  {
    name: 'number_not_registered',
    codes: [133010],
    exitCode: ACCESS,
    means:
      'The sending number is not registered with the Cloud API: it never was, or its Messaging account (until 2026: WhatsApp Business Account) is no longer linked.',
    toDo: `Run check first: if it shows account.unassigned or phone.unassigned, assign ${BOTH_ASSETS} to the system user (guide step 3), and ${THEN_GENERATE}. Else register the number: POST /{Phone number ID}/register with messaging_product=whatsapp and the number's pin of six digits (a number without a pin takes the one that you send). A new token alone does not help, and no screen of Meta registers it.`,
  },
  {
    name: 'certificate_wrong',
    codes: [131045],
    exitCode: ACCESS,
    means: 'The registration of the sending number is not valid: Graph refuses its certificate.',
    toDo: "Register the number again: POST /{Phone number ID}/register with messaging_product=whatsapp and the number's pin of six digits. A new token does not help.",
  },
  {
    name: 'name_not_approved',
    codes: [131037],
    exitCode: ACCESS,
    means:
      'The display name of the sending number is not approved yet; a number that comes from WhatsApp (+1 555 …) cannot send before it is.',
    toDo: 'Open WhatsApp Manager → Phone numbers → your number → Profile: it shows the state of the display name. Wait for the review, or send another name in if it was declined. A new token does not help.',
  },
  {
    name: 'payment_missing',
    codes: [131042],
    exitCode: ACCESS,
    means:
      'The Messaging account (until 2026: WhatsApp Business Account) has no working payment method, so Meta does not deliver.',
    toDo: 'Add one: WhatsApp Manager → Account tools → Payment settings, or Business Settings → Billing. Since October 2026 replies within 24 hours are charged too, so answering only does not avoid it. A new token does not help.',
  },
  {
    name: 'account_locked',
    codes: [131031],
    exitCode: ACCESS,
    means: 'Meta has locked the Messaging account (until 2026: WhatsApp Business Account).',
    toDo: 'Open WhatsApp Manager → Account, or https://business.facebook.com/business-support-home: it shows the reason, and lets you ask for a review. Until Meta lifts the lock neither a new token nor another number of this account helps.',
  },
  {
    name: 'account_restricted',
    codes: [368],
    exitCode: ACCESS,
    means: 'Meta has blocked the account for a time, for a breach of its policies.',
    toDo: 'Open WhatsApp Manager → Account, or https://business.facebook.com/business-support-home: it shows the reason and the end, and lets you appeal. Neither a new token nor sending again helps.',
  },
  { ...NO_TOKEN, codes: [104] },
  { ...NO_TOKEN, codes: [2500], text: /active access token/i },
]

const NOT_VISIBLE: SendFailure = {
  name: 'number_not_visible',
  exitCode: ACCESS,
  means:
    'The id of the sending number is wrong, or the number is not assigned to the system user: Graph answers both alike.',
  toDo: `Compare WHATSAPP_PHONE_NUMBER_ID (or --from) with "Phone number ID" in the app dashboard under WhatsApp → API Setup: it is not the telephone number. If it is right, ${ASSIGN_BOTH}. Then ${THEN_GENERATE}.`,
}

const PERMISSION_MISSING: SendFailure = {
  name: 'permission_missing',
  exitCode: ACCESS,
  means: 'Graph says that a permission is missing: to send, a token needs whatsapp_business_messaging.',
  toDo: `Run check: it names a permission that the token lacks; then generate a new one with all three boxes ticked (guide step 4), since the current token keeps the boxes it was made with. If check finds all permissions, ${ASSIGN_BOTH}, and generate a new token then. Sending again does not help.`,
}

/** What Graph's general errors mean to a message; the causes that are missing here are explained by their own text. */
export const OF_CAUSE: Readonly<Partial<Record<CauseName, SendFailure>>> = {
  not_visible: NOT_VISIBLE,
  permission_refused: PERMISSION_MISSING,
  full_control_missing: PERMISSION_MISSING,
  app_lacks_permission: {
    name: 'app_lacks_permission',
    exitCode: ACCESS,
    means:
      'Graph says that the app may not do this: it lacks the permission, or as a partner the role in the business of the account.',
    toDo: 'Run check: it shows whether the token lacks whatsapp_business_messaging (then guide step 4). If not, see App dashboard → App Review → Permissions and features, and the partners of the account in Business Settings. Assigning the assets again does not help.',
  },
  field_unknown: {
    name: 'number_id_of_another_kind',
    exitCode: ACCESS,
    means: 'What has the id of the sending number cannot send: it is the id of something else, such as the account.',
    toDo: 'Put the "Phone number ID" of the app dashboard (WhatsApp → API Setup) into WHATSAPP_PHONE_NUMBER_ID, or give it with --from. The token is not the cause.',
  },
  path_unknown: {
    name: 'path_unknown',
    exitCode: EXIT.config,
    means: 'Graph does not know the path: the configured version, or the id of the sending number.',
    toDo: 'Correct GRAPH_API_VERSION (such as v25.0), or WHATSAPP_PHONE_NUMBER_ID (--from): it has digits only. The token is not the cause.',
  },
}

/** By a code that Graph uses for one thing only, among others of the same cause. */
export const OBJECT_UNKNOWN: FailureRow = {
  ...NOT_VISIBLE,
  name: 'number_unknown',
  codes: [803],
  means: 'Graph knows no object with the id of the sending number, or does not show it to this token.',
}
