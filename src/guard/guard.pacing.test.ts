import { describe, expect, test } from 'bun:test'
import type { Signals, Usage } from '../graph/headers.ts'
import { account, ACCOUNT, liveToken, OTHER_ID } from '../verification/verification.fake.ts'
import {
  GOOD,
  inService,
  MINUTE_MS,
  otherToken,
  saying,
  SECOND_MS,
  settled,
  silence,
  TOKEN_ALONE,
  type Bench,
} from './guard.fake.ts'

const INTERVAL_MS = 5 * MINUTE_MS
const HOUR_MS = 60 * MINUTE_MS
const BUSINESS = '504030201060708'
const ALONE = { policy: TOKEN_ALONE }
const THROTTLED = saying(silence('graph.rate_limited'))

const usage = (of: Usage['of'], percent: number, regainMs = 0): Partial<Signals> => ({
  usages: [{ of, percent, regainMs }],
})

/** Counts the requests while this much time passes. */
async function asksIn({ asked, clock }: Bench, ms: number): Promise<number> {
  const before = asked.length
  await clock.advance(ms)
  return asked.length - before
}

describe('a usage header', () => {
  const ofBusiness = liveToken({ granularScopes: [{ scope: 'business_management', targetIds: [BUSINESS] }] })
  test.each([
    ['of the app, 74 %', usage('app', 74), 5],
    ['of the app, 75 %', usage('app', 75), 10],
    ["of WhatsApp's kind, of any business", usage({ id: OTHER_ID, type: 'whatsapp' }, 80), 10],
    ['of the configured account', usage({ id: ACCOUNT, type: 'messaging' }, 80), 10],
    ["of the token's business", usage({ id: BUSINESS, type: 'ads_management' }, 80), 10],
    ['of another business', usage({ id: OTHER_ID, type: 'ads_management' }, 100, 10 * HOUR_MS), 5],
  ])('%s: the next check comes after %d minutes', async (_what, signals, minutes) => {
    const all = await inService({ policy: { phoneNumberIds: [] }, assetIntervalMs: 24 * HOUR_MS })
    all.play(saying(ofBusiness), signals)
    await all.clock.advance(INTERVAL_MS)
    expect(await asksIn(all, minutes * MINUTE_MS - SECOND_MS)).toBe(0)
    expect(await asksIn(all, SECOND_MS)).toBe(1)
  })

  test('slows the checks down to at most half the age of a stale answer', async () => {
    const all = await inService(ALONE)
    all.play(GOOD, usage('app', 90))
    await all.clock.advance(INTERVAL_MS)
    for (const minutes of [10, 15, 15]) {
      expect(await asksIn(all, minutes * MINUTE_MS - SECOND_MS)).toBe(0)
      expect(await asksIn(all, SECOND_MS)).toBe(1)
    }
    expect(all.guard.health().isStale).toBe(false)
  })
})

describe('a wait that Graph asks for', () => {
  test('is ignored on a good answer', async () => {
    const all = await inService(ALONE)
    all.play(GOOD, { retryAfterMs: 24 * HOUR_MS })
    await all.clock.advance(INTERVAL_MS)
    expect(await asksIn(all, INTERVAL_MS)).toBe(1)
    expect(all.newEvents()).not.toContain('check.delayed')
  })

  test('is followed on a throttled answer, for at most an hour, and is shown', async () => {
    const all = await inService(ALONE)
    all.play(THROTTLED, { retryAfterMs: 24 * HOUR_MS })
    await all.clock.advance(INTERVAL_MS)
    const nowMs = all.clock.nowMs()
    expect(all.guard.health().plan).toEqual({ nextCheckAtMs: nowMs + HOUR_MS, reason: 'throttled' })
    expect(await asksIn(all, HOUR_MS - SECOND_MS)).toBe(0)
    expect(await asksIn(all, SECOND_MS)).toBe(1)
    expect(all.newEvents().filter((type) => type === 'check.delayed')).toEqual(['check.delayed'])
  })

  test('ends with the next round that is not throttled', async () => {
    const all = await inService(ALONE)
    all.play(THROTTLED)
    await all.clock.advance(3 * INTERVAL_MS)
    all.play(GOOD)
    await all.clock.advance(20 * MINUTE_MS)
    expect(await asksIn(all, INTERVAL_MS)).toBe(1)
    expect(all.guard.health().plan?.reason).toBeNull()
  })

  test('ends with a check on demand, and the next check comes an interval later', async () => {
    const all = await inService(ALONE)
    all.play(THROTTLED, { retryAfterMs: HOUR_MS })
    await all.clock.advance(INTERVAL_MS)
    await all.clock.advance(MINUTE_MS)
    all.play(GOOD)
    await settled(all, all.guard.check())
    expect(all.guard.health()).toMatchObject({ status: 'pass', plan: { reason: null } })
    expect(await asksIn(all, INTERVAL_MS - SECOND_MS)).toBe(0)
    expect(await asksIn(all, SECOND_MS)).toBe(1)
  })

  test('begins anew with a check on demand that is throttled too', async () => {
    const all = await inService(ALONE)
    all.play(THROTTLED, { retryAfterMs: HOUR_MS })
    await all.clock.advance(INTERVAL_MS)
    await all.clock.advance(30 * MINUTE_MS)
    await settled(all, all.guard.check())
    expect(all.guard.health().plan?.nextCheckAtMs).toBe(all.clock.nowMs() + HOUR_MS)
    expect(all.newEvents().filter((type) => type === 'check.delayed')).toEqual(['check.delayed'])
  })

  test('ends when another token takes over', async () => {
    const all = await inService(ALONE)
    all.play(THROTTLED, { retryAfterMs: HOUR_MS })
    await all.clock.advance(INTERVAL_MS)
    const other = otherToken(all, GOOD)
    expect(await settled(all, all.guard.reload(other))).toBe('passed')
    other.asked.length = 0
    await all.clock.advance(INTERVAL_MS)
    expect(other.asked).toEqual(['token'])
  })
})

test('the next check is planned from the start', async () => {
  const all = await inService(ALONE)
  expect(all.guard.health().plan).toEqual({ nextCheckAtMs: all.clock.nowMs() + INTERVAL_MS, reason: null })
})

describe('an answer that Graph gave only in part', () => {
  test('is asked for again at the next check, and its known values stay', async () => {
    const all = await inService({ policy: { phoneNumberIds: [] } })
    const blocked = account({ sending: { canSend: 'BLOCKED', causes: [] } })
    const partial = account({ sending: null, review: null, unread: ['sending', 'review', 'status'], isShortened: true })
    const script = (facts: ReturnType<typeof account>) => (question: string, times: number) =>
      question === 'account' ? facts : GOOD(question as 'token', times)
    all.play(script(blocked))
    await settled(all, all.guard.check())
    all.newEvents()
    all.play(script(partial))
    await settled(all, all.guard.check())
    expect(all.guard.health().findings.map(({ code }) => code)).toEqual(['account.blocked'])
    expect(all.newEvents('check.verified')).toEqual([])
    all.play(script(account()))
    all.asked.length = 0
    await all.clock.advance(INTERVAL_MS)
    expect(all.asked).toContain('account')
    expect(all.guard.health().status).toBe('pass')
    expect(all.newEvents('check.verified')).toEqual(['token.drift'])
  })

  test('because a field was removed is not asked for again, and its known values stay', async () => {
    const all = await inService({ policy: { phoneNumberIds: [] } })
    const blocked = account({ sending: { canSend: 'BLOCKED', causes: [] } })
    const without = account({ sending: null, unread: ['sending'] })
    for (const facts of [blocked, without]) {
      all.play((question, times) => (question === 'account' ? facts : GOOD(question as 'token', times)))
      await settled(all, all.guard.check())
      expect(all.guard.health().findings.map(({ code }) => code)).toEqual(['account.blocked'])
    }
    all.asked.length = 0
    await all.clock.advance(INTERVAL_MS)
    expect(all.asked).not.toContain('account')
  })
})
