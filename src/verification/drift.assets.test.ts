import { describe, expect, test } from 'bun:test'
import { drift, driftRows, type DriftRow } from './drift.fake.ts'
import type { Facts } from './facts.ts'
import {
  account,
  accountNotShown,
  APP,
  OTHER_ID,
  OTHER_PHONE,
  phone,
  PHONE,
  phoneNotShown,
  subscriptions,
} from './verification.fake.ts'

describe('an account', () => {
  const limited = (canSend: string) => account({ sending: { canSend, causes: [] } })
  const rows: readonly (readonly [string, Facts, Facts, readonly DriftRow[]])[] = [
    ['is lost', account(), accountNotShown('unassigned'), [['account.reachable', 'error', true, false]]],
    ['is back', accountNotShown('unassigned'), account(), [['account.reachable', 'info', false, true]]],
    ['is another kind', account(), accountNotShown('wrong_kind'), [['account.reachable', 'error', true, false]]],
    ['is limited', account(), limited('LIMITED'), [['account.can_send_message', 'error', 'AVAILABLE', 'LIMITED']]],
    [
      'is blocked',
      limited('LIMITED'),
      limited('BLOCKED'),
      [['account.can_send_message', 'warn', 'LIMITED', 'BLOCKED']],
    ],
    ['may send again', limited('LIMITED'), account(), [['account.can_send_message', 'info', 'LIMITED', 'AVAILABLE']]],
    [
      'is locked',
      account(),
      accountNotShown('locked'),
      [['account.can_send_message', 'error', 'AVAILABLE', 'BLOCKED']],
    ],
    ['has another status', account(), account({ status: 'X' }), [['account.status', 'warn', 'ACTIVE', 'X']]],
    ['has another name', account(), account({ name: 'Spoon & Fork' }), []],
    ['shows no status', account(), account({ status: null }), []],
    ['shows no sending status', limited('LIMITED'), account({ sending: null }), []],
    ['stays lost in another way', accountNotShown('unassigned'), accountNotShown('wrong_kind'), []],
  ]
  test.each(rows)('%s', (_what, before, after, expected) => {
    expect(driftRows(before, after)).toEqual(expected)
    expect(drift(before, after).filter((each) => 'phoneNumberId' in each)).toEqual([])
  })
})

describe('a number', () => {
  const banned = phone({ status: 'BANNED' })
  const blocked = phone({ sending: { canSend: 'BLOCKED', causes: [] } })
  const unshown = phone({ sending: null })
  const rows: readonly (readonly [string, Facts, Facts, readonly DriftRow[]])[] = [
    ['is lost', phone(), phoneNotShown('unassigned'), [['phone.reachable', 'error', true, false]]],
    ['is lost while it is blocked', blocked, phoneNotShown('unassigned'), [['phone.reachable', 'error', true, false]]],
    ['is back', phoneNotShown('wrong_kind'), phone(), [['phone.reachable', 'info', false, true]]],
    ['is banned', phone(), banned, [['phone.status', 'error', 'CONNECTED', 'BANNED']]],
    ['is connected again', banned, phone(), [['phone.status', 'info', 'BANNED', 'CONNECTED']]],
    ['is flagged instead', banned, phone({ status: 'FLAGGED' }), [['phone.status', 'warn', 'BANNED', 'FLAGGED']]],
    ['is blocked', phone(), blocked, [['phone.can_send_message', 'error', 'AVAILABLE', 'BLOCKED']]],
    ['is shown with other texts', phone(), phone({ name: 'Other', displayNumber: '+1 555 010 0199' }), []],
    ['shows no status', banned, phone({ status: null }), []],
  ]
  test.each(rows)('%s', (_what, before, after, expected) => {
    expect(driftRows(before, after)).toEqual(expected)
  })

  test('is named if it drifts', () => {
    const given = [phone({ phoneNumberId: OTHER_PHONE }), phoneNotShown('unassigned', OTHER_PHONE)] as const
    expect(drift(...given)).toMatchObject([{ phoneNumberId: OTHER_PHONE }])
    expect(drift(phone(), banned)).toMatchObject([{ phoneNumberId: PHONE }])
  })

  test('that becomes locked has drifted, whatever it showed about sending before', () => {
    const field = 'phone.can_send_message'
    expect(driftRows(unshown, phoneNotShown('locked'))).toEqual([[field, 'error', null, 'BLOCKED']])
    expect(driftRows(phoneNotShown('locked'), unshown)).toEqual([[field, 'info', 'BLOCKED', null]])
  })
})

describe('webhooks', () => {
  const subscribed = (...appIds: readonly string[]): Facts => subscriptions(appIds)
  test.each([
    ['are lost', subscribed(APP), subscribed(), APP, [['account.subscribed', 'error', true, false]]],
    ['are back', subscribed(OTHER_ID), subscribed(APP), APP, [['account.subscribed', 'info', false, true]]],
    ['of other apps are not ours', subscribed(APP), subscribed(APP, OTHER_ID), APP, []],
    ['are not compared without an app', subscribed(APP), subscribed(), null, []],
  ])('%s', (_what, before, after, appId, expected) => {
    expect(driftRows(before, after, { appId })).toEqual(expected as readonly DriftRow[])
  })
})
