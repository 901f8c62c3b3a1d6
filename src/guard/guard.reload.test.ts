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

/** The answer is given, but to a question that is left out. */
const silentAbout =
  (left: Question, script: Script = GOOD): Script =>
  (question, times) =>
    question === left ? SILENT(question, times) : script(question, times)

describe('a changed token', () => {
  test('that passes takes over at once, with all that is asked of it', async () => {
    const all = await inService()
    const other = otherToken(all, GOOD)
    expect(await settled(all, all.guard.reload(other))).toBe('passed')
    expect(all.guard.token.fingerprint).toBe(other.fingerprint)
    expect(other.asked.toSorted()).toEqual(['account', 'numbers', 'phone:700700700700703', 'subscriptions', 'token'])
    expect(all.told()).toEqual(['token.reloaded'])
    expect(all.guard.health().status).toBe('pass')
  })

  test('is the one that is asked about from then on, and nothing is compared across the change', async () => {
    const all = await inService({ policy: TOKEN_ALONE })
    const other = otherToken(all, saying(liveToken({ userId: '1', scopes: [...SCOPES, 'email'], issuedAtMs: 0 })))
    await settled(all, all.guard.reload(other))
    all.asked.length = 0
    await all.clock.advance(2 * INTERVAL_MS)
    expect(all.asked).toEqual([])
    expect(other.asked).toHaveLength(3)
    expect(all.told()).toEqual(['token.reloaded', 'check.verified', 'check.verified'])
    expect(all.guard.history).toEqual([])
  })

  test('with a warning takes over, and the warning is told', async () => {
    const all = await inService()
    await settled(all, all.guard.reload(otherToken(all, saying(liveToken({ type: 'USER' })))))
    expect(all.events.at(-1)).toMatchObject({ type: 'token.reloaded', findings: [{ code: 'token.type' }] })
    expect(all.guard.health().status).toBe('warn')
  })

  test('mends a refused state: the recovery is told too', async () => {
    const all = await inService()
    all.play(REVOKED)
    await all.clock.advance(INTERVAL_MS + SECOND_MS)
    expect(all.guard.health().verdict).toBe('refused')
    all.told()
    await settled(all, all.guard.reload(otherToken(all, GOOD)))
    expect(all.told()).toEqual(['token.reloaded', 'token.recovered'])
    expect(all.guard.health()).toMatchObject({ status: 'pass', findings: [] })
  })

  test('leaves no refusal of the one before to be suspected', async () => {
    const all = await inService()
    all.play((question) => (question === 'token' ? deadToken('revoked') : 'hang'))
    void all.guard.check()
    await settled(all, all.guard.reload(otherToken(all, GOOD)))
    expect(all.told('check.verified')).toEqual(['check.refusal_suspected', 'token.reloaded'])
  })

  test('throws away a late answer about the one before', async () => {
    const all = await inService({ policy: TOKEN_ALONE })
    all.play(HANGING)
    await all.clock.advance(INTERVAL_MS)
    all.play(REVOKED)
    await settled(all, all.guard.reload(otherToken(all, GOOD)))
    all.told()
    await all.clock.advance(2 * REQUEST_TIMEOUT_MS)
    expect(all.told()).toEqual([])
    expect(all.guard.health()).toMatchObject({ status: 'pass', findings: [] })
  })

  test('a check that is under way when it takes over does not count', async () => {
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
    expect(all.told()).toEqual(['check.refusal_suspected'])
    await all.clock.advance(1)
    expect(await done).toBe('refused')
    expect(all.told()).toEqual(['token.reload_refused'])
    expect(all.guard.token.fingerprint).toBe(FINGERPRINT)
  })

  test('is a warning beside a token that is well, and tells why', async () => {
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
    expect(all.told()).toEqual(['check.refusal_suspected', 'token.reloaded'])
  })

  test('because of its account is refused as well', async () => {
    const all = await inService()
    const unassigned: Script = (question, times) =>
      question === 'account' ? accountNotShown('unassigned') : GOOD(question, times)
    expect(await settled(all, all.guard.reload(otherToken(all, unassigned)))).toBe('refused')
    expect(all.events.at(-1)).toMatchObject({ findings: [{ code: 'account.unassigned' }] })
  })

  test('is told once, and not asked about again until somebody wants to know', async () => {
    const all = await inService({ policy: TOKEN_ALONE })
    const other = otherToken(all, REVOKED)
    await settled(all, all.guard.reload(other))
    all.told()
    other.asked.length = 0
    await all.clock.advance(3 * INTERVAL_MS)
    expect([other.asked, all.told('check.verified')]).toEqual([[], []])
    expect(await settled(all, all.guard.reload(other))).toBe('refused')
    expect([other.asked.length, all.told()]).toEqual([1, []])
  })

  test('and mended since takes over when it is proposed again', async () => {
    const all = await inService()
    const other = otherToken(all, REVOKED)
    await settled(all, all.guard.reload(other))
    other.play(GOOD)
    expect(await settled(all, all.guard.reload(other))).toBe('passed')
    expect(all.guard.health()).toMatchObject({ status: 'pass', findings: [] })
  })

  test('is asked about wholly again, whatever else had no answer', async () => {
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
  test('is asked about at each check, until there is one', async () => {
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
    all.told()
    await all.clock.advance(INTERVAL_MS)
    expect(all.told()).toEqual(['check.verified', 'token.reloaded'])
  })

  test('about an asset alone takes over at the second attempt, with a warning there', async () => {
    const all = await inService()
    const other = otherToken(all, silentAbout('account'))
    expect(await settled(all, all.guard.reload(other))).toBe('silent')
    other.asked.length = 0
    await all.clock.advance(INTERVAL_MS)
    expect(other.asked).toEqual(['account'])
    expect(all.guard.token.fingerprint).toBe(other.fingerprint)
    expect(all.guard.health().status).toBe('warn')
  })

  test('about an asset alone takes over at once where the one in service is refused', async () => {
    const all = await inService()
    all.play(REVOKED)
    await all.clock.advance(INTERVAL_MS + SECOND_MS)
    expect(await settled(all, all.guard.reload(otherToken(all, silentAbout('account'))))).toBe('passed')
  })

  test('gives way to a third one, and its late answer is thrown away', async () => {
    const all = await inService()
    const second = all.guard.reload(otherToken(all, HANGING))
    const third = all.guard.reload(otherToken(all, GOOD, 'cccccccccccc'))
    expect(await settled(all, third)).toBe('passed')
    expect(await settled(all, second)).toBe('withdrawn')
    expect(all.guard.token.fingerprint).toBe('cccccccccccc')
    expect(all.told()).toEqual(['token.reloaded'])
  })

  test('is asked about once by those who want to know at the same time', async () => {
    const all = await inService()
    const other = otherToken(all, HANGING)
    void all.guard.reload(other)
    void all.guard.reload(other)
    await all.clock.advance(REQUEST_TIMEOUT_MS)
    expect([other.asked.length, all.told()]).toEqual([5, ['check.unverified']])
  })

  test('hangs without holding up the checks of the one in service', async () => {
    const all = await inService({ policy: TOKEN_ALONE, checkIntervalMs: SECOND_MS })
    void all.guard.reload(otherToken(all, HANGING))
    await all.clock.advance(4 * SECOND_MS)
    expect(all.told()).toEqual(Array.from({ length: 4 }, () => 'check.verified'))
  })
})
