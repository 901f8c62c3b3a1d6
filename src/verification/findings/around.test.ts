import { describe, expect, test } from 'bun:test'
import { FAIL_ON_CODES, type FailOnCode } from '../fail-on.ts'
import type { AccountFacts, Facts, PhoneFacts } from '../facts.ts'
import { judge, silenceFindings } from '../judgement.ts'
import type { Silence } from '../silence.ts'
import {
  account,
  ACCOUNT,
  accountNotShown,
  because,
  heardAt,
  liveToken,
  numbers,
  OTHER_PHONE,
  phone,
  PHONE,
  phoneNotShown,
  policy,
  subscriptions,
} from '../verification.fake.ts'

/** Findings that a second answer softens or explains, and findings that the policy turns into refusals. */

const found = (answers: readonly Facts[], demanded: Parameters<typeof policy>[0] = {}) =>
  judge(
    answers.map((facts) => heardAt(facts)),
    new Map(),
    policy(demanded),
  )
    .judged.filter(({ hidden }) => !hidden)
    .map(({ finding }) => finding)
const codesOf = (...given: Parameters<typeof found>) =>
  found(...given).map(({ code, severity }) => `${severity} ${code}`)

const kept = (cause: 'permission_refused' | 'not_visible'): AccountFacts => ({
  about: 'account',
  businessAccountId: ACCOUNT,
  kind: 'unassigned',
  reason: because(100, null, '(#100) Missing Permission', cause),
})
const live = liveToken()

describe('an account that Graph does not show', () => {
  const both = { phoneNumberIds: [PHONE, OTHER_PHONE] }
  const other = phone({ phoneNumberId: OTHER_PHONE })
  test.each([
    [
      'by a missing permission, its number readable',
      kept('permission_refused'),
      [phone()],
      {},
      'warn account.unassigned',
    ],
    [
      'as an object that does not exist, its number readable',
      kept('not_visible'),
      [phone()],
      {},
      'fail account.unassigned',
    ],
    [
      'by a missing permission, its number without an answer yet',
      kept('permission_refused'),
      [],
      {},
      'fail account.unassigned',
    ],
    [
      'by a missing permission, no number configured',
      kept('permission_refused'),
      [],
      { phoneNumberIds: [] },
      'fail account.unassigned',
    ],
    [
      'by a missing permission, one of two numbers readable',
      kept('permission_refused'),
      [phone()],
      both,
      'fail account.unassigned',
    ],
    [
      'by a missing permission, both numbers readable',
      kept('permission_refused'),
      [phone(), other],
      both,
      'warn account.unassigned',
    ],
    [
      'by a missing permission, its number locked',
      kept('permission_refused'),
      [phoneNotShown('locked')],
      {},
      'fail account.unassigned',
    ],
  ] as const)('%s', (_what, facts, phones, demanded, expected) => {
    expect(codesOf([live, facts, ...phones], demanded)[0]).toBe(expected)
  })

  test('as a warning hides no refusal: a number of another account is shown', () => {
    const all = [live, kept('permission_refused'), phone(), numbers([OTHER_PHONE])]
    expect(codesOf(all)).toEqual(['warn account.unassigned', 'fail phone.foreign'])
  })
})

describe("a word of Graph's that is not known", () => {
  test.each([
    ['a kind of node', { ...accountNotShown('wrong_kind', 'ZEBRA') }],
    ['an entity', account({ sending: { canSend: 'LIMITED', causes: [{ entity: 'ZEBRA', code: 1, text: 'x' }] } })],
    ['a status', account({ status: 'ZEBRA', sending: { canSend: 'ZEBRA', causes: [] } })],
  ] as const)('is shown to operators, but not in the summary: %s', (_what, facts) => {
    const [finding] = found([live, facts])
    expect(finding?.summary).not.toContain('ZEBRA')
    expect(finding?.observed).toContain('ZEBRA')
  })
})

describe('a number that is not shown', () => {
  const DIGITS = '15550100100'
  const configured: PhoneFacts = phoneNotShown('unassigned', DIGITS)
  const demanded = { phoneNumberIds: [DIGITS] }

  test('and is a telephone number of the account: its id is named', () => {
    const list = numbers([PHONE], { [PHONE]: DIGITS })
    expect(found([live, account(), configured, list], demanded)).toMatchObject([
      { code: 'phone.unassigned', causes: ['telephone_number_as_id'], expected: `${PHONE}, the id of this number` },
    ])
  })

  test('and does not belong to the account: nothing is named', () => {
    expect(found([live, account(), configured, numbers([PHONE], { [PHONE]: '1999' })], demanded)[0]).toMatchObject({
      causes: ['number_not_assigned'],
    })
  })
})

describe('TOKEN_GUARD_FAIL_ON', () => {
  const sending = (canSend: string) => ({ canSend, causes: [] })
  const rows: readonly (readonly [string, Facts, FailOnCode, string])[] = [
    ['a blocked number', phone({ sending: sending('BLOCKED') }), 'phone.blocked', 'fail'],
    ['a limited number', phone({ sending: sending('LIMITED') }), 'phone.blocked', 'warn'],
    [
      'a number that is not connected',
      phone({ status: 'BANNED', sending: sending('LIMITED') }),
      'phone.blocked',
      'fail',
    ],
    ['a locked number', phoneNotShown('locked'), 'phone.blocked', 'fail'],
    ['a disabled account', account({ status: 'DISABLED' }), 'account.blocked', 'fail'],
    ['a limited account', account({ sending: sending('LIMITED') }), 'account.blocked', 'warn'],
    ['an account without our app', subscriptions([]), 'account.unsubscribed', 'fail'],
    ["a person's token", liveToken({ type: 'USER' }), 'token.type', 'fail'],
  ]
  test.each(rows)('sets the severity of %s', (_what, facts, code, severity) => {
    const others = facts.about === 'token' ? [] : [live]
    expect(codesOf([...others, facts], { failOn: [code] })).toEqual([`${severity} ${code}`])
    const rest = FAIL_ON_CODES.filter((each) => each !== code)
    expect(codesOf([...others, facts], { failOn: rest })).toEqual([`warn ${code}`])
  })

  test('sets the severity of an address that is not allowed', () => {
    const silences = new Map([['token' as const, { code: 'app.address_denied', what: 'x', observed: 'x' } as Silence]])
    expect(silenceFindings(silences, policy())).toMatchObject([{ severity: 'warn', key: 'token:app' }])
    expect(silenceFindings(silences, policy({ failOn: ['app.address_denied'] }))).toMatchObject([{ severity: 'fail' }])
  })
})

describe('an account', () => {
  test.each([
    ['status DISABLED', { status: 'DISABLED' }, ['account_disabled']],
    ['status restricted, in small letters', { status: 'restricted' }, ['account_disabled']],
    ['review REJECTED', { review: 'REJECTED' }, ['account_rejected']],
    ['both', { status: 'DISABLED', review: 'REJECTED' }, ['account_disabled', 'account_rejected']],
    ['review PENDING', { review: 'PENDING' }, []],
    ['review DEFERRED', { review: 'DEFERRED' }, []],
    ['a word that is not known', { status: 'NEW_WORD', review: 'NEW_WORD' }, []],
  ])('%s', (_what, changes, causes) => {
    expect(found([live, account(changes)]).flatMap((finding) => finding.causes)).toEqual(causes as never)
  })
})

test('the finding about a number that was never registered says so', () => {
  const [finding] = found([live, phone({ platformType: 'NOT_APPLICABLE' })])
  expect(finding).toMatchObject({ code: 'phone.blocked', severity: 'warn', causes: ['number_never_registered'] })
})

test('a status that is not known stays out of the summary, which is public', () => {
  const [finding] = found([live, phone({ status: 'EAAOdd' })])
  expect(finding?.summary).not.toContain('EAAOdd')
  expect(finding?.observed).toContain('EAAOdd')
})
