import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { anyAnswers, anyPolicy } from '../verification/facts.fake.ts'
import { deadToken, liveToken, NOW_MS, policy } from '../verification/verification.fake.ts'
import { after, heard } from './health.fake.ts'
import { healthAt } from './health.ts'
import { fromRemembered, toRemembered } from './remembered.ts'
import { NOTHING_KNOWN } from './state.ts'

const overJson = (value: unknown): unknown => JSON.parse(JSON.stringify(value))

describe('a state', () => {
  test('means the same when it is read again by another process, at any later time', () => {
    fc.assert(
      fc.property(
        anyAnswers,
        anyPolicy,
        fc.integer({ min: 0, max: 40 * 86_400_000 }),
        fc.nat({ max: 1_000_000 }),
        (answers, demanded, ageMs, monotonicMs) => {
          const state = heard(answers, { demanded })
          const here = after(ageMs)
          const there = { wallMs: here.wallMs, monotonicMs }
          const again = fromRemembered(overJson(toRemembered(state)), there)
          expect(again).not.toBeNull()
          expect(healthAt(again ?? NOTHING_KNOWN, demanded, there)).toEqual(healthAt(state, demanded, here))
        },
      ),
      { numRuns: 200 },
    )
  })

  test('without any answer is valid too', () => {
    expect(fromRemembered(overJson(toRemembered(NOTHING_KNOWN)), after(0))).toEqual(NOTHING_KNOWN)
  })

  test("keeps the answer from before the token's own reads refused it", () => {
    const before = heard([liveToken()]).answers.get('token') ?? null
    for (const each of [before, null]) {
      const state = { ...heard([deadToken('revoked')]), reads: { before: each, calmRounds: 1 } }
      const again = fromRemembered(overJson(toRemembered(state)), after(0))
      expect([again?.reads?.before?.facts, again?.reads?.calmRounds]).toEqual([each?.facts, 1])
    }
  })

  test('holds no time of the monotonic clock', () => {
    const text = JSON.stringify(toRemembered(heard([liveToken()])))
    expect(text).not.toContain('monotonic')
  })

  test('from the future is as old as one from now', () => {
    const json = overJson(toRemembered(heard([liveToken()])))
    const earlier = { wallMs: NOW_MS - 3_600_000, monotonicMs: 0 }
    const again = fromRemembered(json, earlier)
    expect(healthAt(again ?? NOTHING_KNOWN, policy(), earlier).ageMs).toBe(0)
  })
})

describe('an invalid state', () => {
  const good = () => overJson(toRemembered(heard([liveToken()]))) as Record<string, unknown>

  test.each([
    ['nothing', null],
    ['a text', 'x'],
    ['a list', []],
    ['another version', { ...good(), version: 2 }],
    ['no answers', { ...good(), answers: undefined }],
    ['an unknown place', { ...good(), shown: [{ slot: 'token:mood', answer: (good()['answers'] as unknown[])[0] }] }],
    [
      'facts of an unknown kind',
      { ...good(), answers: [{ facts: { about: 'token', kind: 'asleep' }, askedAtMs: 1, atMs: 1, clockOffsetMs: 0 }] },
    ],
    ['an invalid time', { ...good(), lastAttemptAtMs: '2026' }],
  ])('%s is refused', (_what, json) => {
    expect(fromRemembered(json, after(0))).toBeNull()
  })

  test('never throws, whatever it is', () => {
    fc.assert(fc.property(fc.jsonValue(), (json) => expect(fromRemembered(json, after(0))).toBeNull()))
  })
})
