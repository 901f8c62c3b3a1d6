import { describe, expect, test } from 'bun:test'
import type { Result } from '../verification/evidence.ts'
import { questionOf, type Facts, type Question } from '../verification/facts.ts'
import type { Witness } from '../verification/silence.ts'
import {
  account,
  accountNotShown,
  APP,
  because,
  deadToken,
  liveToken,
  phoneNotShown,
  policy,
} from '../verification/verification.fake.ts'
import { NO_SIGNALS } from '../graph/headers.ts'
import { fakeClock } from '../platform/clock.fake.ts'
import { silence } from './guard.fake.ts'
import { after, heard, WELL } from './health.fake.ts'
import { answerFrom, type Timed } from './round.ts'
import { NOTHING_KNOWN, type State } from './state.ts'
import { suspicionOf } from './suspicion.ts'

const timed = (question: Question, result: Result): Timed => ({
  asked: { question, result, signals: NO_SIGNALS },
  askedAt: after(0),
  at: after(0),
})
const answered = (facts: Facts) => timed(questionOf(facts), { kind: 'answered', facts })
const refused = (question: Question, witness: Witness | null, code: 'graph.unrecognised' | 'inspector.rejected') =>
  timed(question, { kind: 'silent', silence: { ...silence(code, true), witness } })

function suspected(first: readonly Timed[], changes: { state?: State; context?: readonly Timed[] } = {}) {
  const { state = NOTHING_KNOWN, context = [] } = changes
  const deps = { clock: fakeClock(), policy: policy() }
  const verdict = answerFrom(first)
  const { findings, ...rest } = suspicionOf({ deps, state, first, context, verdict, confirmAsker: false })
  return { codes: findings.map(({ code }) => code), ...rest }
}

describe('what is asked again', () => {
  test('is what is refused now and was not before', () => {
    const known = heard([accountNotShown('unassigned')])
    const first = [answered(accountNotShown('unassigned'))]
    expect(suspected(first)).toEqual({ codes: ['account.unassigned'], questions: ['account'], isEvidence: false })
    expect(suspected(first, { state: known })).toEqual({ codes: [], questions: [], isEvidence: false })
    expect(suspected([answered(account())], { state: heard(WELL) }).questions).toEqual([])
  })

  test('are the numbers too, where the account is refused', () => {
    const first = [answered(accountNotShown('unassigned')), answered(phoneNotShown('unassigned'))]
    expect(suspected(first)).toMatchObject({ codes: ['account.unassigned'], questions: first.map(nameOf) })
  })

  test('is a read, and what a dead token refuses is reported with the token', () => {
    const first = [answered(accountNotShown('unassigned'))]
    const context = [answered(deadToken('revoked'))]
    expect(suspected(first, { context })).toEqual({ codes: [], questions: ['account'], isEvidence: false })
  })
})

describe('reads that refuse the token together', () => {
  const ended: Witness = { says: 'ended', ending: 'revoked', reason: because(190, 466, 'x', 'revoked_by_call') }
  const read = refused('account', ended, 'graph.unrecognised')
  const app = answered({ about: 'app', appId: APP, subscription: null })
  const state = heard([liveToken(), account()])

  test("are asked again, and the app's own list is not: it is no read with the token", () => {
    const first = [refused('token', null, 'inspector.rejected'), read, app]
    expect(suspected(first, { state })).toEqual({ codes: ['token.revoked'], questions: ['account'], isEvidence: true })
  })

  test('include a debug_token that the token made itself', () => {
    const first = [refused('token', ended, 'graph.unrecognised'), read, app]
    expect(suspected(first, { state })).toMatchObject({ questions: ['token', 'account'], isEvidence: true })
  })
})

function nameOf({ asked }: Timed): Question {
  return asked.question
}
