import { GENERATE, type Cause } from './cause.ts'

/** What the token ended by; `credential_revoked` covers them all. */
const ENDED = { class: 'credential_revoked', step: 4 } as const
/** The person behind the token must act: a new token of the same person is refused alike. */
const LOG_IN =
  'The person whose token it is must log in at https://www.facebook.com and do what is asked there; a new token of the same person is refused alike. A system user has no such check: use the token of one (guide steps 2 to 4).'

/** What may be wrong with a token. */
export const TOKEN_CAUSES = {
  expired: {
    class: 'credential_expired',
    sentence: 'The token has expired.',
    remedy: `An expired token cannot be renewed. ${GENERATE} Choose the expiration "Never", or renew in time with rotate (TOKEN_GUARD_EXPIRY=rotate).`,
    step: 4,
  },
  revoked_by_call: {
    ...ENDED,
    sentence: 'The token was revoked through the API.',
    remedy: `The token was revoked on purpose, by a call or with the app's secret: find out by whom, since a new one may be revoked too. ${GENERATE}`,
  },
  password_changed: {
    ...ENDED,
    sentence: 'The session behind the token was ended: a password was changed, or Facebook ended it for security.',
    remedy: `A person's token ends with the person's password; a system user's does not. ${GENERATE}`,
  },
  logged_out: {
    ...ENDED,
    sentence: 'The session behind the token was ended: the person logged out.',
    remedy: `A person's token ends with the session; a system user's does not. ${GENERATE}`,
  },
  session_ended: {
    ...ENDED,
    sentence: 'Graph says that the session behind the token was ended.',
    remedy: `Check that the system user still exists and still has the app (guide steps 2 and 3). ${GENERATE}`,
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
  user_unconfirmed: { ...ENDED, sentence: "The token's user is not confirmed.", remedy: LOG_IN },
  login_check: {
    ...ENDED,
    sentence: "Facebook holds the token's user back until the person logs in.",
    remedy: LOG_IN,
  },
  integration_user_gone: {
    ...ENDED,
    sentence: 'The user that Embedded Signup made for this customer is deleted, or belongs to another app.',
    remedy:
      'Let the customer go through Embedded Signup again: it makes a new user and a new token. Business Settings has no list of these users, and cannot generate a token for them.',
    step: null,
  },
  app_deleted: {
    ...ENDED,
    sentence: 'The app of the token has been deleted.',
    remedy: `No token of this app works any more, and no new one helps. Create or choose another app with WhatsApp, correct META_APP_ID and META_APP_SECRET, and assign it to the system user (guide step 3). Then generate a token for that app (guide step 4).`,
    step: 3,
  },
  unexplained: {
    class: 'credential_ended',
    sentence: 'Graph says that the token is not valid, and gives no reason.',
    remedy: `Check that WHATSAPP_TOKEN holds the whole token, and that the system user still exists (guide step 2). If both are so: ${GENERATE.replace('In Meta', 'in Meta')}`,
    step: 4,
  },
  copied_wrong: {
    class: 'credential_invalid',
    sentence: 'Graph cannot read the text as a token.',
    remedy: `The text was probably cut off or altered when it was copied: copy the whole token again, if it was kept. It is shown only once; else generate another. ${GENERATE}`,
    step: 4,
  },
  expiration_chosen: {
    class: null,
    remedy: `${GENERATE} Choose the expiration "Never". Meta no longer offers "Never" to some businesses: then set TOKEN_GUARD_EXPIRY=rotate and renew the token before it expires.`,
    step: 4,
  },
  temporary_token: {
    class: null,
    remedy: `This is a token for a day, as the app dashboard gives it for first trials. For development set TOKEN_GUARD_EXPIRY=temporary. For anything else: ${GENERATE.replace('In Meta', 'in Meta')}`,
    step: 4,
  },
  expiration_near: {
    class: null,
    remedy: `Renew the token before it expires: rotate does it (docs/rotation.md), an expired one cannot be renewed. Or by hand: ${GENERATE.replace('In Meta', 'in Meta')}`,
    step: 4,
  },
  not_system_user: {
    class: null,
    remedy: `It works until the person's session ends: a password, a logout, a lost role. ${GENERATE}`,
    step: 4,
  },
  useless_kind: {
    class: null,
    remedy: `A page's token or an app's cannot send for a business, whatever is assigned. ${GENERATE}`,
    step: 4,
  },
  data_access_ending: {
    class: null,
    remedy: `Graph stops answering for a person's data 90 days after the last consent. A system user's token has no such end. ${GENERATE}`,
    step: 4,
  },
  permission_unticked: {
    class: null,
    remedy:
      'A token keeps the permissions it was made with: generate a new one for the system user with this box ticked too, and put it into WHATSAPP_TOKEN. If Meta has renamed the permission, accept both names: TOKEN_GUARD_REQUIRED_SCOPES takes "old|new".',
    step: 4,
  },
  business_management_unticked: {
    class: null,
    remedy:
      'Sending and receiving work without it: to do without, set TOKEN_GUARD_REQUIRED_SCOPES=whatsapp_business_messaging,whatsapp_business_management. To have it, generate a new token for the system user with this box ticked too, and put it into WHATSAPP_TOKEN. A token of Embedded Signup never has it.',
    step: 4,
  },
  candidate_bad: {
    class: null,
    remedy:
      'The running service keeps the current token, but a restart would be refused. Replace the new token in the place of WHATSAPP_TOKEN with a valid one.',
    step: 5,
  },
  token_not_given: {
    class: null,
    remedy:
      'Look at what the token query gives for this id (TOKEN_GUARD_FLEET_TOKEN_SQL, or the callback of the library): it must give the text of one token.',
    step: null,
  },
  many_at_once: {
    class: null,
    remedy:
      "Wait: so many tokens of one app rarely end at once, and the fault is probably Meta's. See https://metastatus.com. What is held is believed, or cleared, by itself (TOKEN_GUARD_FLEET_HOLD).",
    step: null,
  },
  command_not_restarted: { class: null, remedy: 'Restart the command, so that it reads the new token.', step: 5 },
} as const satisfies Record<string, Cause>
