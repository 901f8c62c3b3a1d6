import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { anyAnswers, anyPolicy } from '../verification/facts.fake.ts'
import {
  account,
  ACCOUNT,
  APP,
  DAY_MS,
  deadToken,
  liveToken,
  NOW_MS,
  OTHER_PHONE,
  phone,
  PHONE,
  policy,
  SCOPES,
} from '../verification/verification.fake.ts'
import { checkRows, type CheckRow } from './checks.ts'
import { ALL_WELL, healthOf, silence, stateOf, type Heard } from './health.fake.ts'

const rows = (heard: Heard) => checkRows(healthOf(heard), stateOf(heard))
const row = (heard: Heard, name: string): CheckRow | undefined => rows(heard).find((each) => each.name === name)
const texts = (heard: Heard) => Object.fromEntries(rows(heard).map(({ name, text }) => [name, text]))

describe('if all is well', () => {
  test("each row shows Graph's answer", () => {
    expect(texts({ answers: ALL_WELL })).toEqual({
      token: 'valid',
      expiry: 'never expires',
      permissions: SCOPES.join(', '),
      app: APP,
      type: 'SYSTEM_USER',
      'Messaging account': `${ACCOUNT}, "Fork & Spoon", ACTIVE, AVAILABLE`,
      webhooks: `subscribed: ${APP}`,
      'phone number': `${PHONE}, +1 555 010 0101, "Fork & Spoon", CONNECTED, AVAILABLE`,
      Graph: 'answers',
      'Graph version': 'v23.0',
      clock: "0 s apart from Graph's",
    })
    expect(rows({ answers: ALL_WELL }).filter(({ status, isDetailed }) => status !== 'pass' || isDetailed)).toEqual([])
  })

  test('what Graph did not give is left out', () => {
    const answers = [liveToken(), account({ name: null }), phone({ displayNumber: null, name: null, sending: null })]
    expect(texts({ answers })).toMatchObject({
      'Messaging account': `${ACCOUNT}, ACTIVE, AVAILABLE`,
      'phone number': `${PHONE}, CONNECTED`,
    })
  })

  test('an account without any field is shown by its id', () => {
    const heard = { answers: [liveToken(), account({ name: null, status: null, review: null, sending: null })] }
    expect(row(heard, 'Messaging account')).toMatchObject({ status: 'pass', text: ACCOUNT })
  })

  test('an expiry is a date', () => {
    const ends = { expiresAt: NOW_MS + 60 * DAY_MS, dataAccessExpiresAt: NOW_MS + 90 * DAY_MS }
    const heard = { answers: [liveToken(ends)], policy: policy({ expiry: 'rotate' }) }
    expect(texts(heard)).toMatchObject({
      expiry: 'ends at 2026-07-31T00:00:00Z',
      'data access': 'ends at 2026-08-30T00:00:00Z',
    })
  })

  test('each number has its row', () => {
    const demanded = policy({ phoneNumberIds: [PHONE, OTHER_PHONE] })
    const heard = { answers: [phone(), phone({ phoneNumberId: OTHER_PHONE })], policy: demanded }
    const numbers = rows(heard).filter(({ name }) => name === 'phone number')
    expect(numbers.map(({ text }) => text.split(',')[0])).toEqual([PHONE, OTHER_PHONE])
  })
})

describe('if something is wrong', () => {
  test('the row names the finding and what was observed', () => {
    expect(row({ answers: [liveToken({ type: 'USER' })] }, 'type')).toMatchObject({
      status: 'warn',
      text: 'token.type: type USER',
      isDetailed: true,
    })
  })

  test('each finding has its row', () => {
    const permissions = rows({ answers: [liveToken({ scopes: [] })] }).filter(({ name }) => name === 'permissions')
    expect(permissions.map(({ status }) => status)).toEqual(['fail', 'fail', 'fail'])
  })

  test('what a dead token no longer shows is unknown', () => {
    expect(texts({ answers: [deadToken('revoked')] })).toMatchObject({ expiry: 'not known', permissions: 'not known' })
  })

  test('the cause of a missing answer is shown once, in the row of Graph', () => {
    const heard = { silences: { token: silence(), account: silence() } }
    expect(row(heard, 'Graph')?.text).toBe('graph.unreachable: no connection (ECONNREFUSED)')
    for (const name of ['token', 'expiry', 'permissions', 'Messaging account'])
      expect(row(heard, name)?.text).toBe('not known')
  })
})

test('each check has a row with a status, a name and a text, whatever Graph says', () => {
  fc.assert(
    fc.property(anyAnswers, anyPolicy, (answers, demanded) => {
      const heard = { answers, policy: demanded }
      const entries = [...healthOf(heard).checks.values()].flat()
      expect(rows(heard).map(({ status }) => status)).toEqual(entries.map(({ status }) => status))
      expect(rows(heard).filter(({ name, text }) => name === '' || text === '')).toEqual([])
    }),
  )
})
