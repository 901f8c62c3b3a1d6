import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { Hours, HOUR_MS, MINUTE_MS, PASS, type SentAlert } from './policy.fake.ts'
import { QUIET_MS, TOGETHER_MS } from './policy.ts'
import type { Standing } from './standing.ts'

const REPEAT_MS = 24 * HOUR_MS

const REVOKED: Standing = { status: 'fail', wrong: ['token.revoked'] }
const SCOPE: Standing = { status: 'fail', wrong: ['scope.missing'] }
const BOTH: Standing = { status: 'fail', wrong: ['scope.missing', 'token.expires'] }
const BLOCKED: Standing = { status: 'warn', wrong: ['phone.blocked 1'] }
const TWO_BLOCKED: Standing = { status: 'warn', wrong: ['phone.blocked 1', 'phone.blocked 2'] }
const UNSUBSCRIBED: Standing = { status: 'warn', wrong: ['account.unsubscribed'] }

const messages = ({ sent }: Hours) =>
  sent.map(({ event, previousStatus, status, atMs }) => [event, previousStatus, status, atMs] as const)

describe('what is sent, and when', () => {
  test('nothing for a start that passes', () => {
    const hours = new Hours()
    hours.becomes(PASS)
    hours.pass(HOUR_MS)
    expect(hours.sent).toEqual([])
  })

  test('a token that dies: one message after a second', () => {
    const hours = new Hours()
    hours.becomes(PASS)
    hours.pass(HOUR_MS)
    hours.becomes(REVOKED, { hasDrifted: true })
    hours.pass(HOUR_MS)
    expect(messages(hours)).toEqual([['status.changed', 'pass', 'fail', HOUR_MS + TOGETHER_MS]])
  })

  test('a first verdict that refuses: one message, without a status before', () => {
    const hours = new Hours()
    hours.becomes(REVOKED)
    hours.pass(HOUR_MS)
    expect(messages(hours)).toEqual([['status.changed', null, 'fail', TOGETHER_MS]])
  })

  test('a start that passes with a warning: one message', () => {
    const hours = new Hours()
    hours.becomes(BLOCKED)
    hours.pass(HOUR_MS)
    expect(messages(hours)).toEqual([['status.changed', null, 'warn', TOGETHER_MS]])
  })

  test('what comes within the second is in the one message', () => {
    const hours = new Hours()
    hours.becomes(PASS)
    hours.becomes(SCOPE)
    hours.pass(TOGETHER_MS - 1)
    hours.becomes(BOTH)
    hours.pass(HOUR_MS)
    expect(hours.sent.map(({ said }) => said)).toEqual([BOTH])
  })

  test('nothing for what is over within the second', () => {
    const hours = new Hours()
    hours.becomes(PASS)
    hours.becomes(REVOKED)
    hours.pass(TOGETHER_MS - 1)
    hours.becomes(PASS)
    hours.pass(HOUR_MS)
    expect(hours.sent).toEqual([])
  })

  test('a recovery after it has held for five minutes', () => {
    const hours = new Hours()
    hours.becomes(PASS)
    hours.becomes(REVOKED)
    hours.pass(10 * MINUTE_MS)
    hours.becomes(PASS)
    hours.pass(HOUR_MS)
    expect(messages(hours).at(-1)).toEqual(['status.changed', 'fail', 'pass', 10 * MINUTE_MS + QUIET_MS])
  })

  test('a token that flaps for an hour: one message', () => {
    const hours = new Hours()
    hours.becomes(PASS)
    for (let minute = 0; minute < 60; minute++) {
      hours.becomes(minute % 2 === 0 ? REVOKED : PASS)
      hours.pass(MINUTE_MS)
    }
    expect(messages(hours)).toEqual([['status.changed', 'pass', 'fail', TOGETHER_MS]])
  })

  test('another reason of the same status: five minutes after the last message', () => {
    const hours = new Hours()
    hours.becomes(PASS)
    hours.becomes(REVOKED)
    hours.pass(MINUTE_MS)
    hours.becomes(SCOPE)
    hours.pass(HOUR_MS)
    expect(messages(hours)[1]).toEqual(['findings.changed', 'fail', 'fail', TOGETHER_MS + QUIET_MS])
  })

  test('another number that is blocked: a drift', () => {
    const hours = new Hours()
    hours.becomes(BLOCKED)
    hours.pass(HOUR_MS)
    hours.becomes(TWO_BLOCKED, { hasDrifted: true })
    hours.pass(HOUR_MS)
    expect(messages(hours)[1]).toEqual(['token.drift', 'warn', 'warn', HOUR_MS + TOGETHER_MS])
  })

  test('a refusal does not wait behind a warning that was just sent', () => {
    const hours = new Hours()
    hours.becomes(PASS)
    hours.becomes(UNSUBSCRIBED)
    hours.pass(MINUTE_MS)
    hours.becomes(REVOKED)
    hours.pass(HOUR_MS)
    expect(messages(hours)[1]).toEqual(['status.changed', 'warn', 'fail', MINUTE_MS + TOGETHER_MS])
  })

  test('a reminder each day while the status is fail, or something is blocked', () => {
    for (const [standing, times] of [
      [REVOKED, 3],
      [BLOCKED, 3],
      [UNSUBSCRIBED, 0],
    ] as const) {
      const hours = new Hours()
      hours.becomes(PASS)
      hours.becomes(standing)
      hours.pass(TOGETHER_MS + 3 * REPEAT_MS)
      expect(hours.sent.filter(({ event }) => event === 'status.repeated')).toHaveLength(times)
    }
  })

  test('no reminder where none is wanted, and none once it is over', () => {
    const hours = new Hours(0)
    hours.becomes(REVOKED)
    hours.pass(10 * REPEAT_MS)
    expect(hours.sent).toHaveLength(1)
    const over = new Hours()
    over.becomes(REVOKED)
    over.pass(HOUR_MS)
    over.becomes(PASS)
    over.pass(10 * REPEAT_MS)
    expect(over.sent).toHaveLength(2)
  })

  test('each threshold of the expiry once, at once, and without a second message for its finding', () => {
    const hours = new Hours()
    const expiring = { expiresAtMs: 1, thresholdMs: 7 }
    hours.becomes(PASS)
    hours.becomes({ status: 'warn', wrong: ['token.expires_soon'] }, { expiring })
    hours.pass(HOUR_MS)
    hours.becomes({ status: 'warn', wrong: ['token.expires_soon'] }, { expiring: { ...expiring, thresholdMs: 1 } })
    hours.pass(HOUR_MS)
    expect(messages(hours)).toEqual([
      ['token.expires_soon', 'pass', 'warn', 0],
      ['token.expires_soon', 'warn', 'warn', HOUR_MS],
    ])
  })

  test('what waits is sent at a stop, and nothing else is', () => {
    const hours = new Hours()
    hours.becomes(PASS)
    hours.becomes(REVOKED)
    hours.pass(MINUTE_MS)
    hours.becomes(PASS)
    hours.stop()
    hours.stop()
    expect(messages(hours).map(([, , status]) => status)).toEqual(['fail', 'pass'])
  })
})

/** Minutes and seconds, so that what is close together happens too. */
const gap = fc.oneof(fc.integer({ min: 1, max: 3_000 }), fc.integer({ min: 1, max: 1_200_000 }))
const standing = fc.constantFrom(PASS, PASS, REVOKED, SCOPE, BOTH, BLOCKED, TWO_BLOCKED, UNSUBSCRIBED)
const someHours = fc.array(fc.tuple(standing, gap, fc.integer({ min: -HOUR_MS, max: 0 })), {
  minLength: 1,
  maxLength: 60,
})
const isReminder = ({ event }: SentAlert) => event === 'status.repeated'

function played(steps: readonly (readonly [Standing, number, number])[], setsClock = false): Hours {
  const hours = new Hours(HOUR_MS)
  for (const [next, ms, backMs] of steps) {
    if (setsClock) hours.setClock(backMs)
    hours.becomes(next)
    hours.pass(ms)
  }
  return hours
}

describe('over random hours', () => {
  const properties = (name: string, holds: (hours: Hours, last: Standing) => void) =>
    test(name, () => {
      fc.assert(
        fc.property(someHours, (steps) => {
          const last = steps.at(-1)?.[0] ?? PASS
          holds(played(steps), last)
        }),
        { numRuns: 400 },
      )
    })

  properties('no message says what the one before it said, but for reminders', ({ sent }) => {
    for (const [at, message] of sent.entries())
      if (at > 0 && !isReminder(message)) expect(message.said).not.toEqual(sent[at - 1]?.said as Standing)
  })

  properties('one message in five minutes, but for a change to fail and reminders', ({ sent }) => {
    for (const [at, message] of sent.entries()) {
      const before = sent[at - 1]
      if (before === undefined || isReminder(message)) continue
      const isChangeToFail = message.status === 'fail' && message.previousStatus !== 'fail'
      if (!isChangeToFail) expect(message.atMs - before.atMs).toBeGreaterThanOrEqual(QUIET_MS)
      const failed = sent.slice(0, at).findLast(({ status }) => status === 'fail')
      if (isChangeToFail && failed !== undefined) expect(message.atMs - failed.atMs).toBeGreaterThanOrEqual(QUIET_MS)
    }
  })

  properties('after five quiet minutes the last message says what stands', (hours, last) => {
    hours.pass(QUIET_MS + TOGETHER_MS)
    const said = hours.sent.at(-1)?.said ?? PASS
    expect(said).toEqual(last)
  })

  test('a clock that is set back lengthens no wait', () => {
    fc.assert(
      fc.property(someHours, (steps) => {
        expect(messages(played(steps, true))).toEqual(messages(played(steps)))
      }),
      { numRuns: 400 },
    )
  })
})
