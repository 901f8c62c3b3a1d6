import { describe, expect, test } from 'bun:test'
import {
  bench,
  GOOD,
  inService,
  MINUTE_MS,
  REVOKED,
  SECOND_MS,
  settled,
  silence,
  SILENT,
  TOKEN_ALONE,
  type Bench,
  type Script,
} from '../guard/guard.fake.ts'
import type { Alert } from './alert.ts'
import { Alerts } from './alerts.ts'
import { NOTHING_SENT } from './policy.ts'

const HOUR_MS = 60 * MINUTE_MS
const SENDER = { service: 'whatsapp-token-guard', instance: 'web-1' }
const QUICK = { policy: TOKEN_ALONE, checkIntervalMs: 10 * SECOND_MS }

/** What would be sent about a guard, and to whom a start that passes says so. */
function alertsOf({ guard, clock }: Bench) {
  const sent: Alert[] = []
  const closing: Alert[] = []
  const courier = { send: (alert: Alert) => sent.push(alert), closeIncidents: (alert: Alert) => closing.push(alert) }
  const alerts = new Alerts({ guard, sender: SENDER, courier, clock, repeatMs: 24 * HOUR_MS, ledger: NOTHING_SENT })
  return { alerts, sent, closing, told: () => sent.map(({ event, status }) => `${event} ${status}`) }
}

async function watched(options: Parameters<typeof inService>[0] = QUICK) {
  const all = await inService(options)
  const seen = alertsOf(all)
  seen.alerts.watch()
  return { all, ...seen }
}

describe('of a guard in service', () => {
  test('a start that passes closes an incident of an earlier process, and sends nothing', async () => {
    const { sent, closing } = await watched()
    expect([sent, closing.map(({ status }) => status)]).toEqual([[], ['pass']])
  })

  test('a token that dies is one message, with what drifted', async () => {
    const { all, sent } = await watched()
    all.play(REVOKED)
    await all.clock.advance(HOUR_MS)
    expect(sent).toMatchObject([
      {
        event: 'status.changed',
        previousStatus: 'pass',
        status: 'fail',
        drifts: [{ field: 'validity', severity: 'error' }],
      },
    ])
  })

  test('a Graph that hiccups for an hour is no message; one that stays away is one, once the answer is old', async () => {
    const { all, told } = await watched()
    const hiccups: Script = (question, times) => (times % 3 === 0 ? silence('graph.failing') : GOOD(question, times))
    all.play(hiccups)
    await all.clock.advance(HOUR_MS)
    expect(told()).toEqual([])
    all.play(SILENT)
    await all.clock.advance(HOUR_MS)
    expect(told()).toEqual(['status.changed warn'])
  })

  test('a token that flaps for an hour is one message, and one at the stop', async () => {
    const { all, alerts, told } = await watched()
    for (let minute = 0; minute < 60; minute++) {
      all.play(minute % 2 === 0 ? REVOKED : GOOD)
      await all.clock.advance(MINUTE_MS)
    }
    expect(told()).toEqual(['status.changed fail'])
    alerts.stop()
    expect(told()).toEqual(['status.changed fail', 'status.changed pass'])
    await all.clock.advance(HOUR_MS)
    expect(told()).toHaveLength(2)
  })

  test('a message that is repeated has an id of its own', async () => {
    const { all, sent } = await watched({
      policy: { ...TOKEN_ALONE, staleAfterMs: 6 * HOUR_MS },
      checkIntervalMs: HOUR_MS,
    })
    all.play(REVOKED)
    await all.clock.advance(52 * HOUR_MS)
    expect(sent.map(({ event }) => event)).toEqual(['status.changed', 'status.repeated', 'status.repeated'])
    expect(new Set(sent.map(({ id }) => id)).size).toBe(3)
  })
})

test.each([
  ['the token is refused', REVOKED],
  ['Graph refuses the one who asks', (() => silence('inspector.rejected')) satisfies Script],
])('a start that would be refused since %s is one message', async (_what, script) => {
  const all = bench(script, QUICK)
  await settled(all, all.guard.boot())
  const { alerts, told } = alertsOf(all)
  alerts.bootRefused('boot.would_refuse')
  void all.guard.run()
  alerts.watch()
  await all.clock.advance(HOUR_MS)
  alerts.bootRefused('boot.would_refuse')
  expect(told()).toEqual(['boot.would_refuse fail'])
})
