import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { anyAnswers, anyPolicy } from '../verification/facts.fake.ts'
import type { CheckKey } from '../verification/codes.ts'
import type { Facts, Question } from '../verification/facts.ts'
import { candidateFinding } from '../verification/findings.ts'
import type { Policy } from '../verification/policy.ts'
import type { Silence } from '../verification/silence.ts'
import {
  account,
  accountNotShown,
  APP,
  DAY_MS,
  deadToken,
  liveToken,
  NOW_MS,
  PHONE,
  phone,
  policy,
} from '../verification/verification.fake.ts'
import { silence } from './guard.fake.ts'
import { healthAt } from './health.ts'
import type { Instant } from './instant.ts'
import { next, NOTHING_KNOWN, type Outcome, type State } from './state.ts'

const after = (ms: number, jumpMs = 0): Instant => ({ wallMs: NOW_MS + ms + jumpMs, monotonicMs: ms })

type Hearing = {
  readonly before?: State
  readonly at?: Instant
  readonly askedAt?: Instant
  readonly demanded?: Policy
}

function heard(answers: readonly Facts[], { before = NOTHING_KNOWN, at = after(0), ...rest }: Hearing = {}): State {
  const { askedAt = at, demanded = policy() } = rest
  const outcomes = answers.map((facts): Outcome => ({
    kind: 'answered',
    answer: { facts, askedAt, at, clockOffsetMs: 0 },
  }))
  return next(before, outcomes, demanded, at)
}

const silent = (state: State, ...questions: readonly Question[]) =>
  next(
    state,
    questions.map((question): Outcome => ({ kind: 'silent', question, silence: silence() })),
    policy(),
    after(0),
  )

const codesAt = (state: State, now = after(0), demanded = policy()) =>
  healthAt(state, demanded, now).findings.map(({ code }) => code)

const WELL: readonly Facts[] = [liveToken(), account(), phone(), { about: 'subscriptions', appIds: [APP] }]

describe('the state', () => {
  test('throws away an answer that was asked for before a newer one came', () => {
    const newer = heard([liveToken()], { at: after(1_000) })
    const late = heard([deadToken('revoked')], { before: newer, askedAt: after(900), at: after(2_000) })
    expect(healthAt(late, policy(), after(2_000)).verdict).toBe('verified')
    const own = heard([deadToken('revoked')], { before: newer, askedAt: after(1_000), at: after(2_000) })
    expect(healthAt(own, policy(), after(2_000)).verdict).toBe('refused')
  })

  test('loses nothing to silence, and the silence to an answer', () => {
    const state = silent(heard(WELL), 'token', 'account')
    expect([state.answers.size, state.silences.size]).toEqual([4, 2])
    expect(codesAt(state)).toEqual(['graph.unreachable'])
    expect(codesAt(heard(WELL, { before: state }))).toEqual([])
  })

  test('is not changed by what comes next', () => {
    const before = heard(WELL)
    const shown = JSON.stringify([...before.answers])
    heard([deadToken('revoked')], { before })
    expect(JSON.stringify([...before.answers])).toBe(shown)
  })
})

describe('the health', () => {
  test('of nothing is a failure of the three token keys', () => {
    const { status, verdict, checks, checkedAtMs } = healthAt(NOTHING_KNOWN, policy(), after(0))
    expect([status, verdict, checkedAtMs]).toEqual(['fail', 'unverified', null])
    const statuses = [...checks].map(([key, [entry]]) => [key, entry?.status])
    expect(statuses).toContainEqual(['token:validity', 'fail'])
    expect(statuses).toContainEqual(['token:expiry', 'fail'])
    expect(statuses).toContainEqual(['token:scopes', 'fail'])
    expect(statuses).toContainEqual(['whatsapp:business-account', 'warn'])
    expect(statuses).toContainEqual(['graph:reachability', 'warn'])
  })

  test('keeps the last answer of a key whose cause is told elsewhere', () => {
    const dead = heard([deadToken('revoked'), accountNotShown('unassigned')], {
      before: heard(WELL),
      at: after(60_000),
    })
    const { checks, findings } = healthAt(dead, policy(), after(60_000))
    expect(findings.map(({ code }) => code)).toEqual(['token.revoked'])
    expect(checks.get('token:scopes')).toMatchObject([{ status: 'pass', atMs: NOW_MS }])
    expect(checks.get('whatsapp:business-account')).toMatchObject([{ status: 'pass', atMs: NOW_MS }])
    expect(checks.get('token:validity')).toMatchObject([{ status: 'fail', atMs: NOW_MS + 60_000 }])
  })

  test("shows an older answer as it was then, by Graph's clock of then, and its own key's findings alone", () => {
    const at = after(0)
    const facts = liveToken({ type: 'USER', scopes: [], dataAccessExpiresAt: NOW_MS + 14 * DAY_MS + 30_000 })
    const answer = { facts, askedAt: at, at, clockOffsetMs: 60_000 }
    const before = next(NOTHING_KNOWN, [{ kind: 'answered', answer }], policy(), at)
    const dead = heard([deadToken('revoked')], { before, at: after(60_000) })
    const { checks } = healthAt(dead, policy(), after(60_000))
    const codesOf = (key: 'token:type' | 'token:data-access') => checks.get(key)?.map(({ finding }) => finding?.code)
    expect([codesOf('token:type'), codesOf('token:data-access')]).toEqual([
      ['token.type'],
      ['token.data_access_expires'],
    ])
  })

  test('has the webhooks among its checks where both account and app are configured', () => {
    const has = (demanded: Policy) => healthAt(heard(WELL), demanded, after(0)).checks.has('whatsapp:webhooks')
    expect([has(policy()), has(policy({ appId: null })), has(policy({ businessAccountId: null }))]).toEqual([
      true,
      false,
      false,
    ])
  })

  test("gives what stands beside Graph's answer that answer's time", () => {
    const state: State = { ...heard(WELL), standing: [candidateFinding([])] }
    const { key } = candidateFinding([])
    expect(healthAt(state, policy(), after(5_000)).checks.get(key)).toMatchObject([{ status: 'warn', atMs: NOW_MS }])
  })

  test('reached Graph when its last answer came', () => {
    const state = heard([account()], { before: heard([liveToken()]), at: after(9_000) })
    expect(healthAt(state, policy(), after(9_500)).checks.get('graph:reachability')).toMatchObject([
      { status: 'pass', atMs: NOW_MS + 9_000 },
    ])
  })

  describe('of what was never answered', () => {
    const mute = (question: Question, code: Silence['code'], isRefusal = false): Outcome => ({
      kind: 'silent',
      question,
      silence: { code, what: question, observed: question, isRefusal },
    })
    const entryOf = (answers: readonly Facts[], outcome: Outcome, key: CheckKey = 'whatsapp:webhooks') =>
      healthAt(next(heard(answers), [outcome], policy(), after(0)), policy(), after(0)).checks.get(key)?.[0]

    test('tells why, for each number as for the rest', () => {
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
      ['a refusal beside a locked account', [liveToken(), accountNotShown('locked')], true, true],
      ['a refusal beside a number that is blocked', [liveToken(), phone({ status: 'BANNED' })], true, false],
      [
        'a refusal beside a blocked account, which is read',
        [liveToken(), account({ sending: { canSend: 'BLOCKED', causes: [] } })],
        true,
        false,
      ],
      ['a refusal after a refused token and a mere warning', [liveToken({ type: 'USER', scopes: [] })], true, true],
      ['a silence after a revoked token', [deadToken('revoked')], false, false],
    ] as const)('%s', (_what, answers, isRefusal, isExplained) => {
      const entry = entryOf(answers, mute('subscriptions', 'graph.unrecognised', isRefusal))
      expect(entry?.finding?.code ?? null).toBe(isExplained ? null : 'graph.unrecognised')
      expect(entry?.note ?? null).toBe(isExplained ? 'Not known yet: another check tells the cause.' : null)
    })

    test("tells the token's own silence before another of the same kind", () => {
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

  test('is valid until the next moment at which it would say something else', () => {
    const validFor = (changes: Parameters<typeof liveToken>[0], demanded = policy()) =>
      healthAt(heard([liveToken(changes)]), demanded, after(0)).validForMs
    const whole = validFor({})
    const rotating = policy({ expiry: 'rotate' })
    expect(whole).toBeGreaterThan(5_001)
    expect(validFor({ dataAccessExpiresAt: NOW_MS + 14 * DAY_MS + 5_000 })).toBe(5_000)
    expect(validFor({ dataAccessExpiresAt: NOW_MS + 5_000 })).toBe(5_000)
    expect(validFor({ expiresAt: NOW_MS + 5_000 }, rotating)).toBe(5_000)
    expect(validFor({ expiresAt: NOW_MS + 7 * DAY_MS + 5_000 }, rotating)).toBe(5_001)
    expect(validFor({ expiresAt: NOW_MS }, rotating)).toBe(whole)
  })

  test('shows a token as alive whose only finding another answer explains', () => {
    const elsewhere = liveToken({ granularScopes: [{ scope: 'whatsapp_business_messaging', targetIds: ['1'] }] })
    const state = heard([elsewhere, accountNotShown('wrong_kind')])
    expect(codesAt(state)).toEqual(['account.wrong_kind'])
    expect(healthAt(state, policy(), after(0)).checks.get('token:validity')).toMatchObject([{ status: 'pass' }])
  })

  test('tells once what two answers tell', () => {
    const elsewhere = liveToken({ granularScopes: [{ scope: 'whatsapp_business_messaging', targetIds: ['1'] }] })
    expect(codesAt(heard([elsewhere, accountNotShown('unassigned')]))).toEqual(['account.unassigned'])
  })

  test('tells the gravest first', () => {
    const state = silent(heard([liveToken({ type: 'USER', scopes: [] }), phone({ status: 'BANNED' })]), 'account')
    const severities = healthAt(state, policy(), after(0)).findings.map(({ severity }) => severity)
    expect(severities.slice(0, 3)).toEqual(['fail', 'fail', 'fail'])
    expect(severities.slice(3)).not.toContain('fail')
    // Among equals the order of the table, whoever answered first.
    const warnings = heard([
      phone({ status: 'BANNED' }),
      { about: 'subscriptions', appIds: [] },
      liveToken({ type: 'USER' }),
    ])
    expect(codesAt(warnings)).toEqual(['token.type', 'account.unsubscribed', 'phone.blocked'])
  })

  const STALE_MS = policy().staleAfterMs
  test.each([
    ['just young enough', after(STALE_MS), false],
    ['a millisecond older', after(STALE_MS + 1), true],
    ['older by the wall clock alone', after(0, STALE_MS + 1), true],
    ['older by the monotonic clock alone', after(STALE_MS + 1, -DAY_MS), true],
    ['before it, by a clock that was set back', after(10, -DAY_MS), false],
  ])('that is %s is stale: %#', (_what, now, isStale) => {
    expect(healthAt(heard(WELL), policy(), now).isStale).toBe(isStale)
  })

  test("of a token whose end passes fails at that moment, by Graph's clock", () => {
    const token = liveToken({ expiresAt: NOW_MS + DAY_MS })
    const demanded = policy({ expiry: 'rotate', staleAfterMs: 10 * DAY_MS })
    const at = after(0)
    const answer = { facts: token, askedAt: at, at, clockOffsetMs: 60_000 }
    const state = next(NOTHING_KNOWN, [{ kind: 'answered', answer }], demanded, at)
    expect(healthAt(state, demanded, after(DAY_MS - 60_001)).verdict).toBe('verified')
    expect(healthAt(state, demanded, after(DAY_MS - 60_000)).verdict).toBe('refused')
  })

  test('stands for as long as it says', () => {
    // Ends and their reminders lie on whole hours.
    const anyBoundary = fc.option(fc.integer({ min: 0, max: 30 * 24 }).map((hours) => hours * 3_600_000))
    fc.assert(
      fc.property(anyAnswers, anyPolicy, anyBoundary, fc.nat(70_000), (answers, demanded, boundaryMs, early) => {
        const state = heard(answers, { demanded })
        const ms = Math.max(0, (boundaryMs ?? demanded.staleAfterMs) - early)
        const now = healthAt(state, demanded, after(ms))
        const later = healthAt(state, demanded, after(ms + now.validForMs - 1))
        const gist = ({ status, verdict, findings, isStale }: typeof now) =>
          JSON.stringify([status, verdict, isStale, findings.map(({ code, severity }) => [code, severity])])
        expect(now.validForMs).toBeGreaterThan(0)
        expect(gist(later)).toBe(gist(now))
      }),
      { numRuns: 1_000 },
    )
  })

  test('is never green without a definite answer about the token', () => {
    fc.assert(
      fc.property(anyAnswers, anyPolicy, (answers, demanded) => {
        const untold = answers.filter(({ about }) => about !== 'token')
        expect(healthAt(heard(untold, { demanded }), demanded, after(0)).status).toBe('fail')
      }),
    )
  })
})
