import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { anyAnswers, anyPolicy } from '../verification/facts.fake.ts'
import {
  accountNotShown,
  DAY_MS,
  deadToken,
  liveToken,
  NOW_MS,
  phone,
  policy,
  subscriptions,
} from '../verification/verification.fake.ts'
import { healthAt } from './health.ts'
import { after, codesAt, heard, silent, WELL } from './health.fake.ts'
import { NOTHING_KNOWN } from './state.ts'

describe('the state', () => {
  test('drops an answer that was asked for before a newer one came', () => {
    const newer = heard([liveToken()], { at: after(1_000) })
    const late = heard([deadToken('revoked')], { before: newer, askedAt: after(900), at: after(2_000) })
    expect(healthAt(late, policy(), after(2_000)).verdict).toBe('verified')
    const own = heard([deadToken('revoked')], { before: newer, askedAt: after(1_000), at: after(2_000) })
    expect(healthAt(own, policy(), after(2_000)).verdict).toBe('refused')
  })

  test('keeps its answers through silence, and drops the silence when an answer comes', () => {
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
  test('without any answer is a failure at the three token keys', () => {
    const { status, verdict, checks, checkedAtMs } = healthAt(NOTHING_KNOWN, policy(), after(0))
    expect([status, verdict, checkedAtMs]).toEqual(['fail', 'unverified', null])
    const statuses = [...checks].map(([key, [entry]]) => [key, entry?.status])
    expect(statuses).toContainEqual(['token:validity', 'fail'])
    expect(statuses).toContainEqual(['token:expiry', 'fail'])
    expect(statuses).toContainEqual(['token:scopes', 'fail'])
    expect(statuses).toContainEqual(['whatsapp:business-account', 'warn'])
    expect(statuses).toContainEqual(['graph:reachability', 'warn'])
  })

  test('keeps the last answer of a key whose cause is shown elsewhere', () => {
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

  test('is valid until the next moment at which it would change', () => {
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

  test('shows a token as alive if another answer explains its only finding', () => {
    const elsewhere = liveToken({ granularScopes: [{ scope: 'whatsapp_business_messaging', targetIds: ['1'] }] })
    const state = heard([elsewhere, accountNotShown('wrong_kind')])
    expect(codesAt(state)).toEqual(['account.wrong_kind'])
    expect(healthAt(state, policy(), after(0)).checks.get('token:validity')).toMatchObject([{ status: 'pass' }])
  })

  test('shows a finding once if two answers give it', () => {
    const elsewhere = liveToken({ granularScopes: [{ scope: 'whatsapp_business_messaging', targetIds: ['1'] }] })
    expect(codesAt(heard([elsewhere, accountNotShown('unassigned')]))).toEqual(['account.unassigned'])
  })

  test('shows the gravest finding first', () => {
    const state = silent(heard([liveToken({ type: 'USER', scopes: [] }), phone({ status: 'BANNED' })]), 'account')
    const severities = healthAt(state, policy(), after(0)).findings.map(({ severity }) => severity)
    expect(severities.slice(0, 3)).toEqual(['fail', 'fail', 'fail'])
    expect(severities.slice(3)).not.toContain('fail')
    // Equally grave findings keep the order of the table, whichever answer came first.
    const warnings = heard([phone({ status: 'BANNED' }), subscriptions([]), liveToken({ type: 'USER' })])
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

  const ending = (clockOffsetMs: number) => {
    const demanded = policy({ expiry: 'rotate', staleAfterMs: 10 * DAY_MS })
    const state = heard([liveToken({ expiresAt: NOW_MS + DAY_MS })], { demanded, clockOffsetMs })
    return (ms: number) => healthAt(state, demanded, after(ms)).verdict
  }

  test("of a token whose expiry passes fails at that moment, by Graph's clock if ours is ahead", () => {
    const verdictAfter = ending(-60_000)
    expect(verdictAfter(DAY_MS + 59_999)).toBe('verified')
    expect(verdictAfter(DAY_MS + 60_000)).toBe('refused')
  })

  test("stays good if only Graph's date says that the expiry has passed", () => {
    const verdictAfter = ending(31 * DAY_MS)
    expect(verdictAfter(0)).toBe('verified')
    expect(verdictAfter(DAY_MS - 1)).toBe('verified')
    expect(verdictAfter(DAY_MS)).toBe('refused')
  })

  test('stays the same for as long as validForMs says', () => {
    // Expiries and their reminders are at whole hours.
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
