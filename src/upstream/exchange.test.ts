import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { heard } from '../guard/health.fake.ts'
import { anyAnswers, anyPolicy } from '../verification/facts.fake.ts'
import { liveToken, NOW_MS } from '../verification/verification.fake.ts'
import { readAnswer, readQuestion, writeAnswer, writeQuestion } from './exchange.ts'

const TOKEN = 'EAAq7Xw9Kd3Lm5Pv8Rt2Yb'
const SUBJECT = { fingerprint: '0123456789ab', policy: 'fedcba9876543210' }
const NONCE = '0123456789abcdef0123456789abcdef'
const OTHER_NONCE = 'f'.repeat(32)
const ASKED_AT = { wallMs: NOW_MS, monotonicMs: 70_000 }

describe('a question', () => {
  const query = writeQuestion(SUBJECT, NONCE, TOKEN)

  test('is read by who holds the token, under the same policy', () => {
    expect(readQuestion(query, SUBJECT, TOKEN)).toBe(NONCE)
    expect(query).not.toContain(TOKEN)
  })

  test.each([
    ['another token', query, SUBJECT, 'EAAother'],
    ['another fingerprint', query, { ...SUBJECT, fingerprint: 'x' }, TOKEN],
    ['another policy', query, { ...SUBJECT, policy: 'x' }, TOKEN],
    ['a proof of another nonce', query.replace(NONCE, OTHER_NONCE), SUBJECT, TOKEN],
    ['no proof', query.replace(/&proof=.*/, ''), SUBJECT, TOKEN],
    ['nothing', '', SUBJECT, TOKEN],
  ])('is none with %s', (_what, text, subject, token) => {
    expect(readQuestion(text, subject, token)).toBeNull()
  })
})

describe('an answer', () => {
  const state = heard([liveToken()])
  const answer = writeAnswer(state, 'i1', NOW_MS, NONCE, TOKEN)

  test('gives what was heard, as old as it is, whatever the two clocks say', () => {
    fc.assert(
      fc.property(
        anyAnswers,
        anyPolicy,
        fc.integer({ min: -86_400_000, max: 86_400_000 }),
        (answers, demanded, aheadMs) => {
          const theirs = heard(answers, { demanded })
          const handed = readAnswer(
            writeAnswer(theirs, 'i1', NOW_MS + aheadMs + 5_000, NONCE, TOKEN),
            NONCE,
            TOKEN,
            ASKED_AT,
          )
          for (const { facts, at, clockOffsetMs } of handed?.answers ?? []) {
            const own = [...theirs.answers.values()].find((each) => each.facts.about === facts.about)
            const ageMs = NOW_MS + aheadMs + 5_000 - (own?.at.wallMs ?? 0)
            expect(ASKED_AT.wallMs - at.wallMs).toBe(Math.max(0, ageMs))
            expect(ASKED_AT.monotonicMs - at.monotonicMs).toBe(Math.max(0, ageMs))
            // Graph's clock is the same for both.
            expect(ASKED_AT.wallMs + clockOffsetMs).toBe(NOW_MS + aheadMs + 5_000 + (own?.clockOffsetMs ?? 0))
          }
          expect(handed?.answers).toHaveLength(theirs.answers.size)
        },
      ),
      { numRuns: 100 },
    )
  })

  test.each([
    ['another nonce', answer, OTHER_NONCE, TOKEN],
    ['another token', answer, NONCE, 'EAAother'],
    ['a changed body', { ...answer, body: answer.body.replace('"i1"', '"i2"') }, NONCE, TOKEN],
    ['no proof', { ...answer, proof: '' }, NONCE, TOKEN],
  ])('is none with %s', (_what, given, nonce, token) => {
    expect(readAnswer(given, nonce, token, ASKED_AT)).toBeNull()
  })

  test('of another version, or that is none, is none', () => {
    for (const body of ['{}', 'null', '<html>', '{"version":2}']) {
      const { proof } = writeAnswer(state, 'i1', NOW_MS, NONCE, TOKEN)
      expect(readAnswer({ body, proof }, NONCE, TOKEN, ASKED_AT)).toBeNull()
    }
  })
})
