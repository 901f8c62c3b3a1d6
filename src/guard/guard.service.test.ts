import { describe, expect, test } from 'bun:test'
import { deadToken, liveToken, SCOPES } from '../verification/verification.fake.ts'
import {
  bench,
  GOOD,
  HANGING,
  inService,
  MINUTE_MS,
  otherToken,
  REVOKED,
  saying,
  SECOND_MS,
  settled,
  silence,
  SILENT,
  TOKEN_ALONE,
  type Script,
} from './guard.fake.ts'

const ALONE = { policy: TOKEN_ALONE }
const INTERVAL_MS = 5 * MINUTE_MS
const HOUR_MS = 60 * MINUTE_MS

describe('in service', () => {
  test('ten intervals are ten requests', async () => {
    const { clock, asked, newEvents } = await inService(ALONE)
    const atBoot = asked.length
    await clock.advance(10 * INTERVAL_MS)
    expect(asked.slice(atBoot)).toEqual(Array.from({ length: 10 }, () => 'token'))
    expect(newEvents()).toEqual(Array.from({ length: 10 }, () => 'check.verified'))
  })

  test('assets are asked for once in their own interval, with the token', async () => {
    const { clock, asked } = await inService()
    asked.length = 0
    const times = async (intervals: number) => {
      asked.length = 0
      await clock.advance(intervals * INTERVAL_MS)
      const assets = ['account', 'numbers', 'phone:700700700700703', 'subscriptions'] as const
      return ['token' as const, ...assets].map((question) => asked.filter((each) => each === question).length)
    }
    expect(await times(3)).toEqual([3, 1, 1, 1, 1])
    expect(await times(2)).toEqual([2, 0, 0, 0, 0])
    expect(await times(1)).toEqual([1, 1, 1, 1, 1])
  })

  test('a verified boot is not reported again', async () => {
    const { events, clock } = await inService(ALONE)
    await clock.advance(INTERVAL_MS)
    expect(events.map(({ type }) => type)).toEqual(['check.verified'])
  })

  test('after a start without an answer everything is asked for every 15 s, until the first answer', async () => {
    const all = bench(SILENT)
    expect(await settled(all, all.guard.boot())).toBe('unverified')
    void all.guard.run()
    all.newEvents()
    all.asked.length = 0
    await all.clock.advance(30 * SECOND_MS)
    expect([all.asked.length, all.newEvents('check.unverified')]).toEqual([10, []])
    all.play(GOOD)
    await all.clock.advance(15 * SECOND_MS)
    expect(all.newEvents('check.verified')).toEqual(['boot.verified'])
    all.asked.length = 0
    await all.clock.advance(MINUTE_MS)
    expect(all.asked).toEqual([])
  })

  test('probes do not change that, and get the same object until something changes', async () => {
    const { guard, clock, asked } = await inService(ALONE)
    const before = guard.health()
    for (let probe = 0; probe < 10_000; probe++) expect(guard.health()).toBe(before)
    await clock.advance(INTERVAL_MS)
    expect(asked.length).toBe(2)
    expect(guard.health()).not.toBe(before)
  })

  test('a refusal is reported once, and its end once', async () => {
    const { guard, clock, play, newEvents } = await inService(ALONE)
    play(REVOKED)
    await clock.advance(3 * INTERVAL_MS)
    expect(newEvents()).toEqual(['check.refusal_suspected', 'token.drift', 'token.refused'])
    expect(guard.health()).toMatchObject({ status: 'fail', verdict: 'refused' })
    play(GOOD)
    await clock.advance(3 * INTERVAL_MS)
    expect(newEvents('check.verified')).toEqual(['token.drift', 'token.recovered'])
    expect(guard.health()).toMatchObject({ status: 'pass', verdict: 'verified' })
  })

  test('a refused token is verified once per interval', async () => {
    const { clock, asked, play } = await inService(ALONE)
    play(REVOKED)
    await clock.advance(INTERVAL_MS + SECOND_MS)
    asked.length = 0
    await clock.advance(10 * INTERVAL_MS)
    expect(asked.length).toBe(10)
  })

  test('a further refusal is confirmed on its own when one is known already', async () => {
    const { clock, events, play } = await inService(ALONE)
    play(saying(liveToken({ scopes: SCOPES.slice(1) })))
    await clock.advance(INTERVAL_MS + SECOND_MS)
    play(saying(liveToken({ scopes: SCOPES.slice(2) })))
    await clock.advance(INTERVAL_MS + SECOND_MS)
    const suspected = events.flatMap((event) => (event.type === 'check.refusal_suspected' ? [event.findings] : []))
    expect(suspected.map((findings) => findings.map(({ expected }) => expected))).toEqual([
      [SCOPES[0] as string],
      [SCOPES[1] as string],
    ])
  })

  test('one odd answer changes nothing', async () => {
    const { guard, clock, asked, play, newEvents } = await inService(ALONE)
    const timesBefore = asked.length
    play((question, times) => (times === timesBefore + 1 ? REVOKED : GOOD)(question, times))
    await clock.advance(2 * INTERVAL_MS)
    expect(newEvents('check.verified')).toEqual(['check.refusal_suspected'])
    expect(guard.health().status).toBe('pass')
  })

  test('silence leaves the last answer in force, and is reported at each check', async () => {
    const { guard, clock, play, newEvents } = await inService(ALONE)
    play(SILENT)
    await clock.advance(3 * INTERVAL_MS)
    expect(newEvents()).toEqual(Array.from({ length: 3 }, () => 'check.unverified'))
    expect(guard.health()).toMatchObject({ status: 'warn', verdict: 'verified' })
    expect(guard.health().findings.map(({ code }) => code)).toEqual(['graph.unreachable'])
  })

  test('five unanswered questions with one cause are one finding', async () => {
    const { clock, events, play } = await inService({ assetIntervalMs: INTERVAL_MS })
    play(SILENT)
    await clock.advance(INTERVAL_MS)
    expect(events.at(-1)).toMatchObject({ type: 'check.unverified', findings: [{ code: 'graph.unreachable' }] })
  })

  test('refusals that follow from a dead token are not reported again', async () => {
    const { clock, play, newEvents } = await inService({ assetIntervalMs: INTERVAL_MS })
    play((question) => (question === 'token' ? deadToken('revoked') : silence('graph.unrecognised', true)))
    await clock.advance(2 * INTERVAL_MS)
    expect(newEvents()).toEqual(['check.refusal_suspected', 'token.drift', 'token.refused'])
  })

  test('throttling doubles the interval up to an hour, and a calm check ends that', async () => {
    const { clock, asked, play } = await inService(ALONE)
    play(saying(silence('graph.rate_limited')))
    const asksIn = async (ms: number) => {
      const before = asked.length
      await clock.advance(ms)
      return asked.length - before
    }
    expect(await asksIn(INTERVAL_MS)).toBe(1)
    for (const minutes of [10, 20, 40, 60, 60]) {
      expect(await asksIn((minutes - 1) * MINUTE_MS)).toBe(0)
      expect(await asksIn(MINUTE_MS)).toBe(1)
    }
    play(GOOD)
    await clock.advance(HOUR_MS)
    expect(await asksIn(INTERVAL_MS)).toBe(1)
  })
})

describe('debug_token', () => {
  const deadAndSlow: Script = (question) => (question === 'token' ? deadToken('revoked') : 'hang')

  test('counts at once, and waits for no read that hangs', async () => {
    const all = await inService({ assetIntervalMs: INTERVAL_MS })
    all.play(deadAndSlow)
    await all.clock.advance(INTERVAL_MS + SECOND_MS)
    expect(all.guard.health()).toMatchObject({ status: 'fail', verdict: 'refused' })
    await all.clock.advance(SECOND_MS)
    expect(all.newEvents()).toEqual(['check.refusal_suspected', 'token.drift', 'token.refused'])
  })

  test('is announced together with the reads that come soon', async () => {
    const all = await inService({ assetIntervalMs: INTERVAL_MS })
    all.play(() => silence('graph.failing'))
    await all.clock.advance(INTERVAL_MS)
    all.play(REVOKED)
    await all.clock.advance(INTERVAL_MS + SECOND_MS)
    const refused = all.events.find(({ type }) => type === 'token.refused')
    expect(refused).toMatchObject({ findings: [{ code: 'token.revoked' }] })
  })
})

describe('stop', () => {
  test.each([GOOD, HANGING])('ends every wait and request at once (%#)', async (script) => {
    const { guard, clock, asked, play, newEvents } = await inService(ALONE)
    play(script)
    await clock.advance(INTERVAL_MS + SECOND_MS)
    newEvents()
    guard.stop()
    await clock.advance(0)
    asked.length = 0
    expect(clock.sleepers()).toBe(0)
    await clock.advance(HOUR_MS)
    expect([asked, newEvents()]).toEqual([[], []])
  })

  test('ends the trial of a candidate', async () => {
    const all = await inService()
    const done = all.guard.reload(otherToken(all, HANGING))
    await all.clock.advance(0)
    all.newEvents()
    all.guard.stop()
    await all.clock.advance(0)
    expect([await done, all.newEvents(), all.clock.sleepers()]).toEqual(['withdrawn', [], 0])
  })
})

describe('check', () => {
  test('on demand is shared by callers at the same time', async () => {
    const all = await inService()
    all.asked.length = 0
    await settled(all, Promise.all([all.guard.check(), all.guard.check(), all.guard.check()]))
    expect(all.asked.toSorted()).toEqual(['account', 'numbers', 'phone:700700700700703', 'subscriptions', 'token'])
  })

  test('that hangs does not overlap with another', async () => {
    const all = await inService({ ...ALONE, checkIntervalMs: SECOND_MS, assetIntervalMs: HOUR_MS })
    let [running, most] = [0, 0]
    all.asked.push = (...questions) => {
      running += questions.length
      most = Math.max(most, running)
      void all.clock.sleep(4 * SECOND_MS).then(() => (running -= questions.length))
      return running
    }
    all.play(HANGING)
    await all.clock.advance(MINUTE_MS)
    expect(most).toBe(1)
  })
})
