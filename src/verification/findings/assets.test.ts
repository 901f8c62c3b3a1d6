import { describe, expect, test } from 'bun:test'
import type { AccountFacts, Facts, PhoneFacts, SendingCause } from '../facts.ts'
import {
  account,
  ACCOUNT,
  accountNotShown,
  APP,
  connection,
  NOW_MS,
  OTHER_ID,
  OTHER_PHONE,
  phone,
  PHONE,
  phoneNotShown,
  policy,
  judge,
  numbers as listOfNumbers,
  subscriptions,
} from '../verification.fake.ts'

const judged = (facts: Facts, demanded: Parameters<typeof policy>[0] = {}) => judge(facts, policy(demanded), NOW_MS)
const found = (...given: Parameters<typeof judged>) =>
  judged(...given).map(({ code, severity }) => `${severity} ${code}`)

describe('reading the account', () => {
  const rows: readonly (readonly [string, AccountFacts, readonly string[]])[] = [
    ['shows it', account(), []],
    ['shows it without health_status', account({ sending: null }), []],
    ['shows it without a status', account({ status: null }), []],
    ['is refused', accountNotShown('unassigned'), ['fail account.unassigned']],
    ['finds a business', accountNotShown('wrong_kind', 'Business'), ['fail account.wrong_kind']],
    ['finds something of an unknown kind', accountNotShown('wrong_kind'), ['fail account.wrong_kind']],
    ['is locked', accountNotShown('locked'), ['warn account.blocked']],
    ['shows it limited', account({ sending: { canSend: 'LIMITED', causes: [] } }), ['warn account.blocked']],
    ['shows it blocked', account({ sending: { canSend: 'BLOCKED', causes: [] } }), ['warn account.blocked']],
  ]
  test.each(rows)('%s', (_what, facts, expected) => {
    expect(found(facts)).toEqual([...expected])
  })

  test.each(['unassigned', 'wrong_kind', 'locked'] as const)('%s keeps the codes of Graph', (kind) => {
    expect(judged(accountNotShown(kind))[0]?.reason).toEqual({ code: 100, subcode: 33 })
  })

  test('names what the id is instead', () => {
    expect(judged(accountNotShown('wrong_kind', 'Business'))[0]?.observed).toContain('Business')
  })
})

describe('reading a number', () => {
  const rows: readonly (readonly [string, PhoneFacts, readonly string[]])[] = [
    ['shows it connected', phone(), []],
    ['shows it without a status', phone({ status: null }), []],
    ['shows it without health_status', phone({ sending: null }), []],
    ['shows it banned', phone({ status: 'BANNED' }), ['warn phone.blocked']],
    ['shows an unknown status', phone({ status: 'NEW_STATUS' }), ['warn phone.blocked']],
    ['shows it pending, without health_status', phone({ status: 'PENDING', sending: null }), ['warn phone.blocked']],
    ['shows it limited', phone({ sending: { canSend: 'LIMITED', causes: [] } }), ['warn phone.blocked']],
    ['shows it blocked', phone({ sending: { canSend: 'BLOCKED', causes: [] } }), ['warn phone.blocked']],
    ['is refused', phoneNotShown('unassigned'), ['fail phone.unassigned']],
    ['finds another kind', phoneNotShown('wrong_kind', PHONE, 'User'), ['fail phone.wrong_kind']],
    ['is locked', phoneNotShown('locked'), ['warn phone.blocked']],
  ]
  test.each(rows)('%s', (_what, facts, expected) => {
    expect(found(facts)).toEqual([...expected])
    expect(judged(facts).map(({ subject }) => subject)).toEqual(expected.map(() => PHONE))
  })
})

describe('why messages are limited', () => {
  const causes: readonly SendingCause[] = [
    { entity: 'WABA', code: 141006, text: 'There is an error with the payment method.' },
    { entity: 'BUSINESS', code: 141010, text: 'The business has not passed verification.' },
    { entity: 'PHONE_NUMBER', code: null, text: 'Your display name has not been approved yet.' },
  ]

  test.each([
    ['account.blocked', account({ sending: { canSend: 'BLOCKED', causes } })],
    ['phone.blocked', phone({ sending: { canSend: 'BLOCKED', causes } })],
  ])('%s shows every cause', (_code, facts) => {
    const [finding, ...others] = judged(facts)
    expect(others).toEqual([])
    for (const { text, code } of causes) {
      expect(finding?.observed).toContain(text)
      expect(finding?.observed).toContain(`${code ?? ''}`)
    }
    for (const code of ['141006', '141010', 'PHONE_NUMBER']) expect(finding?.summary).toContain(code)
    expect(finding?.summary).toContain('blocked')
  })

  test('a number that is both disconnected and limited is one finding that shows both', () => {
    const findings = judged(phone({ status: 'BANNED', sending: { canSend: 'LIMITED', causes } }))
    expect(findings).toHaveLength(1)
    expect(findings[0]?.observed).toContain('BANNED')
    expect(findings[0]?.observed).toContain('LIMITED')
  })
})

describe("the account's numbers", () => {
  const numbers = (...phoneNumberIds: readonly string[]): Facts => listOfNumbers(phoneNumberIds)
  const foreign = (...given: Parameters<typeof judged>) => judged(...given).map(({ code, subject }) => [code, subject])
  const both = { phoneNumberIds: [PHONE, OTHER_PHONE] }

  test.each([
    ['hold the configured one', numbers(OTHER_ID, PHONE), {}, []],
    ['hold another one only', numbers(OTHER_PHONE), {}, [PHONE]],
    ['are none', numbers(), {}, [PHONE]],
    ['hold both', numbers(OTHER_PHONE, PHONE), both, []],
    ['hold one of two', numbers(OTHER_PHONE), both, [PHONE]],
    ['hold neither', numbers(OTHER_ID), both, [PHONE, OTHER_PHONE]],
    ['do not matter if no number is configured', numbers(OTHER_ID), { phoneNumberIds: [] }, []],
  ])('%s', (_what, facts, demanded, subjects: readonly string[]) => {
    expect(foreign(facts, demanded)).toEqual(subjects.map((subject) => ['phone.foreign', subject]))
    expect(judged(facts, demanded).filter(({ severity }) => severity !== 'fail')).toEqual([])
  })
})

const METAS_OWN = '2202427980234937'

describe("the account's webhooks", () => {
  test.each([
    ['go to the app', [APP], APP, []],
    ['go to the app among others', [OTHER_ID, APP], APP, []],
    ['go to another app only', [OTHER_ID], APP, ['warn account.unsubscribed']],
    ['go nowhere', [], APP, ['warn account.unsubscribed']],
    ["go to Meta's own app only", [METAS_OWN], APP, ['warn account.unsubscribed']],
    ['go nowhere, and no app is configured', [], null, ['warn account.unsubscribed']],
    ["go to Meta's own app only, and no app is configured", [METAS_OWN], null, ['warn account.unsubscribed']],
    ['go to another app, and no app is configured', [OTHER_ID], null, []],
  ])('%s', (_what, appIds, appId, expected) => {
    expect(found(subscriptions(appIds), { appId })).toEqual(expected)
  })
})

describe('the connection', () => {
  test.each([
    ['the version asked for', 'v23.0', []],
    ['a newer version in place of a supported one', 'v24.0', []],
    ['an older version', 'v22.0', ['warn graph.version_forwarded']],
    ['no version', null, []],
  ])('%s', (_what, served, expected) => {
    expect(found(connection(served, 0))).toEqual(expected)
  })

  test.each([
    ['no date', null, []],
    ['the same time', 0, []],
    ['60 s behind us', -60_000, []],
    ['60 s ahead of us', 60_000, []],
    ['more than 60 s behind us', -60_001, ['warn clock.skewed']],
    ['more than 60 s ahead of us', 60_001, ['warn clock.skewed']],
  ])('%s', (_what, offsetMs, expected) => {
    expect(found(connection('v23.0', offsetMs))).toEqual(expected)
  })

  test.each([
    [120_000, 'behind'],
    [-120_000, 'ahead of'],
  ])('an offset of %d ms means that our clock is %s', (offsetMs, words) => {
    expect(judged(connection(null, offsetMs))[0]?.summary).toContain(`120 s ${words} Graph's`)
  })
})

test('operators see the ids: the expected value names them', () => {
  expect(judged(accountNotShown('unassigned'))[0]?.expected).toContain(ACCOUNT)
  expect(judged(phoneNotShown('unassigned', OTHER_PHONE))[0]?.expected).toContain(OTHER_PHONE)
})
