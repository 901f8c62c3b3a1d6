import { describe, expect, test } from 'bun:test'
import {
  account,
  ACCOUNT,
  accountNotShown,
  APP,
  because,
  connection,
  DAY_MS,
  deadToken,
  liveToken,
  NOW_MS,
  PHONE,
  phone,
  SCOPES,
  USER,
  subscriptions,
} from '../verification/verification.fake.ts'
import { factsOf } from './facts.ts'
import { ALL_WELL, stateOf } from './health.fake.ts'

const facts = (...answers: Parameters<typeof stateOf>[0]['answers'] & {}) => factsOf(stateOf({ answers }))

describe('the facts as JSON', () => {
  test('are null or empty without any answer', () => {
    expect(factsOf(stateOf({}))).toEqual({
      token: null,
      account: null,
      subscribedAppIds: null,
      accountPhoneNumberIds: null,
      webhookOverrides: null,
      appSubscription: null,
      phoneNumbers: [],
      graph: null,
    })
  })

  test('hold all that Graph said', () => {
    expect(factsOf(stateOf({ answers: ALL_WELL }))).toMatchObject({
      token: { isValid: true, appId: APP, userId: USER, type: 'SYSTEM_USER', scopes: SCOPES },
      account: { kind: 'readable', name: 'Fork & Spoon', status: 'ACTIVE', sending: { canSend: 'AVAILABLE' } },
      subscribedAppIds: [APP],
      accountPhoneNumberIds: [PHONE],
      phoneNumbers: [{ phoneNumberId: PHONE, status: 'CONNECTED' }],
      graph: { askedVersion: 'v23.0', servedVersion: 'v23.0', clockOffsetMs: 0 },
    })
  })

  test.each([
    ['never', 'never'],
    [null, null],
    [NOW_MS + DAY_MS, '2026-06-02T00:00:00.000Z'],
  ] as const)('an expiry %p is %p', (expiry, shown) => {
    const token = liveToken({ expiresAt: expiry, dataAccessExpiresAt: expiry })
    expect(facts(token)).toMatchObject({ token: { expiresAt: shown, dataAccessExpiresAt: shown } })
  })

  test('a time of issue is a date, or null', () => {
    expect(facts(liveToken({ issuedAtMs: NOW_MS }))).toMatchObject({ token: { issuedAt: '2026-06-01T00:00:00.000Z' } })
    expect(facts(liveToken({ issuedAtMs: null }))).toMatchObject({ token: { issuedAt: null } })
  })

  test('a dead token shows why', () => {
    expect(facts(deadToken('revoked', because(190, 460, 'why')))).toMatchObject({
      token: { isValid: false, cause: 'revoked', reason: { code: 190, subcode: 460, message: 'why' } },
    })
  })

  test('an account that is not shown shows why', () => {
    expect(facts(accountNotShown('wrong_kind', 'Business'))).toMatchObject({
      account: { kind: 'wrong_kind', nodeType: 'Business', reason: { code: 100, subcode: 33 } },
    })
  })

  test('survive JSON', () => {
    const all = facts(liveToken(), account(), phone(), connection(null, null), subscriptions([ACCOUNT]))
    expect(JSON.parse(JSON.stringify(all))).toEqual(all as never)
  })
})
