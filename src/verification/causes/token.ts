import { GENERATE, type Cause } from './cause.ts'

/** What the token ended by; `credential_revoked` covers them all. */
const ENDED = { class: 'credential_revoked', step: 4 } as const
/** The person behind the token must act: a new token of the same person is refused alike. */
const LOG_IN =
  'The person whose token it is must log in at https://www.facebook.com and do what is asked there; a new token of the same person is refused alike. A system user has no such check: use the token of one.'

/** What may be wrong with a token. */
export const TOKEN_CAUSES = {
  expired: {
    class: 'credential_expired',
    sentence: 'The token has expired.',
    remedy: `Graph refuses every call made with this token. ${GENERATE} Choose the expiration "Never".`,
    step: 4,
  },
  revoked_by_call: {
    ...ENDED,
    sentence: 'The token was revoked through the API.',
    remedy: `The token was revoked on purpose, by a call or with the app's secret. Find out by whom before you replace it. ${GENERATE}`,
  },
  password_changed: {
    ...ENDED,
    sentence: 'The session behind the token was ended: a password was changed, or Facebook ended it for security.',
    remedy: `A person's token ends with the person's password; a system user's does not. ${GENERATE}`,
  },
  logged_out: {
    ...ENDED,
    sentence: 'The session behind the token was ended: the person logged out.',
    remedy: `A person's token ends with the session. Use the token of a system user. ${GENERATE}`,
  },
  session_ended: {
    ...ENDED,
    sentence: 'Graph says that the session behind the token was ended.',
    remedy: `Check that the system user still exists and still has the app (guide step 2 and 3). ${GENERATE}`,
  },
  app_removed: {
    ...ENDED,
    sentence: "The app was removed from the token's user.",
    remedy: `Assign the app to the system user again (guide step 3). ${GENERATE}`,
  },
  role_lost: {
    ...ENDED,
    sentence: "The token's user has lost the role that the token needs.",
    remedy: `Give the system user its role back (guide step 2). ${GENERATE}`,
  },
  user_unconfirmed: {
    ...ENDED,
    sentence: "The token's user is not confirmed.",
    remedy: LOG_IN,
  },
  login_check: {
    ...ENDED,
    sentence: "Facebook holds the token's user back until the person logs in.",
    remedy: LOG_IN,
  },
  integration_user_gone: {
    ...ENDED,
    sentence: 'The user that Embedded Signup made for this customer is deleted, or belongs to another app.',
    remedy:
      'Let the customer go through Embedded Signup again: it makes a new user and a new token. Business Settings has no list of these users.',
    step: null,
  },
  app_deleted: {
    ...ENDED,
    sentence: 'The app of the token has been deleted.',
    remedy: `No token of this app works any more. Create another app or choose one that you have, add WhatsApp to it, and correct META_APP_ID and META_APP_SECRET; then generate a token for that app. ${GENERATE}`,
  },
  unexplained: {
    class: 'credential_ended',
    sentence: 'Graph says that the token is not valid, and gives no reason.',
    remedy: `Check that the system user still exists (guide step 2) and that WHATSAPP_TOKEN holds the whole token. Then ${GENERATE.replace('In Meta', 'in Meta')}`,
    step: 4,
  },
  copied_wrong: {
    class: 'credential_invalid',
    sentence: 'Graph cannot read the text as a token.',
    remedy: `Graph cannot read this text as a token: it was probably cut off or altered when it was copied. ${GENERATE} It is shown once: copy all of it.`,
    step: 4,
  },
  expiration_chosen: {
    class: null,
    remedy: `${GENERATE} Choose the expiration "Never". Meta no longer offers "Never" to some businesses: then set TOKEN_GUARD_EXPIRY=rotate and renew the token before it expires.`,
    step: 4,
  },
  expiration_near: { class: null, remedy: `Renew the token before it expires. ${GENERATE}`, step: 4 },
  not_system_user: {
    class: null,
    remedy: `Use the token of a system user: others end with a person's session, or cannot send. ${GENERATE}`,
    step: 4,
  },
  data_access_ending: {
    class: null,
    remedy: `Graph will stop answering for this user's data. A system user's token has no such end. ${GENERATE}`,
    step: 4,
  },
  permission_unticked: {
    class: null,
    remedy:
      'A token keeps the permissions it was made with: generate a new one for the system user with this box ticked too, and put it into WHATSAPP_TOKEN. If Meta has renamed the permission, accept both names: TOKEN_GUARD_REQUIRED_SCOPES takes "old|new".',
    step: 4,
  },
  candidate_bad: {
    class: null,
    remedy:
      'The running service keeps the old token, but a restart would be refused. Put a good token where the new one stands.',
    step: 5,
  },
  command_not_restarted: { class: null, remedy: 'Restart the command, so that it reads the new token.', step: 5 },
} as const satisfies Record<string, Cause>
