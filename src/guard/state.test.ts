import { describe, expect, test } from 'bun:test'
import type { Facts } from '../verification/facts.ts'
import {
  account,
  accountNotShown,
  connection,
  liveToken,
  phone,
  PHONE,
  phoneNotShown,
  SCOPES,
  subscriptions,
} from '../verification/verification.fake.ts'
import { after, heard } from './health.fake.ts'
import { above, isPartial, isSlot } from './state.ts'

const SHORTENED = { unread: ['status', 'sending'], isShortened: true, status: null, sending: null } as const

describe('what Graph did not give this time', () => {
  test.each([
    ['account', account({ name: 'Old', status: 'DISABLED' }), account({ ...SHORTENED, name: 'New' })],
    [`phone:${phone().phoneNumberId}`, phone({ name: 'Old', status: 'FLAGGED' }), phone({ ...SHORTENED, name: 'New' })],
  ] as const)('stays as it was known, at the %s', (question, before, later) => {
    const state = heard([later], { before: heard([before]), at: after(1_000) })
    const { status, sending } = before
    expect(state.answers.get(question)?.facts).toEqual({ ...later, status, sending } as Facts)
  })

  test.each([
    ['was never known', []],
    ['was not shown before', [accountNotShown('unassigned')]],
    ['was known of another node', [phone()]],
  ])('is empty where it %s', (_what, before) => {
    const state = heard([account(SHORTENED)], { before: heard(before), at: after(1_000) })
    expect(state.answers.get('account')?.facts).toEqual(account(SHORTENED))
  })

  test.each([
    [account(SHORTENED), true],
    [phone(SHORTENED), true],
    [account(), false],
    // Graph no longer has the field, and asking again gives no more.
    [phone({ unread: ['sending'], sending: null }), false],
    [accountNotShown('locked'), false],
    [phoneNotShown('unassigned'), false],
    [liveToken(), false],
    [subscriptions(), false],
  ])('is asked for again soon, after %j: %p', (facts, isAsked) => {
    expect(isPartial(facts)).toBe(isAsked)
  })
})

test('of an earlier process what is asked now is shown, under what is known now', () => {
  const other = phone({ phoneNumberId: '9' })
  const remembered = heard([liveToken({ type: 'USER' }), phone(), other, subscriptions(), connection('v23.0', 0)])
  const now = heard([liveToken()], { at: after(1_000) })
  const all = above(remembered, now, ['token', `phone:${PHONE}`])
  expect([...all.answers.keys()].toSorted()).toEqual(['connection', `phone:${PHONE}`, 'token'])
  expect(all.answers.get('token')?.facts).toEqual(liveToken())
  expect([...all.shown.keys()].filter((slot) => slot.startsWith('phone:'))).toEqual([`phone:${PHONE}`])
  expect(all.shown.get('token:type')?.facts).toEqual(liveToken())
  expect(all.shown.get('clock:skew')?.facts).toEqual(connection('v23.0', 0))
})

test('a newer answer counts, and one that was asked for before it came does not', () => {
  const less = liveToken({ scopes: SCOPES.slice(1) })
  const before = heard([liveToken()], { at: after(1_000) })
  const scopesAfter = (askedAtMs: number) =>
    heard([less], { before, askedAt: after(askedAtMs), at: after(2_000) }).answers.get('token')?.facts
  expect(scopesAfter(999)).toEqual(liveToken())
  expect(scopesAfter(1_000)).toEqual(less)
})

test.each([
  ['token:validity', true],
  ['phone:1', true],
  ['phone', false],
  ['token', false],
  [1, false],
  [null, false],
])('%p is a place of the health body: %p', (text, is) => {
  expect(isSlot(text)).toBe(is)
})
