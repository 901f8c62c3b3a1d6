import { describe, expect, test } from 'bun:test'
import type { WebhookAddress, AppFacts, Facts, WebhookConfiguration } from '../facts.ts'
import { judge } from '../judgement.ts'
import {
  APP,
  heardAt,
  liveToken,
  OTHER_ID,
  OTHER_PHONE,
  phone,
  PHONE,
  policy,
  subscriptions,
} from '../verification.fake.ts'

const address = (host: string, path = ''): WebhookAddress => ({ host, digest: `${host}${path}` })
const OURS = address('bot.example')
const OLD = address('old.example')
const OTHER_PATH = address('bot.example', '/old')

const found = (answers: readonly Facts[], demanded: Parameters<typeof policy>[0] = {}) =>
  judge(
    answers.map((facts) => heardAt(facts)),
    new Map(),
    policy({ webhook: OURS, ...demanded }),
  )
    .judged.filter(({ hidden }) => !hidden)
    .map(({ finding }) => finding)
const codesOf = (...given: Parameters<typeof found>) => found(...given).map(({ code }) => code)

const NONE: WebhookConfiguration = { phoneNumber: null, account: null, application: null }
const number = (webhooks: Partial<WebhookConfiguration>, phoneNumberId = PHONE) =>
  phone({ phoneNumberId, webhooks: { ...NONE, ...webhooks } })
const app = (callback: WebhookAddress | null, fields: readonly string[] = ['messages']): AppFacts => ({
  about: 'app',
  appId: APP,
  subscription: { callback, fields },
})
const overridden = (to: WebhookAddress, by = APP) => subscriptions([APP], { [by]: to })
const live = liveToken()

describe('where messages go', () => {
  test.each([
    ['to ours, by the app', [app(OURS), subscriptions()], []],
    ['elsewhere, by the app', [app(OLD), subscriptions()], ['account.webhook_elsewhere']],
    ['to another path of ours', [app(OTHER_PATH), subscriptions()], ['account.webhook_elsewhere']],
    ['elsewhere, by an override of the account', [app(OURS), overridden(OLD)], ['account.webhook_elsewhere']],
    ['to ours, by an override of the account', [app(OLD), overridden(OURS)], []],
    ['elsewhere for another app only', [app(OURS), overridden(OLD, OTHER_ID)], []],
    [
      "elsewhere, by the number's own",
      [number({ phoneNumber: OLD, account: OURS, application: OURS })],
      ['account.webhook_elsewhere'],
    ],
    ["to ours, by the number's own", [number({ phoneNumber: OURS, account: OLD }), app(OLD), overridden(OLD)], []],
    [
      "elsewhere, by the account's at the number",
      [number({ account: OLD, application: OURS })],
      ['account.webhook_elsewhere'],
    ],
    ["to ours, by the app's at the number", [number({ application: OURS })], []],
    ['nowhere that is known', [number({}), subscriptions()], []],
    ['not known at all', [live], []],
  ] as const)('%s', (_what, answers, expected) => {
    expect(codesOf([live, ...answers])).toEqual([...expected])
  })

  test('is not judged without WHATSAPP_WEBHOOK_URL', () => {
    expect(codesOf([live, app(OLD), subscriptions()], { webhook: null })).toEqual([])
  })

  test('is one finding for all numbers, which names the affected numbers and no path', () => {
    const demanded = { phoneNumberIds: [PHONE, OTHER_PHONE] }
    const numbers = [number({ account: OLD }), number({ account: OTHER_PATH }, OTHER_PHONE)]
    const findings = found([live, ...numbers, app(OURS), subscriptions()], demanded)
    expect(findings.map(({ code, severity, expected, observed }) => [code, severity, expected, observed])).toEqual([
      [
        'account.webhook_elsewhere',
        'warn',
        'messages go to bot.example',
        `those of ${PHONE} go to old.example; those of ${OTHER_PHONE} go to another address at bot.example`,
      ],
    ])
  })

  test('is not judged if the app is not subscribed at all', () => {
    expect(codesOf([live, app(OLD), subscriptions([OTHER_ID])])).toEqual(['account.unsubscribed'])
  })

  test("is judged by the token's own app if none is configured", () => {
    expect(codesOf([live, overridden(OLD)], { appId: null })).toEqual(['account.webhook_elsewhere'])
  })
})

describe("the app's fields", () => {
  test.each([
    ['hold messages', app(OURS, ['flows', 'messages']), []],
    ['lack messages', app(OURS, ['flows']), ['account.webhook_fields']],
    ['are none', app(OURS, []), ['account.webhook_fields']],
    ['are of no subscription to WhatsApp', { ...app(OURS), subscription: null }, ['account.webhook_fields']],
  ] as const)('%s', (_what, facts, expected) => {
    expect(codesOf([live, facts, subscriptions()])).toEqual([...expected])
  })

  test('do not matter if the app is not subscribed to the account', () => {
    expect(codesOf([live, app(OURS, []), subscriptions([OTHER_ID])])).toEqual(['account.unsubscribed'])
    expect(codesOf([live, app(OURS, [])])).toEqual([])
  })
})

describe('an empty list', () => {
  const blind = liveToken({ scopes: ['whatsapp_business_messaging'] })
  const demanded = { requiredScopes: [] }
  test('of apps shows nothing to a token that may not list', () => {
    expect(codesOf([blind, subscriptions([])], demanded)).toEqual([])
    expect(codesOf([live, subscriptions([])], demanded)).toEqual(['account.unsubscribed'])
    expect(codesOf([subscriptions([])], demanded)).toEqual([])
  })
})
