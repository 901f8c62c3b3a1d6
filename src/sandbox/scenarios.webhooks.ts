/** Where the account's webhooks go, if anywhere. */
import { IDS } from './ids.ts'
import type { Scenario } from './scenario.ts'
import { WEBHOOK_FIELDS } from './world.ts'

export const WEBHOOK_SCENARIOS = {
  unsubscribed: {
    summary: 'The app gets no webhooks of the account; only one of Meta’s own apps does.',
    departs: {
      account: { subscribedApps: [{ id: IDS.metaWebhookApp, name: 'WA DevX Webhook Events 1P App' }] },
    },
  },
  'nobody-subscribed': {
    summary: 'No app gets webhooks of the account.',
    departs: { account: { subscribedApps: [] } },
  },
  'webhooks-elsewhere': {
    summary: 'The account sends the app’s webhooks to the address of an old tunnel.',
    departs: {
      account: {
        subscribedApps: [
          { id: IDS.app, name: 'Sandbox App', overrideCallbackUri: 'https://old-tunnel.example.net/webhook' },
        ],
      },
    },
  },
  'webhook-without-messages': {
    summary: 'The app’s webhook lacks the field messages, so no message arrives.',
    departs: { app: { webhookFields: WEBHOOK_FIELDS.filter((field) => field !== 'messages') } },
  },
} as const satisfies Record<string, Scenario>
