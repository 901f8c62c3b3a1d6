import type { FindingCode } from './codes.ts'

/** What to do about a finding, and the step of the setup guide (1–6) where one does it. Holds no identifier. */
export type Remedy = { readonly text: string; readonly step: 1 | 2 | 3 | 4 | 5 | 6 | null }

const GENERATE =
  'In Meta Business Settings, open Users → System users → your system user → Generate token, choose the app, tick business_management, whatsapp_business_messaging and whatsapp_business_management, and put the new token into WHATSAPP_TOKEN.'
const ASSIGN = 'In Meta Business Settings, open Users → System users → your system user → Assign assets'
const STATUS_PAGE = 'If it lasts, look at https://metastatus.com. The last definite answer stays in force.'
const MANAGER = 'Open WhatsApp Manager and mend what it shows for this'

export const REMEDIES: Readonly<Record<FindingCode, Remedy>> = {
  'token.expired': {
    step: 4,
    text: `Graph refuses every call made with this token. ${GENERATE} Choose the expiration "Never".`,
  },
  'token.revoked': {
    step: 4,
    text: `Somebody ended this token: a password changed, the app was removed, or the system user was deleted. Check that the system user still exists (guide step 2). ${GENERATE}`,
  },
  'token.invalid': {
    step: 4,
    text: `Graph cannot read this text as a token: it was probably cut off or altered when it was copied. ${GENERATE} It is shown once: copy all of it.`,
  },
  'token.expires': {
    step: 4,
    text: `${GENERATE} Choose the expiration "Never". Meta no longer offers "Never" to some businesses: then set TOKEN_GUARD_EXPIRY=rotate and renew the token before it expires.`,
  },
  'token.expires_soon': {
    step: 4,
    text: `Renew the token before it expires. ${GENERATE}`,
  },
  'token.type': {
    step: 4,
    text: `Use the token of a system user: others end with a person's session, or cannot send. ${GENERATE}`,
  },
  'token.data_access_expires': {
    step: 4,
    text: `Graph will stop answering for this user's data. A system user's token has no such end. ${GENERATE}`,
  },
  'scope.missing': {
    step: 4,
    text: 'A token keeps the permissions it was made with: generate a new one for the system user with this box ticked too, and put it into WHATSAPP_TOKEN. If Meta has renamed the permission, accept both names: TOKEN_GUARD_REQUIRED_SCOPES takes "old|new".',
  },
  'app.mismatch': {
    step: 4,
    text: 'Generate the token for the app of META_APP_ID, or correct META_APP_ID (App dashboard → App settings → Basic).',
  },
  'account.unassigned': {
    step: 3,
    text: `${ASSIGN} → WhatsApp accounts, choose the account with full control, then generate a new token (step 4): a token does not learn of assets that are assigned later. Check WHATSAPP_BUSINESS_ACCOUNT_ID too.`,
  },
  'phone.unassigned': {
    step: 3,
    text: `Check WHATSAPP_PHONE_NUMBER_ID (WhatsApp → API Setup). ${ASSIGN} → WhatsApp accounts, choose the account that this number belongs to, then generate a new token (step 4).`,
  },
  'phone.foreign': {
    step: 3,
    text: 'The number belongs to another WhatsApp Business Account. Correct WHATSAPP_PHONE_NUMBER_ID or WHATSAPP_BUSINESS_ACCOUNT_ID so that both name the same account (WhatsApp → API Setup shows the two side by side).',
  },
  'account.wrong_kind': {
    step: 3,
    text: 'WHATSAPP_BUSINESS_ACCOUNT_ID holds the id of something else, most often the business\'s own. The right one stands in the app dashboard under WhatsApp → API Setup, as "WhatsApp Business Account ID".',
  },
  'phone.wrong_kind': {
    step: 3,
    text: 'WHATSAPP_PHONE_NUMBER_ID holds the id of something else. The right one stands in the app dashboard under WhatsApp → API Setup, as "Phone number ID" (not the number itself).',
  },
  'account.unsubscribed': {
    step: 3,
    text: 'No incoming message reaches the backend. Subscribe the app: POST /{WhatsApp Business Account ID}/subscribed_apps with this token, or App dashboard → WhatsApp → Configuration → Webhooks.',
  },
  'account.blocked': { step: null, text: `${MANAGER} account: payment method, business verification, policy.` },
  'phone.blocked': {
    step: null,
    text: `${MANAGER} number: its registration, its display name, the account's payment method, business verification.`,
  },
  'token.candidate_refused': {
    step: 5,
    text: 'The running service keeps the old token, but a restart would be refused. Put a good token where the new one stands.',
  },
  'token.child_outdated': { step: 5, text: 'Restart the command, so that it reads the new token.' },
  'graph.version_forwarded': {
    step: null,
    text: 'Graph no longer serves the configured version and answers with another one. Set GRAPH_API_VERSION to a version that is alive (developers.facebook.com/docs/graph-api/changelog).',
  },
  'clock.skewed': {
    step: null,
    text: "Set this machine's clock (NTP: timedatectl, chronyc). Dates are judged by Graph's clock meanwhile.",
  },
  'inspector.denied': {
    step: null,
    text: 'Set META_APP_ID and META_APP_SECRET (App dashboard → App settings → Basic), so that the app\'s own token inspects. If they are set: the app\'s type must not be "Native or desktop app", and its server IP allow list must name this machine.',
  },
  'inspector.rejected': {
    step: null,
    text: 'META_APP_ID or META_APP_SECRET is wrong: copy both again from App dashboard → App settings → Basic.',
  },
  'inspector.proof_required': {
    step: null,
    text: 'The app demands appsecret_proof: set META_APP_ID and META_APP_SECRET (App dashboard → App settings → Basic).',
  },
  'graph.version_unknown': {
    step: null,
    text: 'Set GRAPH_API_VERSION to a version that exists (v23.0; developers.facebook.com/docs/graph-api/changelog), and check the path of GRAPH_API_URL.',
  },
  'graph.unreachable': {
    step: null,
    text: `Check DNS, the firewall, HTTPS_PROXY and the certificates (NODE_EXTRA_CA_CERTS) between this machine and Graph. ${STATUS_PAGE}`,
  },
  'graph.rate_limited': {
    step: null,
    text: 'Fewer calls are made until Graph answers again. Look for what else calls Graph with this app. The last definite answer stays in force.',
  },
  'graph.failing': { step: null, text: `Meta's side fails: nothing to mend here. ${STATUS_PAGE}` },
  'graph.nonsense': {
    step: null,
    text: `What answered was not Graph, or not as documented: check GRAPH_API_URL and any proxy in between. ${STATUS_PAGE}`,
  },
  'graph.unrecognised': {
    step: null,
    text: 'Graph answered with an error that this program does not know, so it decides nothing. Look the code up in developers.facebook.com/docs/graph-api/guides/error-handling, and report it to this project.',
  },
  'graph.stale': {
    step: null,
    text: 'Nothing definite was heard of the token for a long time: see graph:reachability for the cause.',
  },
}
