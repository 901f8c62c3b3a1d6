import { expect, test } from 'bun:test'
import { DAY_MS, deadToken, liveToken, NOW_MS, policy } from '../verification/verification.fake.ts'
import { createAnnouncer } from './announce.ts'
import type { GuardEvent } from './events.ts'
import { healthAt } from './health.ts'
import { recorded, type DriftRecord } from './history.ts'
import { next, NOTHING_KNOWN } from './state.ts'

const ROTATING = policy({ expiry: 'rotate', staleAfterMs: 20 * DAY_MS })
const at = (ms: number) => ({ wallMs: NOW_MS + ms, monotonicMs: ms })

/** The health of a token with so long to live, so long after its last answer. */
function healthOf(leftMs: number, ageMs = 0, demanded = ROTATING) {
  const facts = liveToken({ expiresAt: NOW_MS + ageMs + leftMs })
  const answer = { facts, askedAt: at(0), at: at(0), clockOffsetMs: 0 }
  return healthAt(next(NOTHING_KNOWN, [{ kind: 'answered', answer }], demanded, at(0)), demanded, at(ageMs))
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

test('the history keeps a value whole up to its bound, and cuts what is longer', () => {
  const drift = (after: string) => ({ field: 'scopes', before: null, after }) as unknown as DriftRecord
  // Two characters of JSON are the quotes.
  const [longest, longer] = ['x'.repeat(3_998), 'x'.repeat(3_999)]
  expect(recorded([], drift(longest))[0]?.after).toBe(longest)
  expect(recorded([], drift(longer))[0]?.after).toBe(`"${longer}…`)
})

test('a refusal is told with its findings', () => {
  const { events, announce } = announcing()
  const answer = { facts: deadToken('revoked'), askedAt: at(0), at: at(0), clockOffsetMs: 0 }
  announce(healthAt(next(NOTHING_KNOWN, [{ kind: 'answered', answer }], ROTATING, at(0)), ROTATING, at(0)))
  expect(events).toMatchObject([{ type: 'token.refused', findings: [{ code: 'token.revoked' }] }])
})
