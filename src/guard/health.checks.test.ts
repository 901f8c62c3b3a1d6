import { describe, expect, test } from 'bun:test'
import type { CheckKey } from '../verification/codes.ts'
import type { Facts, Question } from '../verification/facts.ts'
import type { Policy } from '../verification/policy.ts'
import { candidateFinding } from './remarks.ts'
import type { Silence } from '../verification/silence.ts'
import {
  account,
  accountNotShown,
  DAY_MS,
  deadToken,
  liveToken,
  NOW_MS,
  PHONE,
  phone,
  policy,
} from '../verification/verification.fake.ts'
import { healthAt, NO_CIRCUMSTANCES } from './health.ts'
import { next, type Outcome } from './state.ts'
import { after, heard, WELL } from './health.fake.ts'

/** The entries of the health body. */

describe('the checks', () => {
  test("show an older answer by Graph's clock at that time, with only the findings of their own key", () => {
    const token = liveToken({ type: 'USER', scopes: [], dataAccessExpiresAt: NOW_MS + 14 * DAY_MS + 30_000 })
    const before = heard([token], { clockOffsetMs: 60_000 })
    const dead = heard([deadToken('revoked')], { before, at: after(60_000) })
    const { checks } = healthAt(dead, policy(), after(60_000))
    const codesOf = (key: 'token:type' | 'token:data-access') => checks.get(key)?.map(({ finding }) => finding?.code)
    expect([codesOf('token:type'), codesOf('token:data-access')]).toEqual([
      ['token.type'],
      ['token.data_access_expires'],
    ])
  })

  test('include the webhooks if an account is configured', () => {
    const has = (demanded: Policy) => healthAt(heard(WELL), demanded, after(0)).checks.has('whatsapp:webhooks')
    expect([has(policy()), has(policy({ appId: null })), has(policy({ businessAccountId: null }))]).toEqual([
      true,
      true,
      false,
    ])
  })

  test("give a finding that does not come from Graph the time of Graph's answer", () => {
    const { key } = candidateFinding([])
    const { checks } = healthAt(heard(WELL), policy(), after(5_000), {
      ...NO_CIRCUMSTANCES,
      candidate: [candidateFinding([])],
    })
    expect(checks.get(key)).toMatchObject([{ status: 'warn', atMs: NOW_MS }])
  })

  test('say that Graph was reached when its last answer came', () => {
    const state = heard([account()], { before: heard([liveToken()]), at: after(9_000) })
    expect(healthAt(state, policy(), after(9_500)).checks.get('graph:reachability')).toMatchObject([
      { status: 'pass', atMs: NOW_MS + 9_000 },
    ])
  })

  describe('of a question without any answer', () => {
    const mute = (question: Question, code: Silence['code'], isRefusal = false): Outcome => ({
      kind: 'silent',
      question,
      silence: { code, what: question, observed: question, isRefusal },
    })
    const entryOf = (answers: readonly Facts[], outcome: Outcome, key: CheckKey = 'whatsapp:webhooks') =>
      healthAt(next(heard(answers), [outcome], policy(), after(0)), policy(), after(0)).checks.get(key)?.[0]

    test('give the reason, for each number and for the rest', () => {
      const question = `phone:${PHONE}` as const
      const entry = entryOf([liveToken()], mute(question, 'graph.failing'), 'whatsapp:phone-number')
      expect(entry).toMatchObject({ status: 'warn', finding: { code: 'graph.failing', observed: question } })
      expect(entryOf([], mute('token', 'graph.failing'), 'token:scopes')).toMatchObject({
        status: 'fail',
        finding: { code: 'graph.failing' },
      })
    })

    test.each([
      ['a refusal that nothing explains', [liveToken()], true, false],
      ['a refusal after a revoked token', [deadToken('revoked')], true, true],
      ['a refusal with a locked account', [liveToken(), accountNotShown('locked')], true, true],
      ['a refusal with a blocked number', [liveToken(), phone({ status: 'BANNED' })], true, false],
      [
        'a refusal with a blocked account that can be read',
        [liveToken(), account({ sending: { canSend: 'BLOCKED', causes: [] } })],
        true,
        false,
      ],
      ['a refusal after a refused token and a mere warning', [liveToken({ type: 'USER', scopes: [] })], true, true],
      ['a silence after a revoked token', [deadToken('revoked')], false, false],
    ] as const)('%s', (_what, answers, isRefusal, isExplained) => {
      const entry = entryOf(answers, mute('subscriptions', 'graph.unrecognised', isRefusal))
      expect(entry?.finding?.code ?? null).toBe(isExplained ? null : 'graph.unrecognised')
      expect(entry?.note ?? null).toBe(isExplained ? 'Not known yet: another check shows the cause.' : null)
    })

    test("show the token's own silence before another of the same kind", () => {
      const own = mute('token', 'graph.failing')
      const other = mute('account', 'graph.failing')
      for (const outcomes of [
        [own, other],
        [other, own],
      ]) {
        const state = next(heard([phone()]), outcomes, policy(), after(0))
        expect(healthAt(state, policy(), after(0)).findings).toMatchObject([{ observed: 'token' }])
      }
    })
  })
})
