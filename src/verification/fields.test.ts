import { describe, expect, test } from 'bun:test'
import type { CheckKey } from './codes.ts'
import type { Facts } from './facts.ts'
import { fieldsOf, observedAt, wordsAt } from './fields.ts'
import {
  account,
  accountNotShown,
  APP,
  connection,
  deadToken,
  foreignToken,
  liveToken,
  NOW_MS,
  numbers,
  phone,
  PHONE,
  phoneNotShown,
  SCOPES,
  subscriptions,
  USER,
} from './verification.fake.ts'

const HOOK = { host: 'hook.example', digest: 'd' }
const webhooks = { phoneNumber: null, account: HOOK, application: { host: 'app.example', digest: 'a' } }
const app = (subscription: Extract<Facts, { about: 'app' }>['subscription']): Facts => ({
  about: 'app',
  appId: APP,
  subscription,
})
const [NAME, DISPLAY] = ['Fork & Spoon', '+1 555 010 0101']

describe('the operator sees', () => {
  const rows: readonly (readonly [what: string, CheckKey, Facts, unknown])[] = [
    ['a value as it is', 'token:type', liveToken(), 'SYSTEM_USER'],
    ['a valid token', 'token:validity', liveToken(), true],
    ['a dead token', 'token:validity', deadToken('expired'), false],
    ['nothing of the validity of a token of another app', 'token:validity', foreignToken(), null],
    ['nothing else of a dead token', 'token:scopes', deadToken('expired'), null],
    ['an end as Unix seconds', 'token:expiry', liveToken({ expiresAt: NOW_MS }), NOW_MS / 1_000],
    ['no end as 0', 'token:data-access', liveToken(), 0],
    ['no row that only drifts', 'token:app', liveToken(), APP],
    ['nothing at a check of other facts', 'clock:skew', liveToken(), null],
    ['nothing at a check without an own field', 'graph:reachability', connection('v23.0', 0), null],
    ['one of several values of the way to Graph', 'graph:version', connection('v22.0', 1_500), 'v22.0'],
    ['the clock', 'clock:skew', connection('v22.0', 1_500), 1_500],
    ['a list', 'whatsapp:webhooks', subscriptions([APP]), [APP]],
    [
      'several values by their names',
      'whatsapp:business-account',
      account(),
      { name: NAME, status: 'ACTIVE', review_status: 'APPROVED', can_send_message: 'AVAILABLE' },
    ],
    [
      'those that Graph did not say as null',
      'whatsapp:business-account',
      account({ name: null, status: null, review: null, sending: null }),
      { name: null, status: null, review_status: null, can_send_message: null },
    ],
    [
      'the host of the nearest address',
      'whatsapp:phone-number',
      phone({ webhooks }),
      {
        display_phone_number: DISPLAY,
        name: NAME,
        status: 'CONNECTED',
        platform_type: 'CLOUD_API',
        webhook_host: 'hook.example',
        can_send_message: 'AVAILABLE',
      },
    ],
    ['an app without a subscription', 'whatsapp:webhooks', app(null), { callback_host: null, webhook_fields: null }],
    [
      'a subscribed app',
      'whatsapp:webhooks',
      app({ callback: HOOK, fields: ['messages'] }),
      { callback_host: 'hook.example', webhook_fields: ['messages'] },
    ],
    ['why an account is not shown', 'whatsapp:business-account', accountNotShown('wrong_kind', 'User'), 'wrong_kind'],
    ['why a number is not shown', 'whatsapp:phone-number', phoneNotShown('locked'), 'locked'],
  ]
  test.each(rows)('%s', (_what, key, facts, expected) => {
    expect(observedAt(key, facts)).toEqual(expected)
  })
})

describe('people read', () => {
  const rows: readonly (readonly [CheckKey, Facts, readonly string[]])[] = [
    ['token:validity', liveToken(), ['valid']],
    ['token:validity', deadToken('expired'), []],
    ['token:scopes', liveToken(), [SCOPES.join(', ')]],
    ['token:expiry', liveToken({ expiresAt: NOW_MS }), ['ends at 2026-06-01T00:00:00Z']],
    ['token:expiry', liveToken({ expiresAt: null }), ['not given']],
    ['token:data-access', liveToken(), ['never expires']],
    ['token:type', liveToken({ type: null }), []],
    ['token:app', liveToken(), [APP]],
    ['whatsapp:business-account', account(), [`"${NAME}"`, 'ACTIVE', 'AVAILABLE']],
    [
      'whatsapp:business-account',
      account({ name: null, review: 'PENDING' }),
      ['ACTIVE', 'review PENDING', 'AVAILABLE'],
    ],
    ['whatsapp:business-account', account({ review: null, sending: null }), [`"${NAME}"`, 'ACTIVE']],
    ['whatsapp:business-account', accountNotShown('locked'), []],
    ['whatsapp:phone-number', phone(), [DISPLAY, `"${NAME}"`, 'CONNECTED', 'AVAILABLE']],
    [
      'whatsapp:phone-number',
      phone({ displayNumber: null, name: null, platformType: 'NOT_APPLICABLE', webhooks }),
      ['CONNECTED', 'NOT_APPLICABLE', 'AVAILABLE'],
    ],
    ['whatsapp:phone-number', phone({ platformType: null, status: null, sending: null }), [DISPLAY, `"${NAME}"`]],
    ['whatsapp:webhooks', subscriptions([]), ['subscribed: no app']],
    ['whatsapp:webhooks', subscriptions(['1', '2']), ['subscribed: 1, 2']],
    ['whatsapp:webhooks', app(null), ['no subscription']],
    ['whatsapp:webhooks', app({ callback: null, fields: ['messages', 'flows'] }), ['fields: messages, flows']],
    [
      'whatsapp:webhooks',
      app({ callback: HOOK, fields: ['messages'] }),
      ['messages go to hook.example', 'fields: messages'],
    ],
    ['graph:version', connection('v22.0', 0), ['v22.0']],
    ['graph:version', connection(null, 0), []],
    ['clock:skew', connection(null, -90_400), ["90 s apart from Graph's"]],
    ['clock:skew', connection(null, null), ["0 s apart from Graph's"]],
    ['graph:reachability', connection('v22.0', 0), []],
  ]
  test.each(rows)('of %s, %j: %j', (key, facts, expected) => {
    expect(wordsAt(key, facts)).toEqual(expected)
  })

  test.each([
    [NOW_MS, '2026-06-01T00:00:00Z'],
    [null, null],
  ])('of the token as a whole, line by line, with a time of issue of %p', (issuedAtMs, issued) => {
    const token = liveToken({ issuedAtMs })
    const lines = fieldsOf(token).flatMap(({ label, words }) => (label === undefined ? [] : [[label, words?.(token)]]))
    expect(lines).toEqual([
      ['Permissions', SCOPES.join(', ')],
      ['Expiry', 'never expires'],
      ['Data access', 'never expires'],
      ['Type', 'SYSTEM_USER'],
      ['App', APP],
      ['User', USER],
      ['Issued', issued],
    ])
  })

  test("of the account's numbers, which have no check", () => {
    const list = numbers([PHONE, '2'])
    expect(fieldsOf(list).map(({ key, words }) => [key, words?.(list)])).toEqual([[null, `${PHONE}, 2`]])
  })
})

test.each([
  [
    liveToken(),
    'validity, app.blocked, scopes, granular_scopes, expires_at, data_access_expires_at, type, app_id, user_id, issued_at',
  ],
  [account(), 'account.status, account.can_send_message'],
  [phone(), 'phone.status, phone.can_send_message'],
  [subscriptions(), 'account.subscribed'],
  [app(null), ''],
  [numbers(), ''],
  [connection(null, null), ''],
] as const)('of %j a difference is a drift in %s', (facts, names) => {
  const drifting = fieldsOf(facts).filter(({ drifts }) => drifts)
  expect(drifting.map(({ name }) => name).join(', ')).toBe(names)
})
