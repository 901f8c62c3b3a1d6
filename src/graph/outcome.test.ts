import { describe, expect, test } from 'bun:test'
import type { Silence } from '../verification/silence.ts'
import {
  account,
  accountNotShown,
  deadToken,
  foreignToken,
  liveToken,
  numbers,
  phone,
} from '../verification/verification.fake.ts'
import { outcomeOf, REQUEST_OUTCOMES } from './outcome.ts'

const silent = (code: Silence['code'], isRefusal = false) =>
  outcomeOf({ kind: 'silent', silence: { code, what: '', observed: '', isRefusal } })

describe('a request', () => {
  test.each([liveToken(), account(), phone(), numbers([])])('that brought data is ok', (facts) => {
    expect(outcomeOf({ kind: 'answered', facts })).toBe('ok')
  })

  test.each([deadToken('revoked'), foreignToken(), accountNotShown('unassigned'), accountNotShown('locked')])(
    'that brought a definite no is refused',
    (facts) => {
      expect(outcomeOf({ kind: 'answered', facts })).toBe('refused')
    },
  )

  test.each([
    ['inspector.denied', 'denied'],
    ['inspector.rejected', 'denied'],
    ['inspector.proof_required', 'denied'],
    ['graph.version_unknown', 'denied'],
    ['graph.rate_limited', 'rate_limited'],
    ['graph.failing', 'failing'],
    ['graph.unreachable', 'unreachable'],
    ['graph.nonsense', 'nonsense'],
    ['graph.unrecognised', 'unrecognised'],
  ] as const)('without a definite answer, %s, is %s', (code, outcome) => {
    expect(silent(code)).toBe(outcome)
    expect(REQUEST_OUTCOMES).toContain(outcome)
  })

  test('of an edge that is refused is denied', () => {
    expect(silent('graph.unrecognised', true)).toBe('denied')
  })
})
