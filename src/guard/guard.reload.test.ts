import { describe, expect, test } from 'bun:test'
import type { Question } from '../verification/facts.ts'
import { accountNotShown, deadToken, liveToken, SCOPES } from '../verification/verification.fake.ts'
import {
  FINGERPRINT,
  GOOD,
  HANGING,
  inService,
  MINUTE_MS,
  otherToken,
  REQUEST_TIMEOUT_MS,
  REVOKED,
  saying,
  SECOND_MS,
  settled,
  SILENT,
  TOKEN_ALONE,
  type Script,
} from './guard.fake.ts'

const INTERVAL_MS = 5 * MINUTE_MS
const CANDIDATE_REFUSED = 'token.candidate_refused'

const codes = (findings: readonly { readonly code: string }[]) => findings.map(({ code }) => code)

/** Answers every question but one. */
const silentAbout =
  (left: Question, script: Script = GOOD): Script =>
  (question, times) =>
    question === left ? SILENT(question, times) : script(question, times)

describe('a changed token', () => {
  test('that passes takes over at once, after an answer to every question', async () => {
    const all = await inService()
    const other = otherToken(all, GOOD)
    expect(await settled(all, all.guard.reload(other))).toBe('passed')
    expect(all.guard.token.fingerprint).toBe(other.fingerprint)
    expect(other.asked.toSorted()).toEqual(['account', 'numbers', 'phone:700700700700703', 'subscriptions', 'token'])
    expect(all.newEvents()).toEqual(['token.reloaded'])
    expect(all.guard.health().status).toBe('pass')
  })

  test('is the one that is verified from then on, and nothing is compared across the change', async () => {
    const all = await inService({ policy: TOKEN_ALONE })
    const other = otherToken(all, saying(liveToken({ userId: '1', scopes: [...SCOPES, 'email'], issuedAtMs: 0 })))
    await settled(all, all.guard.reload(other))
    all.asked.length = 0
    await all.clock.advance(2 * INTERVAL_MS)
    expect(all.asked).toEqual([])
    expect(other.asked).toHaveLength(3)
    expect(all.newEvents()).toEqual(['token.reloaded', 'check.verified', 'check.verified'])
    expect(all.guard.past.drifts).toEqual([])
  })

  test('with a warning takes over, and the warning is reported', async () => {
    const all = await inService()
    await settled(all, all.guard.reload(otherToken(all, saying(liveToken({ type: 'USER' })))))
    expect(all.events.at(-1)).toMatchObject({ type: 'token.reloaded', findings: [{ code: 'token.type' }] })
    expect(all.guard.health().status).toBe('warn')
  })

  test('ends a refusal: the recovery is reported too', async () => {
    const all = await inService()
    all.play(REVOKED)
    await all.clock.advance(INTERVAL_MS + SECOND_MS)
    expect(all.guard.health().verdict).toBe('refused')
    all.newEvents()
    await settled(all, all.guard.reload(otherToken(all, GOOD)))
    expect(all.newEvents()).toEqual(['token.reloaded', 'token.recovered'])
    expect(all.guard.health()).toMatchObject({ status: 'pass', findings: [] })
  })

  test('drops a suspected refusal of the token before', async () => {
    const all = await inService()
    all.play((question) => (question === 'token' ? deadToken('revoked') : 'hang'))
    void all.guard.check()
    await settled(all, all.guard.reload(otherToken(all, GOOD)))
    expect(all.newEvents('check.verified')).toEqual(['check.refusal_suspected', 'token.reloaded'])
  })

  test('drops a late answer about the token before', async () => {
    const all = await inService({ policy: TOKEN_ALONE })
    all.play(HANGING)
    await all.clock.advance(INTERVAL_MS)
    all.play(REVOKED)
    await settled(all, all.guard.reload(otherToken(all, GOOD)))
    all.newEvents()
    await all.clock.advance(2 * REQUEST_TIMEOUT_MS)
    expect(all.newEvents()).toEqual([])
    expect(all.guard.health()).toMatchObject({ status: 'pass', findings: [] })
  })

  test('drops a check that is under way when it takes over', async () => {
    const all = await inService({ policy: TOKEN_ALONE })
    const before = all.checked.length
    all.play(HANGING)
    await all.clock.advance(INTERVAL_MS)
    await settled(all, all.guard.reload(otherToken(all, GOOD)))
    await all.clock.advance(REQUEST_TIMEOUT_MS)
    expect(all.checked.slice(before)).toEqual([])
  })
})

describe('a changed token that is refused', () => {
  test('stays out of service, after a second refusal a second later', async () => {
    const all = await inService()
    const other = otherToken(all, REVOKED)
    const done = all.guard.reload(other)
    await all.clock.advance(SECOND_MS - 1)
    expect(all.newEvents()).toEqual(['check.refusal_suspected'])
    await all.clock.advance(1)
    expect(await done).toBe('refused')
    expect(all.newEvents()).toEqual(['token.reload_refused'])
    expect(all.guard.token.fingerprint).toBe(FINGERPRINT)
  })

  test('is a warning next to a good token, and gives the reason', async () => {
    const all = await inService()
    await settled(all, all.guard.reload(otherToken(all, REVOKED)))
    const { status, verdict, findings, checks } = all.guard.health()
    expect([status, verdict, codes(findings)]).toEqual(['warn', 'verified', [CANDIDATE_REFUSED]])
    expect(findings[0]?.summary).toContain('token.revoked')
    expect(checks.get('token:validity')).toMatchObject([{ status: 'warn', finding: { code: CANDIDATE_REFUSED } }])
    expect(checks.get('token:validity')).toHaveLength(1)
  })

  test('that one odd answer refused takes over when the second verifies', async () => {
    const all = await inService({ policy: TOKEN_ALONE })
    const odd: Script = (question, times) => (times === 1 ? deadToken('revoked') : GOOD(question, times))
    expect(await settled(all, all.guard.reload(otherToken(all, odd)))).toBe('passed')
    expect(all.newEvents()).toEqual(['check.refusal_suspected', 'token.reloaded'])
  })

  test('stays out of service even if only its account is the reason', async () => {
    const all = await inService()
    const unassigned: Script = (question, times) =>
      question === 'account' ? accountNotShown('unassigned') : GOOD(question, times)
    expect(await settled(all, all.guard.reload(otherToken(all, unassigned)))).toBe('refused')
    expect(all.events.at(-1)).toMatchObject({ findings: [{ code: 'account.unassigned' }] })
  })

  test('is reported once, and verified again only on demand', async () => {
    const all = await inService({ policy: TOKEN_ALONE })
    const other = otherToken(all, REVOKED)
    await settled(all, all.guard.reload(other))
    all.newEvents()
    other.asked.length = 0
    await all.clock.advance(3 * INTERVAL_MS)
    expect([other.asked, all.newEvents('check.verified')]).toEqual([[], []])
    expect(await settled(all, all.guard.reload(other))).toBe('refused')
    expect([other.asked.length, all.newEvents()]).toEqual([1, []])
  })

  test('and mended since takes over when it is proposed again', async () => {
    const all = await inService()
    const other = otherToken(all, REVOKED)
    await settled(all, all.guard.reload(other))
    other.play(GOOD)
    expect(await settled(all, all.guard.reload(other))).toBe('passed')
    expect(all.guard.health()).toMatchObject({ status: 'pass', findings: [] })
  })

  test('is verified in full again, whatever else had no answer', async () => {
    const all = await inService()
    const dead: Script = (question, times) => (question === 'token' ? REVOKED : SILENT)(question, times)
    const other = otherToken(all, dead)
    await settled(all, all.guard.reload(other))
    other.play(GOOD)
    expect(await settled(all, all.guard.reload(other))).toBe('passed')
  })

  test('is forgotten when it is withdrawn', async () => {
    const all = await inService()
    await settled(all, all.guard.reload(otherToken(all, REVOKED)))
    all.guard.withdraw()
    expect(all.guard.health()).toMatchObject({ status: 'pass', findings: [] })
  })

  test('keeps its warning through the checks of the one in service', async () => {
    const all = await inService({ policy: TOKEN_ALONE })
    await settled(all, all.guard.reload(otherToken(all, REVOKED)))
    await all.clock.advance(2 * INTERVAL_MS)
    expect(codes(all.guard.health().findings)).toEqual([CANDIDATE_REFUSED])
    all.play(REVOKED)
    await all.clock.advance(INTERVAL_MS + SECOND_MS)
    expect(codes(all.guard.health().findings)).toEqual(['token.revoked', CANDIDATE_REFUSED])
  })
})

describe('a changed token without an answer', () => {
  test('is verified at each check until there is an answer', async () => {
    const all = await inService({ policy: TOKEN_ALONE })
    const other = otherToken(all, SILENT)
    expect(await settled(all, all.guard.reload(other))).toBe('silent')
    await all.clock.advance(2 * INTERVAL_MS)
    expect(other.asked).toHaveLength(3)
    expect(all.guard.health().findings).toEqual([])
    expect(all.events.filter(({ type }) => type === 'check.unverified')).toMatchObject(
      Array.from({ length: 3 }, () => ({ candidate: true })),
    )
    other.play(GOOD)
    all.newEvents()
    await all.clock.advance(INTERVAL_MS)
    expect(all.newEvents()).toEqual(['check.verified', 'token.reloaded'])
  })

  test('about an asset only takes over at the second attempt, with a warning there', async () => {
    const all = await inService()
    const other = otherToken(all, silentAbout('account'))
    expect(await settled(all, all.guard.reload(other))).toBe('silent')
    other.asked.length = 0
    await all.clock.advance(INTERVAL_MS)
    expect(other.asked).toEqual(['account'])
    expect(all.guard.token.fingerprint).toBe(other.fingerprint)
    expect(all.guard.health().status).toBe('warn')
  })

  test('about an asset only takes over at once if the one in service is refused', async () => {
    const all = await inService()
    all.play(REVOKED)
    await all.clock.advance(INTERVAL_MS + SECOND_MS)
    expect(await settled(all, all.guard.reload(otherToken(all, silentAbout('account'))))).toBe('passed')
  })

  test('gives way to a third one, and its late answer is dropped', async () => {
    const all = await inService()
    const second = all.guard.reload(otherToken(all, HANGING))
    const third = all.guard.reload(otherToken(all, GOOD, 'cccccccccccc'))
    expect(await settled(all, third)).toBe('passed')
    expect(await settled(all, second)).toBe('withdrawn')
    expect(all.guard.token.fingerprint).toBe('cccccccccccc')
    expect(all.newEvents()).toEqual(['token.reloaded'])
  })

  test('is verified once for checks on demand at the same time', async () => {
    const all = await inService()
    const other = otherToken(all, HANGING)
    void all.guard.reload(other)
    void all.guard.reload(other)
    await all.clock.advance(REQUEST_TIMEOUT_MS)
    expect([other.asked.length, all.newEvents()]).toEqual([5, ['check.unverified']])
  })

  test('hangs without holding up the checks of the one in service', async () => {
    const all = await inService({ policy: TOKEN_ALONE, checkIntervalMs: SECOND_MS })
    void all.guard.reload(otherToken(all, HANGING))
    await all.clock.advance(4 * SECOND_MS)
    expect(all.newEvents()).toEqual(Array.from({ length: 4 }, () => 'check.verified'))
  })
})
