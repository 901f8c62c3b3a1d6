import { expect, test } from 'bun:test'
import { DAY_MS, deadToken, liveToken, NOW_MS, policy } from '../verification/verification.fake.ts'
import { createAnnouncer } from './announce.ts'
import type { GuardEvent } from './events.ts'
import { after, heard } from './health.fake.ts'
import { healthAt } from './health.ts'

const ROTATING = policy({ expiry: 'rotate', staleAfterMs: 20 * DAY_MS })

/** The health of a token with so long to live, so long after its last answer. */
function healthOf(leftMs: number, ageMs = 0, demanded = ROTATING) {
  const token = liveToken({ expiresAt: NOW_MS + ageMs + leftMs })
  return healthAt(heard([token], { demanded }), demanded, after(ageMs))
}

function announcing(demanded = ROTATING) {
  const events: GuardEvent[] = []
  return { events, ...createAnnouncer(demanded, (event) => events.push(event)) }
}

test('a reminder comes when less than its step is left, not at the step', () => {
  const { events, announce } = announcing()
  announce(healthOf(14 * DAY_MS))
  expect(events.map(({ type }) => type)).toEqual(['boot.verified'])
  announce(healthOf(14 * DAY_MS - 1))
  expect(events.slice(1)).toMatchObject([{ type: 'token.expires_soon', thresholdMs: 14 * DAY_MS }])
})

test('a stale answer is told with its age', () => {
  const { events, announce } = announcing(policy({ expiry: 'rotate', staleAfterMs: 60_000 }))
  announce(healthOf(100 * DAY_MS, 60_001, policy({ expiry: 'rotate', staleAfterMs: 60_000 })))
  expect(events.at(-1)).toEqual({ type: 'token.stale', ageMs: 60_001, staleAfterMs: 60_000, severity: 'warn' })
})

test('a refusal is told with its findings', () => {
  const { events, announce } = announcing()
  announce(healthAt(heard([deadToken('revoked')], { demanded: ROTATING }), ROTATING, after(0)))
  expect(events).toMatchObject([{ type: 'token.refused', findings: [{ code: 'token.revoked' }] }])
})
