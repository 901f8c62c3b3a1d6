import * as value from './values.ts'
import { PLAIN, SECRET, type Variable } from './variable.ts'

/** The token, what is verified with it, and where Graph is asked. */
export const GRAPH_VARIABLES = {
  WHATSAPP_TOKEN: {
    ...SECRET,
    shownDefault: 'required',
    meaning: "The system user's access token.",
    more: 'Step 4 of docs/guide.md generates it. The token is followed: a changed token is verified, and takes over without a restart if it passes.',
    expected:
      "the system user's access token: generate it for the system user in Meta's Business Settings " +
      '(guide, step 4) and put it into .env as WHATSAPP_TOKEN=… (step 5), or name a file in WHATSAPP_TOKEN_FILE',
    read: value.accessToken,
  },
  WHATSAPP_BUSINESS_ACCOUNT_ID: {
    ...PLAIN,
    meaning: "The Messaging account's id (until 2026: WhatsApp Business Account, WABA): verified when set.",
    more: "The guard then reads the account, its webhooks and its numbers. Without the id a valid token can front an account that it cannot reach. The app dashboard's API Setup page shows it as WhatsApp Business Account ID.",
    expected: 'the id of the Messaging account (until 2026: WhatsApp Business Account, WABA), digits only',
    read: value.id,
  },
  WHATSAPP_PHONE_NUMBER_ID: {
    ...PLAIN,
    meaning: "The sending number's id, or several, comma-separated: access and health are verified when set.",
    more: 'This is the id of the number, and not the telephone number. Only a read of the number proves that the token reaches it.',
    expected: 'the id of the sending number (not the number itself), digits only, or several with commas between',
    read: value.ids,
  },
  META_APP_ID: {
    ...PLAIN,
    meaning: 'The app that the token must belong to.',
    more: 'With META_APP_SECRET the app inspects the token. Without the secret the token inspects itself.',
    expected: "the app's id, digits only",
    read: value.id,
  },
  META_APP_SECRET: {
    ...SECRET,
    meaning: "With META_APP_ID: inspects with the app's own token and signs requests (recommended).",
    more: 'Many apps do not let a token inspect itself; the app can always do so. Each request then carries an appsecret_proof. A secret without META_APP_ID is a fault.',
    expected: "the app's secret as its settings show it (App settings → Basic), together with META_APP_ID",
    read: value.appSecret,
  },
  WHATSAPP_WEBHOOK_URL: {
    ...PLAIN,
    secret: true,
    meaning: 'Where Meta should deliver messages: a warning where they go elsewhere. Only its host is ever shown.',
    more: 'Scheme, host, port and path are compared. The query, what follows a # and one slash at the end do not count. A changed value takes effect at a restart.',
    expected: "the https or http URL of your backend's webhook, without blanks and credentials",
    read: value.webhookUrl,
  },
  GRAPH_API_URL: {
    ...PLAIN,
    default: 'https://graph.facebook.com',
    meaning: 'Where Graph is asked. https; plain http for loopback hosts, or with a sandbox token.',
    more: 'It names no version: GRAPH_API_VERSION does.',
    expected:
      'an https URL without credentials, query and #, such as https://graph.facebook.com ' +
      '(plain http for loopback hosts only, or with a sandbox token)',
    read: value.graphUrl,
  },
  GRAPH_API_VERSION: {
    ...PLAIN,
    default: 'v25.0',
    meaning: "Graph's version, v<major>.<minor>.",
    more: 'A note announces the end of the version 90 days before (graph.version_ends).',
    expected: 'a version such as v25.0',
    read: value.graphVersion,
  },
} as const satisfies Record<string, Variable>
