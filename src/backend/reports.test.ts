import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  GOOD,
  inService,
  MINUTE_MS,
  REVOKED,
  saying,
  SECOND_MS,
  silence,
  TOKEN_ALONE,
  type Bench,
} from '../guard/guard.fake.ts'
import { afterLook, NO_PAUSE, waitMs } from './pausing.ts'
import { Reports, type ReportReceived } from './reports.ts'

const ENDED = { error: { message: 'm', type: 'OAuthException', code: 190 } }
const INTERVAL_MS = 5 * MINUTE_MS

async function reporting(checkIntervalMs = INTERVAL_MS) {
  const all = await inService({ policy: TOKEN_ALONE, checkIntervalMs })
  const received: ReportReceived[] = []
  const stop = new AbortController()
  const reports = new Reports({
    guard: all.guard,
    config: { businessAccountId: null, phoneNumberIds: [], appId: null, checkIntervalMs },
    clock: all.clock,
    onReport: (event) => received.push(event),
    stopping: stop.signal,
  })
  return { ...all, reports, received, stop }
}

/** How many requests come while this much time passes. */
async function asksIn({ asked, clock }: Pick<Bench, 'asked' | 'clock'>, ms: number): Promise<number> {
  const before = asked.length
  await clock.advance(ms)
  return asked.length - before
}

test('a report has the token verified at once, whatever the interval', async () => {
  const all = await reporting()
  all.play(REVOKED)
  all.reports.take(ENDED)
  expect(await asksIn(all, 0)).toBe(1)
  await all.clock.advance(SECOND_MS)
  expect(all.guard.health().verdict).toBe('refused')
  expect(all.received).toEqual([{ type: 'report.received', about: 'error', what: '190', concerns: true }])
})

test('a report of something else has nothing verified', async () => {
  const all = await reporting()
  all.reports.take({ error: { message: 'm', code: 131047 } })
  all.reports.take(undefined)
  expect(await asksIn(all, MINUTE_MS)).toBe(0)
  expect(all.received.map(({ concerns }) => concerns)).toEqual([false, false])
})

test('a report within the pause is not lost: it counts when the pause is over', async () => {
  const all = await reporting()
  all.reports.take(ENDED)
  expect(await asksIn(all, 3 * SECOND_MS)).toBe(1)
  all.play(REVOKED)
  for (let times = 0; times < 1_000; times++) all.reports.take(ENDED)
  expect(await asksIn(all, 7 * SECOND_MS - 1)).toBe(0)
  expect(await asksIn(all, 1)).toBe(1)
  await all.clock.advance(SECOND_MS)
  expect(all.guard.health().verdict).toBe('refused')
})

test('an hour of reports, one a second, that change nothing', async () => {
  const all = await reporting()
  const looks: number[] = []
  for (let second = 0; second < 3_600; second++) {
    all.reports.take(ENDED)
    const asks = await asksIn(all, SECOND_MS)
    looks.push(...Array.from({ length: asks }, () => second))
  }
  // 12 are those of the interval itself.
  expect(looks.length).toBeLessThanOrEqual(28)
  expect(looks.slice(0, 5)).toEqual([0, 9, 29, 69, 149])
})

test('a report that changes something ends the long pause', async () => {
  const all = await reporting()
  for (const seconds of [10, 20, 40]) {
    all.reports.take(ENDED)
    await all.clock.advance(seconds * SECOND_MS)
  }
  all.play(REVOKED)
  all.reports.take(ENDED)
  await all.clock.advance(2 * SECOND_MS)
  expect(all.guard.health().verdict).toBe('refused')
  all.play(GOOD)
  all.reports.take(ENDED)
  await all.clock.advance(8 * SECOND_MS)
  expect(all.guard.health().verdict).toBe('verified')
})

test('a wait for throttling holds', async () => {
  const all = await reporting()
  all.play(saying(silence('graph.rate_limited')))
  await all.clock.advance(INTERVAL_MS)
  all.asked.length = 0
  all.reports.take(ENDED)
  expect(await asksIn(all, INTERVAL_MS)).toBe(0)
})

test('throttling that begins within the pause holds too', async () => {
  const all = await reporting(MINUTE_MS)
  await all.clock.advance(MINUTE_MS - 5 * SECOND_MS)
  all.reports.take(ENDED)
  await all.clock.advance(0)
  all.reports.take(ENDED)
  all.play(saying(silence('graph.rate_limited')))
  await all.clock.advance(6 * SECOND_MS)
  expect(await asksIn(all, 30 * SECOND_MS)).toBe(0)
})

test('a stop ends what is to come', async () => {
  const all = await reporting()
  all.reports.take(ENDED)
  await all.clock.advance(0)
  all.reports.take(ENDED)
  all.stop.abort()
  expect(await asksIn(all, MINUTE_MS)).toBe(0)
})

describe('the pause', () => {
  test('looks never come more often than every ten seconds, nor more rarely than the interval demands', () => {
    const times = fc.array(fc.tuple(fc.integer({ min: 0, max: 900_000 }), fc.boolean()), { maxLength: 60 })
    fc.assert(
      fc.property(times, fc.integer({ min: 1_000, max: 3_600_000 }), (reports, intervalMs) => {
        let pausing = NO_PAUSE
        let nowMs = 0
        for (const [afterMs, hasChanged] of reports) {
          nowMs += afterMs
          const before = pausing.lookedAtMs
          const lookMs = nowMs + waitMs(pausing, nowMs)
          if (before !== null) expect(lookMs - before).toBeGreaterThanOrEqual(10_000)
          pausing = afterLook(pausing, lookMs, hasChanged, intervalMs)
          expect(waitMs(pausing, lookMs)).toBeLessThanOrEqual(Math.max(10_000, intervalMs))
          nowMs = lookMs
        }
      }),
    )
  })

  test('is short again after an interval without reports', () => {
    let pausing = afterLook(NO_PAUSE, 0, false, INTERVAL_MS)
    for (const nowMs of [10_000, 30_000, 70_000]) pausing = afterLook(pausing, nowMs, false, INTERVAL_MS)
    expect(pausing.pauseMs).toBe(80_000)
    expect(afterLook(pausing, 70_000 + 80_000 + INTERVAL_MS - 1, false, INTERVAL_MS).pauseMs).toBe(160_000)
    expect(afterLook(pausing, 70_000 + 80_000 + INTERVAL_MS, false, INTERVAL_MS).pauseMs).toBe(10_000)
  })
})
