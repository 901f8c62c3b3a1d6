import { expect, test } from 'bun:test'
import { APP, deadToken, liveToken, policy } from '../verification/verification.fake.ts'
import { planFor } from './plan.ts'

const IN_60_DAYS = 60 * 86_400_000
const demands = (expiry: 'never' | 'rotate') => ({ ...policy(), expiry })

test.each([
  ['rotate', 'an expiring token', liveToken({ expiresAt: IN_60_DAYS }), 'refresh'],
  ['rotate', 'one that never expires', liveToken({ expiresAt: 'never' }), 'create'],
  ['never', 'an expiring token', liveToken({ expiresAt: IN_60_DAYS }), 'create'],
  ['never', 'one that never expires', liveToken({ expiresAt: 'never' }), 'create'],
] as const)('under %s the successor of %s keeps its kind or corrects it', (expiry, _what, facts, kind) => {
  expect(planFor(facts, demands(expiry)).kind).toBe(kind)
})

test.each([
  ['nothing is known of', undefined, 'dead'],
  ['is dead', deadToken('revoked'), 'dead'],
  ['is of another app', liveToken({ appId: '1' }), 'another app'],
  ['is not shown to this app', { about: 'token', kind: 'foreign', reason: null as never }, 'another app'],
  ["is a person's", liveToken({ type: 'USER' }), 'USER'],
  ['has no user', liveToken({ userId: null }), 'whose'],
] as const)('there is no successor for a token that %s', (_what, facts, why) => {
  expect(planFor(facts, { ...demands('never'), appId: APP })).toEqual({
    kind: 'impossible',
    why: expect.stringContaining(why),
  })
})

test('a created token gets the old scopes and those demanded; no alternative is added if one is there', () => {
  const facts = liveToken({ scopes: ['a', 'new_name'] })
  const requiredScopes = [['a'], ['old_name', 'new_name'], ['b', 'c']]
  expect(planFor(facts, { ...demands('never'), requiredScopes })).toMatchObject({ scopes: ['a', 'new_name', 'b'] })
})
