import { describe, expect, test } from 'bun:test'
import { liveToken, policy } from '../verification/verification.fake.ts'
import { GOOD, HANGING, inService, MINUTE_MS, saying, SECOND_MS, SILENT, TOKEN_ALONE } from './guard.fake.ts'

const ALONE = { policy: TOKEN_ALONE }
const INTERVAL_MS = 5 * MINUTE_MS
const HOUR_MS = 60 * MINUTE_MS

describe('age', () => {
  test('is reported once, though every check hangs', async () => {
    const { guard, clock, play, newEvents } = await inService({ policy: { ...TOKEN_ALONE, staleStatus: 'fail' } })
    play(HANGING)
    await clock.advance(policy().staleAfterMs)
    expect(guard.health().status).toBe('warn')
    newEvents()
    await clock.advance(MINUTE_MS)
    expect(guard.health()).toMatchObject({ status: 'fail', verdict: 'verified', isStale: true })
    await clock.advance(HOUR_MS)
    expect(newEvents('check.unverified')).toEqual(['token.stale'])
    play(GOOD)
    await clock.advance(INTERVAL_MS)
    expect(newEvents('check.verified', 'check.unverified')).toEqual(['token.fresh'])
  })

  test('counts the time that a machine slept, and then checks at once', async () => {
    const { guard, clock, asked } = await inService(ALONE)
    clock.jumpWall(8 * HOUR_MS)
    expect(guard.health().isStale).toBe(true)
    asked.length = 0
    await clock.advance(15 * SECOND_MS)
    expect(asked.length).toBe(1)
    expect(guard.health().isStale).toBe(false)
  })

  test('does not shrink if a clock is set back', async () => {
    const { guard, clock, play } = await inService(ALONE)
    play(SILENT)
    await clock.advance(policy().staleAfterMs + MINUTE_MS)
    clock.jumpWall(-24 * HOUR_MS)
    expect(guard.health().isStale).toBe(true)
  })

  test('shrinks at once if the clock that made it too high is set back', async () => {
    const { guard, clock } = await inService()
    clock.jumpWall(24 * HOUR_MS)
    expect(guard.health().isStale).toBe(true)
    clock.jumpWall(-24 * HOUR_MS)
    expect(guard.health().isStale).toBe(false)
  })
})

describe('an expiry', () => {
  const DAY_MS = 24 * HOUR_MS

  test('causes one reminder at each step, and a refusal when it passes, without another answer', async () => {
    const rotate = { ...TOKEN_ALONE, expiry: 'rotate', rotateBeforeMs: 14 * DAY_MS, staleAfterMs: 90 * DAY_MS } as const
    const { guard, clock, play, events, newEvents } = await inService({ policy: rotate })
    const endMs = clock.nowMs() + 20 * DAY_MS
    play(saying(liveToken({ expiresAt: endMs })))
    await clock.advance(INTERVAL_MS)
    play(SILENT)
    for (let day = 1; day < 20; day++) {
      clock.jumpWall(DAY_MS)
      await clock.advance(15 * SECOND_MS)
    }
    const days = events.flatMap((event) => (event.type === 'token.expires_soon' ? [event.thresholdMs / DAY_MS] : []))
    expect(days).toEqual([14, 7, 3, 1])
    clock.jumpWall(endMs - clock.nowMs() - SECOND_MS)
    expect(guard.health().verdict).toBe('verified')
    newEvents()
    await clock.advance(16 * SECOND_MS)
    expect(guard.health().findings.map(({ code }) => code)).toContain('token.expired')
    expect(newEvents('check.unverified')).toEqual(['token.refused'])
  })
})
