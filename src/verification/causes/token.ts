import { GENERATE, type Cause } from './cause.ts'

const REVOKED = {
  sentence:
    'Graph says that the token was ended: a password changed, a session closed, the app removed or the user deleted.',
  remedy: `Somebody ended this token: a password changed, the app was removed, or the system user was deleted. Check that the system user still exists (guide step 2). ${GENERATE}`,
  step: 4,
} as const

/** What may be wrong with a token. */
export const TOKEN_CAUSES = {
  expired: {
    class: 'credential_expired',
    sentence: 'The token has expired.',
    remedy: `Graph refuses every call made with this token. ${GENERATE} Choose the expiration "Never".`,
    step: 4,
  },
  revoked: { class: 'credential_revoked', ...REVOKED },
  unexplained: { class: 'credential_ended', ...REVOKED },
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
