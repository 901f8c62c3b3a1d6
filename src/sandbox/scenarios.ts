import { IDS } from './ids.ts'
import { HEALTHY_WORLD, SCOPES, type World } from './world.ts'

type Departure = { readonly [Part in keyof World]?: Partial<World[Part]> }
export type Scenario = { readonly summary: string; readonly departs: Departure }

const HOUR = 3_600
const DAY = 24 * HOUR

const withoutScope = (missing: string) => ({
  scopes: SCOPES.filter((scope) => scope !== missing),
  granularScopes: HEALTHY_WORLD.token.granularScopes.filter(({ scope }) => scope !== missing),
})

const withoutManagement = withoutScope('whatsapp_business_management')

/** A scenario is what it changes in the healthy world. Add a row to add one. */
export const SCENARIOS = {
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
  'scope-missing': {
    summary: 'whatsapp_business_management was left unticked.',
    departs: { token: withoutManagement },
  },
  'renamed-scope': {
    summary: 'whatsapp_business_manage_events stands in for whatsapp_business_management; reads work.',
    departs: {
      token: {
        scopes: [...withoutManagement.scopes, 'whatsapp_business_manage_events'],
        granularScopes: [...withoutManagement.granularScopes, { scope: 'whatsapp_business_manage_events' }],
      },
    },
  },
  'account-unassigned': {
    summary: 'The business account is not assigned to the system user.',
    departs: {
      token: { granularScopes: HEALTHY_WORLD.token.granularScopes.map(({ scope }) => ({ scope })) },
      account: { assigned: false },
    },
  },
  'account-lost-in-targets': {
    summary: 'The business account dropped out of the messaging scope; reads still work.',
    departs: {
      token: {
        granularScopes: HEALTHY_WORLD.token.granularScopes.map((granted) =>
          granted.scope === 'whatsapp_business_messaging'
            ? { scope: granted.scope, target_ids: [IDS.otherBusinessAccount] }
            : granted,
        ),
      },
    },
  },
  'account-locked': {
    summary: 'The business account is locked: reading it and sending are refused.',
    departs: { account: { locked: true } },
  },
  'phone-unassigned': {
    summary: 'The number cannot be reached, though the account still lists it.',
    departs: { phone: { assigned: false } },
  },
  'phone-foreign': {
    summary: 'The number can be read, but belongs to another account.',
    departs: { account: { phoneNumberIds: [IDS.secondPhoneNumber] } },
  },
  'phone-blocked': {
    summary: 'The number is disconnected and blocked.',
    departs: {
      phone: {
        registered: false,
        fields: {
          status: 'DISCONNECTED',
          quality_rating: 'UNKNOWN',
          platform_type: 'NOT_APPLICABLE',
          throughput: { level: 'NOT_APPLICABLE' },
        },
      },
      health: {
        phone: {
          can_send_message: 'BLOCKED',
          errors: [
            {
              error_code: 141000,
              error_description:
                'The phone number you are trying to send messages from is not linked to your WhatsApp account.',
              possible_solution: 'Register and finish the OTP authentication process for your phone number.',
            },
          ],
        },
      },
    },
  },
  'payment-missing': {
    summary: 'The account has no working payment method; messages are accepted and never delivered.',
    departs: {
      health: {
        account: {
          can_send_message: 'BLOCKED',
          errors: [
            {
              error_code: 141006,
              error_description:
                'There is an error with the payment method. This will block business initiated conversations.',
              possible_solution:
                'There was an error with your payment method. Please add a new payment method to the account.',
            },
          ],
        },
      },
    },
  },
  'name-declined': {
    summary: 'The display name was declined; only additional_info says so, among noise about calls.',
    departs: {
      phone: { fields: { name_status: 'DECLINED' } },
      health: {
        phone: {
          can_send_message: 'LIMITED',
          can_receive_call_sip: 'BLOCKED',
          errors: [
            {
              error_code: 138024,
              error_description: 'WhatsApp Business calling cannot use SIP because it is not enabled',
              possible_solution: 'Configure SIP using {PHONE_NUMBER_ID}/settings API',
            },
          ],
          additional_info: [
            'Your display name has not been approved yet. Your message limit will increase after the display name ' +
              'is approved.',
          ],
        },
        app: {
          can_send_message: 'AVAILABLE',
          can_receive_call_sip: 'BLOCKED',
          errors: [
            {
              error_code: 138025,
              error_description:
                'This app cannot use SIP for WhatsApp Business calling because it has not configured a SIP server ' +
                'for this business phone number',
              possible_solution: 'Configure SIP server using {PHONE_NUMBER_ID}/settings API',
            },
          ],
        },
      },
    },
  },
  unsubscribed: {
    summary: 'The app gets no webhooks of the account; only one of Meta’s own apps does.',
    departs: {
      account: { subscribedApps: [{ id: IDS.metaWebhookApp, name: 'WA DevX Webhook Events 1P App' }] },
    },
  },
  'rate-limited': {
    summary: 'The app made too many calls.',
    departs: { answers: { refusal: 'applicationLimit', usagePercent: 100 } },
  },
  failing: { summary: 'Graph answers 500.', departs: { answers: { refusal: 'outage' } } },
  slow: { summary: 'Each answer takes 1.5 seconds.', departs: { answers: { delayMs: 1_500 } } },
  hanging: {
    summary: 'Graph accepts and does not answer until the client goes or the scenario changes.',
    departs: { answers: { hang: true } },
  },
  nonsense: {
    summary: 'Answers that are none: HTML, nothing, wrong types, milliseconds, a list.',
    departs: { answers: { nonsense: true } },
  },
  'odd-once': {
    summary: 'The first debug_token says revoked, then all is well.',
    departs: { answers: { inspections: ['revoked'] } },
  },
  flapping: {
    summary: 'debug_token says valid four times, revoked four times, and so on.',
    departs: {
      answers: {
        inspections: [null, null, null, null, 'revoked', 'revoked', 'revoked', 'revoked'],
        inspectionsRepeat: true,
      },
    },
  },
} as const satisfies Record<string, Scenario>

export type ScenarioName = keyof typeof SCENARIOS

export const SCENARIO_NAMES = Object.keys(SCENARIOS) as readonly ScenarioName[]

export const isScenarioName = (name: string): name is ScenarioName => Object.hasOwn(SCENARIOS, name)

export function worldOf(name: ScenarioName): World {
  const { departs }: Scenario = SCENARIOS[name]
  const parts = Object.entries(HEALTHY_WORLD) as [keyof World, object][]
  return Object.fromEntries(parts.map(([part, usual]) => [part, { ...usual, ...departs[part] }])) as World
}
