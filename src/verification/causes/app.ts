import type { Cause } from './cause.ts'

const COPY_AGAIN = 'copy both again from App dashboard → App settings → Basic.'

/** What may be wrong with the app, and with who inspects. */
export const APP_CAUSES = {
  other_app: {
    class: 'foreign_app',
    remedy:
      'Generate the token for the app of META_APP_ID, or correct META_APP_ID (App dashboard → App settings → Basic).',
    step: 4,
  },
  app_blocked: {
    class: 'app_blocked',
    sentence: "Meta has blocked or deactivated the app's access to the API",
    remedy:
      'Open the app dashboard (https://developers.facebook.com/apps) and do what it asks: required actions, the data use check-up, the mode of the app. A new token of the same app is blocked too, and nothing is wrong with what is assigned.',
    step: null,
  },
  address_denied: {
    class: 'address_denied',
    sentence: "the app's server IP allow list does not name this machine's address",
    remedy:
      "Add this machine's outgoing address to the server IP allow list (App dashboard → App settings → Advanced → Security), or empty the list. The token itself may be well: calls from an allowed machine pass.",
    step: null,
  },
  secret_wrong: {
    class: 'app_secret_wrong',
    sentence: 'Graph refuses the app id or the app secret',
    remedy: `META_APP_ID or META_APP_SECRET is wrong, or the secret was reset: ${COPY_AGAIN}`,
    step: null,
  },
  proof_wrong: {
    class: 'app_secret_wrong',
    sentence: 'Graph refuses the app id or the app secret',
    remedy: `META_APP_SECRET is not the secret of the token's app, or was reset: ${COPY_AGAIN}`,
    step: null,
  },
  app_unknown: {
    class: 'app_secret_wrong',
    sentence: 'Graph refuses the app id or the app secret',
    remedy: `META_APP_ID names no app, or META_APP_SECRET is wrong: ${COPY_AGAIN}`,
    step: null,
  },
  inspector_not_allowed: {
    class: 'asker_not_allowed',
    sentence: 'Graph does not let this asker inspect the token',
    remedy:
      'Set META_APP_ID and META_APP_SECRET (App dashboard → App settings → Basic), so that the app\'s own token inspects. If they are set: the app\'s type must not be "Native or desktop app".',
    step: null,
  },
  proof_required: {
    class: 'proof_required',
    sentence: 'the app demands appsecret_proof',
    remedy:
      'The app demands appsecret_proof: set META_APP_ID and META_APP_SECRET (App dashboard → App settings → Basic).',
    step: null,
  },
} as const satisfies Record<string, Cause>
