import { describe, expect, test } from 'bun:test'
import { liveToken, SCOPES } from '../verification/verification.fake.ts'
import {
  FINGERPRINT,
  inService,
  MINUTE_MS,
  otherToken,
  REVOKED,
  saying,
  SECOND_MS,
  settled,
  SILENT,
  TOKEN_ALONE,
} from './guard.fake.ts'

const INTERVAL_MS = 5 * MINUTE_MS

describe('drift', () => {
  test('is kept for operators, the newest first, at most fifty', async () => {
    const all = await inService({ policy: TOKEN_ALONE, checkIntervalMs: SECOND_MS })
    for (let turn = 0; turn < 60; turn++) {
      all.play(saying(liveToken({ scopes: [...SCOPES, `extra_${turn}`] })))
      await all.clock.advance(1.1 * SECOND_MS)
    }
    expect(all.guard.past.drifts).toHaveLength(50)
    const [newest, next] = all.guard.past.drifts
    expect(newest).toMatchObject({ field: 'scopes', after: expect.arrayContaining(['extra_59']) })
    expect(newest?.atMs).toBeGreaterThan(next?.atMs ?? 0)
  })

  test('of a huge list is cut', async () => {
    const all = await inService({ policy: TOKEN_ALONE })
    all.play(saying(liveToken({ scopes: [...SCOPES, ...Array.from({ length: 9_000 }, (_, at) => `scope_${at}`)] })))
    await all.clock.advance(INTERVAL_MS)
    expect(JSON.stringify(all.guard.past.drifts).length).toBeLessThan(10_000)
  })
})

test('each verification is counted by how it ended', async () => {
  const all = await inService({ policy: TOKEN_ALONE })
  expect(all.checked).toEqual(['verified'])
  all.play(SILENT)
  await all.clock.advance(INTERVAL_MS)
  all.play(REVOKED)
  await all.clock.advance(INTERVAL_MS + SECOND_MS)
  expect(all.checked).toEqual(['verified', 'unverified', 'refused'])
})

describe('the same token with other credentials', () => {
  test('takes over without counting as another token, and changes made meanwhile are drift', async () => {
    const all = await inService({ policy: TOKEN_ALONE })
    const same = otherToken(all, saying(liveToken({ scopes: [...SCOPES, 'email'] })), FINGERPRINT)
    expect(await settled(all, all.guard.reload(same))).toBe('passed')
    expect(all.newEvents()).toEqual(['token.drift'])
    expect(all.guard.token).toBe(same)
  })
})
