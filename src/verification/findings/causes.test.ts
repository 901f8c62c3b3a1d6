import { describe, expect, test } from 'bun:test'
import type { CauseName } from '../causes.ts'
import type { Facts, SendingCause } from '../facts.ts'
import { judge } from '../judgement.ts'
import {
  account,
  ACCOUNT,
  accountNotShown,
  because,
  deadToken,
  heardAt,
  HOUR_MS,
  DAY_MS,
  liveToken,
  NOW_MS,
  phone,
  PHONE,
  phoneNotShown,
  policy,
  SCOPES,
} from '../verification.fake.ts'

/** Each situation with the causes that people must see, the gravest first. */

const causesOf = (answers: readonly Facts[], demanded: Parameters<typeof policy>[0] = {}) =>
  judge(
    answers.map((facts) => heardAt(facts)),
    new Map(),
    policy(demanded),
  )
    .judged.filter(({ hidden }) => !hidden)
    .flatMap(({ finding }) => finding.causes)

const live = liveToken()
const blind = liveToken({ scopes: ['whatsapp_business_messaging'] })
const refused = (about: 'account' | 'phone', cause: CauseName): Facts => {
  const reason = because(200, null, 'x', cause)
  return about === 'account'
    ? { about, businessAccountId: ACCOUNT, kind: 'unassigned', reason }
    : { about, phoneNumberId: PHONE, kind: 'unassigned', reason }
}
const dead = (cause: CauseName) => deadToken('revoked', because(190, null, 'x', cause))
const health = (
  canSend: string,
  ...causes: readonly (readonly [entity: string, code: number | null, text?: string])[]
) => ({
  canSend,
  causes: causes.map(([entity, code, text = 'why']): SendingCause => ({ entity, code, text })),
})

type Row = readonly [
  what: string,
  answers: readonly Facts[],
  causes: readonly CauseName[],
  demanded?: Parameters<typeof policy>[0],
]

const ROWS: readonly Row[] = [
  ['a person has to log in', [dead('login_check')], ['login_check']],
  ["a customer's integration user is gone", [dead('integration_user_gone')], ['integration_user_gone']],
  ['the app is deleted', [dead('app_deleted')], ['app_deleted']],
  ['Graph gives no reason', [deadToken('invalid', null)], ['unexplained']],

  ['only business_management is missing', [liveToken({ scopes: SCOPES.slice(1) })], ['business_management_unticked']],
  ['a permission for messages is missing', [liveToken({ scopes: SCOPES.slice(0, 2) })], ['permission_unticked']],
  [
    'it is missing, and another too',
    [liveToken({ scopes: SCOPES.slice(2) })],
    ['permission_unticked', 'permission_unticked'],
  ],
  [
    "a person's token for a day",
    [liveToken({ type: 'USER', expiresAt: NOW_MS + 23 * HOUR_MS })],
    ['not_system_user', 'temporary_token'],
  ],
  [
    "a person's token, 25 hours before its end",
    [liveToken({ type: 'USER', expiresAt: NOW_MS + 25 * HOUR_MS })],
    ['not_system_user', 'temporary_token'],
  ],
  [
    "a person's token with more time than that",
    [liveToken({ type: 'USER', expiresAt: NOW_MS + 25 * HOUR_MS + 1 })],
    ['not_system_user', 'expiration_chosen'],
  ],
  ["a system user's token of sixty days", [liveToken({ expiresAt: NOW_MS + 60 * DAY_MS })], ['expiration_chosen']],
  ["a system user's token on its last day", [liveToken({ expiresAt: NOW_MS + HOUR_MS })], ['expiration_chosen']],
  ["a page's token", [liveToken({ type: 'PAGE' })], ['useless_kind']],

  ['the account is not assigned', [live, accountNotShown('unassigned')], ['account_not_assigned']],
  ['the number is not assigned', [live, account(), phoneNotShown('unassigned')], ['number_not_assigned']],
  [
    'the account is assigned without full control',
    [live, refused('account', 'full_control_missing')],
    ['full_control_missing'],
  ],
  [
    'the app lacks the permission or the role',
    [live, refused('account', 'app_lacks_permission')],
    ['app_lacks_permission'],
  ],
  ['the app may not act for the user', [live, refused('account', 'app_not_for_user')], ['app_not_for_user']],
  ['another permission is refused', [live, refused('account', 'permission_refused')], ['account_not_assigned']],
  ['the number too', [live, account(), refused('phone', 'app_lacks_permission')], ['app_lacks_permission']],
  [
    'the token can read no account at all',
    [blind, refused('account', 'permission_refused')],
    ['token_cannot_read'],
    { requiredScopes: [['whatsapp_business_messaging']] },
  ],
  [
    'the token can read no account, and the id may be wrong too',
    [blind, refused('account', 'not_visible')],
    ['account_not_assigned'],
    { requiredScopes: [['whatsapp_business_messaging']] },
  ],
  ["the id is a business's", [live, accountNotShown('wrong_kind', 'Business')], ['account_id_of_another_kind']],

  ...(
    [
      ['PENDING', 'number_disconnected'],
      ['DISCONNECTED', 'number_disconnected'],
      ['DELETED', 'number_gone'],
      ['MIGRATED', 'number_gone'],
      ['BANNED', 'number_banned'],
      ['RESTRICTED', 'number_banned'],
      ['FLAGGED', 'number_flagged'],
      ['RATE_LIMITED', 'number_rate_limited'],
      ['NEW_WORD', 'number_limited'],
    ] as const
  ).map(([status, cause]): Row => [`the number is ${status}`, [live, phone({ status })], [cause]]),
  ['the number is locked', [live, phoneNotShown('locked')], ['account_locked']],
  ['the account is locked', [live, accountNotShown('locked')], ['account_locked']],
  ['no payment method', [live, account({ sending: health('BLOCKED', ['WABA', 141006]) })], ['payment_missing']],
  [
    'the business is not verified',
    [live, phone({ sending: health('LIMITED', ['BUSINESS', 141010]) })],
    ['business_not_verified'],
  ],
  [
    'the display name is not approved',
    [
      live,
      phone({ sending: health('LIMITED', ['PHONE_NUMBER', null, 'Your display name has not been approved yet.']) }),
    ],
    ['name_not_approved'],
  ],
  [
    'the app is not subscribed to the webhook',
    [live, phone({ sending: health('LIMITED', ['APP', null, 'Your app is not subscribed to the message webhook.']) })],
    ['app_not_subscribed'],
  ],
  [
    'two things at once',
    [live, phone({ sending: health('BLOCKED', ['WABA', 141006], ['BUSINESS', 141010]) })],
    ['payment_missing', 'business_not_verified'],
  ],
  ['Graph names none', [live, phone({ sending: health('BLOCKED') })], ['number_limited']],
  [
    'Graph names an unknown one',
    [live, account({ sending: health('BLOCKED', ['WABA', 999_999]) })],
    ['account_limited'],
  ],
]

describe('the cause if', () => {
  test.each(ROWS)('%s', (_what, answers, causes, demanded = {}) => {
    expect(causesOf(answers, demanded)).toEqual([...causes])
  })
})
