import type { Cause } from './cause.ts'

const SECRET_WRONG = {
  class: 'app_secret_wrong',
  sentence: 'Graph refuses the app id or the app secret',
  remedy: 'META_APP_ID or META_APP_SECRET is wrong: copy both again from App dashboard → App settings → Basic.',
  step: null,
} as const

/** What may be wrong with the app, and with who inspects. */
export const APP_CAUSES = {
  other_app: {
    class: 'foreign_app',
    remedy:
      'Generate the token for the app of META_APP_ID, or correct META_APP_ID (App dashboard → App settings → Basic).',
    step: 4,
  },
  secret_wrong: SECRET_WRONG,
  proof_wrong: SECRET_WRONG,
  app_unknown: SECRET_WRONG,
  inspector_not_allowed: {
    class: 'asker_not_allowed',
    sentence: 'Graph does not let this asker inspect the token',
    remedy:
      'Set META_APP_ID and META_APP_SECRET (App dashboard → App settings → Basic), so that the app\'s own token inspects. If they are set: the app\'s type must not be "Native or desktop app", and its server IP allow list must name this machine.',
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
