/** What can be wrong with the token, and with the app and its secret. */
import { IDS } from './ids.ts'
import type { Scenario } from './scenario.ts'
import { HEALTHY_WORLD, SCOPES } from './world.ts'

const HOUR = 3_600
const DAY = 24 * HOUR

const withoutScope = (missing: string) => ({
  scopes: SCOPES.filter((scope) => scope !== missing),
  granularScopes: HEALTHY_WORLD.token.granularScopes.filter(({ scope }) => scope !== missing),
})

const withoutManagement = withoutScope('whatsapp_business_management')

export const CREDENTIAL_SCENARIOS = {
  permanent: { summary: 'A system-user token that never expires, with all that it needs.', departs: {} },
  temporary: {
    summary: 'A user token with 23 hours left, as the dashboard gives it.',
    departs: { token: { type: 'USER', expiresInSeconds: 23 * HOUR, dataAccessEndsInSeconds: 90 * DAY } },
  },
  'sixty-days': {
    summary: 'A system-user token that expires in 60 days.',
    departs: { token: { expiresInSeconds: 60 * DAY } },
  },
  expired: {
    summary: 'The token expired two hours ago.',
    departs: { token: { issuedSecondsAgo: 60 * DAY + 2 * HOUR, expiresInSeconds: -2 * HOUR } },
  },
  revoked: { summary: 'The token was revoked through the API.', departs: { token: { ending: 'revoked' } } },
  'password-changed': {
    summary: 'The token ended with a changed password.',
    departs: { token: { ending: 'password-changed' } },
  },
  'app-removed': {
    summary: 'The app was removed, and the token with it.',
    departs: { token: { ending: 'app-removed' } },
  },
  checkpoint: {
    summary: 'Facebook wants the token’s user to log in and confirm who they are.',
    departs: { token: { ending: 'checkpoint' } },
  },
  garbage: { summary: 'Graph cannot read the token at all.', departs: { token: { ending: 'unreadable' } } },
  'wrong-app': {
    summary: 'The token belongs to another app.',
    departs: { token: { appId: IDS.otherApp, application: 'Another App' } },
  },
  'wrong-secret': {
    summary: 'The app secret is wrong: no app token and no proof is accepted.',
    departs: { app: { secretAccepted: false } },
  },
  'self-inspection-denied': {
    summary: 'The token may not inspect itself; an app token may.',
    departs: { app: { selfInspectionAllowed: false } },
  },
  'proof-required': {
    summary: 'The app demands appsecret_proof with every call.',
    departs: { app: { proofRequired: true } },
  },
  'app-deleted': {
    summary: 'The app was deleted: every call is refused.',
    detail: "The app's own token is refused too.",
    departs: { answers: { refusal: 'applicationDeleted' } },
  },
  'app-blocked': {
    summary: 'Meta blocked the app: every call is refused.',
    detail: "The app's own token is refused too.",
    departs: { answers: { refusal: 'applicationBlocked' } },
  },
  'address-denied': {
    summary: 'The app’s list of allowed addresses lacks ours: calls with its secret are refused, others pass.',
    detail: "Refused are calls with the app's own token, an `appsecret_proof` or a `client_secret`.",
    departs: { app: { addressDenied: true } },
  },
  'secret-reset': {
    summary: 'The app secret was reset and the token revoked, as after a leak.',
    detail: 'A revoked token is reported before a wrong proof, so reads give 190 with subcode 466.',
    departs: { app: { secretAccepted: false }, token: { ending: 'revoked' } },
  },
  'scope-missing': {
    summary: 'whatsapp_business_management was left unticked.',
    departs: { token: withoutManagement },
  },
  'renamed-scope': {
    summary: 'whatsapp_business_manage_events takes the place of whatsapp_business_management; reads work.',
    departs: {
      token: {
        scopes: [...withoutManagement.scopes, 'whatsapp_business_manage_events'],
        granularScopes: [...withoutManagement.granularScopes, { scope: 'whatsapp_business_manage_events' }],
      },
    },
  },
} as const satisfies Record<string, Scenario>
