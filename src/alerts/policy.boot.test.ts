import { expect, test } from 'bun:test'
import { HOUR_MS } from './policy.fake.ts'
import { isWorthBootAlert, NOTHING_SENT, sent, type Ledger } from './policy.ts'
import type { Standing } from './standing.ts'

const REFUSED: Standing = { status: 'fail', wrong: ['token.revoked'] }
const at = (ms: number) => ({ wallMs: 1e12 + ms, monotonicMs: ms })
const ofBoot = { ...sent(NOTHING_SENT, REFUSED, null, at(0)), isOfBoot: true }

test.each<[string, Ledger, Standing, number, number, boolean]>([
  ['the first', NOTHING_SENT, REFUSED, 0, 1, true],
  ['one like the last', ofBoot, REFUSED, HOUR_MS, HOUR_MS - 1, false],
  ['one like the last, when a reminder is due', ofBoot, REFUSED, HOUR_MS, HOUR_MS, true],
  ['one like the last, where no reminder is wanted', ofBoot, REFUSED, 0, 99 * HOUR_MS, false],
  ['one for another reason', ofBoot, { status: 'fail', wrong: ['scope.missing'] }, HOUR_MS, 1, true],
  ['one after a message of a service', { ...ofBoot, isOfBoot: false }, REFUSED, HOUR_MS, 1, true],
  ['one after what was never sent', { ...ofBoot, sentAt: null }, REFUSED, 0, 1, true],
])('of refused starts %s is worth a message, or not', (_what, ledger, standing, repeatMs, nowMs, expected) => {
  expect(isWorthBootAlert(ledger, standing, repeatMs, at(nowMs))).toBe(expected)
})
