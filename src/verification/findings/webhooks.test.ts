import { describe, expect, test } from 'bun:test'
import type { WebhookAddress, AppFacts, Facts, WebhookConfiguration } from '../facts.ts'
import { judge } from '../judgement.ts'
import {
  APP,
  heardAt,
  liveToken,
  numbers as numbersOf,
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

  test('is found in one answer alone: the list of apps, else the app, else the first number', () => {
    const all = [number({ account: OLD }), number({ account: OLD }, OTHER_PHONE), app(OLD), overridden(OLD)]
    const carriers = (answers: readonly Facts[]) => {
      const demanded = policy({ webhook: OURS, phoneNumberIds: [PHONE, OTHER_PHONE] })
      const heard = [live, ...answers].map((facts) => heardAt(facts))
      return judge(heard, new Map(), demanded).judged.map(({ answer }) => answer.facts)
    }
    expect(carriers(all)).toEqual(all.slice(3))
    expect(carriers(all.slice(0, 3))).toEqual(all.slice(2, 3))
    expect(carriers(all.slice(0, 2))).toEqual(all.slice(0, 1))
    expect(carriers(all.slice(1, 2))).toEqual(all.slice(1, 2))
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
    ['hold messages', app(OURS, ['flows', 'messages']), null],
    ['lack messages', app(OURS, ['flows']), 'only flows'],
    ['are none', app(OURS, []), 'no field of WhatsApp'],
    ['are of no subscription to WhatsApp', { ...app(OURS), subscription: null }, 'no field of WhatsApp'],
  ] as const)('%s', (_what, facts, observed) => {
    const expected = observed === null ? [] : [['account.webhook_fields', 'warn', observed]]
    const findings = found([live, facts, subscriptions()])
    expect(findings.map((finding) => [finding.code, finding.severity, finding.observed])).toEqual(expected)
  })

  test('do not matter if the app is not subscribed to the account', () => {
    expect(codesOf([live, app(OURS, []), subscriptions([OTHER_ID])])).toEqual(['account.unsubscribed'])
    expect(codesOf([live, app(OURS, [])])).toEqual([])
  })
})

describe('an empty list', () => {
  const blind = liveToken({ scopes: ['whatsapp_business_messaging'] })
  const demanded = { requiredScopes: [] }
  test('of numbers shows nothing to a token that may not list', () => {
    expect(codesOf([blind, numbersOf([])], demanded)).toEqual([])
    expect(codesOf([live, numbersOf([])], demanded)).toEqual(['phone.foreign'])
    expect(codesOf([blind, numbersOf([OTHER_PHONE])], demanded)).toEqual(['phone.foreign'])
  })

  test('of apps shows nothing to a token that may not list', () => {
    expect(codesOf([blind, subscriptions([])], demanded)).toEqual([])
    expect(codesOf([live, subscriptions([])], demanded)).toEqual(['account.unsubscribed'])
    expect(codesOf([subscriptions([])], demanded)).toEqual([])
  })
})
