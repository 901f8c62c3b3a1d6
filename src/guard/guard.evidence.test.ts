import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import type { Question } from '../verification/facts.ts'
import type { Silence, Witness } from '../verification/silence.ts'
import { accountNotShown, because, deadToken, liveToken } from '../verification/verification.fake.ts'
import {
  bench,
  GOOD,
  inService,
  MINUTE_MS,
  SECOND_MS,
  settled,
  silence,
  TOKEN_ALONE,
  type Bench,
  type Reply,
  type Script,
} from './guard.fake.ts'

const INTERVAL_MS = 5 * MINUTE_MS
const PHONE = 'phone:700700700700703'
const OWN_READS = ['account', PHONE]

const refused = (witness: Witness): Silence => ({ ...silence('graph.unrecognised', true), witness })
const ENDED = refused({ says: 'ended', ending: 'revoked', reason: because(190, 466, 'x', 'revoked_by_call') })
const EXPIRED = refused({ says: 'ended', ending: 'expired', reason: because(190, 463, 'x', 'expired') })
const BLOCKED = refused({ says: 'app_blocked', reason: because(200, null, 'x', 'app_blocked') })
const REJECTED = silence('inspector.rejected')

/** debug_token gives one answer, every read another; a named question gives its own. */
const saying =
  (token: Reply, reads: Reply | null, named: Partial<Record<Question, Reply>> = {}): Script =>
  (question, times) => {
    if (question === 'token') return token
    return named[question] ?? reads ?? GOOD(question, times)
  }

const codesOf = ({ guard }: Bench) => guard.health().findings.map(({ code }) => code)
const shown = (all: Bench) => [all.guard.health().status, ...codesOf(all)]

describe('while debug_token gives no verdict, the reads of the token itself', () => {
  test('refuse it together, confirmed a second later, along with the refusal of the inspector', async () => {
    const all = await inService()
    all.play(saying(REJECTED, ENDED))
    all.asked.length = 0
    await all.clock.advance(INTERVAL_MS)
    expect<readonly string[]>(all.asked).toEqual(['token', ...OWN_READS])
    expect(shown(all)).toEqual(['pass'])
    await all.clock.advance(SECOND_MS)
    expect<readonly string[]>(all.asked).toEqual(['token', ...OWN_READS, ...OWN_READS])
    expect(shown(all)).toEqual(['fail', 'token.revoked', 'inspector.rejected'])
    expect(all.newEvents()).toEqual(['check.refusal_suspected', 'token.drift', 'check.unverified', 'token.refused'])
    expect(all.checked.at(-1)).toBe('refused')
  })

  test('are asked once an interval while the state is refused', async () => {
    const all = await inService()
    all.play(saying(REJECTED, ENDED))
    await all.clock.advance(INTERVAL_MS + SECOND_MS)
    all.asked.length = 0
    await all.clock.advance(INTERVAL_MS)
    expect<readonly string[]>(all.asked).toEqual(['token', ...OWN_READS])
  })

  test.each([
    ['one of them succeeds', saying(REJECTED, ENDED, { [PHONE]: GOOD(PHONE as Question, 1) })],
    ['one of them is not assigned', saying(REJECTED, ENDED, { account: accountNotShown('unassigned') })],
    ['one has an unknown code', saying(REJECTED, ENDED, { account: refused({ says: 'other' }) })],
    ['debug_token was throttled', saying(silence('graph.rate_limited'), ENDED)],
    ['debug_token was not reached', saying(silence('graph.unreachable'), ENDED)],
    ['debug_token says valid', saying(liveToken(), ENDED)],
    ['none was answered', saying(REJECTED, silence('graph.failing'))],
  ])('refuse nothing if %s', async (_what, script) => {
    const all = await inService({ assetIntervalMs: INTERVAL_MS })
    all.play(script)
    await all.clock.advance(4 * INTERVAL_MS)
    expect(all.guard.health().verdict === 'refused' && codesOf(all)[0]?.startsWith('token.')).toBe(false)
    expect(all.events.filter(({ type }) => type === 'token.recovered')).toEqual([])
  })

  test('refuse it if the other reads are silent', async () => {
    const all = await inService()
    all.play(saying(silence('graph.failing'), EXPIRED, { account: silence('graph.failing') }))
    await all.clock.advance(INTERVAL_MS + SECOND_MS)
    expect(shown(all)).toEqual(['fail', 'token.expired', 'graph.failing'])
  })

  test('must refuse it twice', async () => {
    const all = await inService()
    const odd: Script = (question, times) =>
      question === 'token'
        ? REJECTED
        : question === 'account' && times === 2
          ? ENDED
          : saying(REJECTED, null)(question, times)
    all.play((question, times) => (question === PHONE && times === 2 ? ENDED : odd(question, times)))
    await all.clock.advance(INTERVAL_MS + SECOND_MS)
    expect(all.newEvents('check.unverified')).toEqual(['check.refusal_suspected'])
    expect(all.guard.health().verdict).toBe('verified')
  })

  test('lift their refusal after two rounds that speak for the token; silence neither counts nor resets', async () => {
    const all = await inService({ policy: { staleAfterMs: 24 * 60 * MINUTE_MS } })
    const round = async (reads: Reply | null, named = {}) => {
      all.play(saying(REJECTED, reads, named))
      await all.clock.advance(INTERVAL_MS)
      return all.guard.health().verdict
    }
    all.play(saying(REJECTED, ENDED))
    await all.clock.advance(INTERVAL_MS + SECOND_MS)
    expect(await round(null)).toBe('refused')
    expect(await round(silence('graph.failing'))).toBe('refused')
    expect(await round(null, { account: ENDED })).toBe('refused')
    expect(await round(null)).toBe('refused')
    expect(await round(silence('graph.unreachable'))).toBe('refused')
    const since = all.guard.health().checkedAtMs
    expect(await round(null)).toBe('verified')
    expect(shown(all)).toEqual(['warn', 'inspector.rejected', 'graph.unreachable'])
    // debug_token's last answer is in force again, with its own time.
    expect(all.guard.health().checkedAtMs).toBeLessThan(since ?? 0)
    expect(all.newEvents('check.unverified', 'check.refusal_suspected')).toEqual([
      'token.drift',
      'token.refused',
      'token.drift',
      'token.recovered',
    ])
  })

  test('give way to the next definite answer of debug_token', async () => {
    const all = await inService()
    all.play(saying(REJECTED, ENDED))
    await all.clock.advance(INTERVAL_MS + SECOND_MS)
    all.play(GOOD)
    await all.clock.advance(INTERVAL_MS)
    expect(shown(all)).toEqual(['pass'])
    expect(all.guard.state.reads).toBeNull()
  })

  test('are the read of the token’s own user if no id is configured', async () => {
    const all = await inService({ policy: TOKEN_ALONE })
    all.play(saying(REJECTED, ENDED))
    all.asked.length = 0
    await all.clock.advance(INTERVAL_MS + SECOND_MS)
    expect(all.asked).toEqual(['token', 'me', 'me'])
    expect(codesOf(all)).toEqual(['token.revoked', 'inspector.rejected'])
  })

  test('show that the app is blocked, which hides the answer to the inspector', async () => {
    const all = await inService()
    const toInspector: Silence = { ...silence('inspector.denied'), cause: 'app_blocked' }
    all.play(saying(toInspector, { ...BLOCKED, cause: 'app_blocked' }))
    await all.clock.advance(INTERVAL_MS + SECOND_MS)
    expect(shown(all)).toEqual(['fail', 'app.blocked'])
    expect(all.events.find(({ type }) => type === 'token.drift')).toMatchObject({
      field: 'app.blocked',
      severity: 'error',
    })
  })

  test('end a boot as refused, before the refusal of the inspector', async () => {
    const all = bench(saying(REJECTED, ENDED))
    expect(await settled(all, all.guard.boot())).toBe('refused')
    expect(all.asked.filter((question) => question === 'token')).toHaveLength(2)
    expect(shown(all)).toEqual(['fail', 'token.revoked', 'inspector.rejected'])
  })
})

test('without an earlier answer of debug_token, the token is unverified after a lifted refusal, which is not shown', async () => {
  const all = bench(saying(REJECTED, ENDED))
  await settled(all, all.guard.boot())
  void all.guard.run()
  all.play(saying(REJECTED, null))
  await all.clock.advance(2 * INTERVAL_MS + SECOND_MS)
  expect(all.guard.health()).toMatchObject({ status: 'fail', verdict: 'unverified', checkedAtMs: null })
  const entries = [...all.guard.health().checks.values()].flat()
  expect(entries.filter(({ finding }) => finding?.code.startsWith('token.') === true)).toEqual([])
})

test('an address that is not allowed remains a finding until debug_token gives a definite answer', async () => {
  const all = await inService({ policy: TOKEN_ALONE })
  const rounds: string[][] = []
  for (const token of [silence('app.address_denied'), silence('graph.failing'), liveToken()]) {
    all.play(saying(token, silence('graph.failing')))
    await all.clock.advance(INTERVAL_MS)
    rounds.push(shown(all))
  }
  expect(rounds).toEqual([['warn', 'app.address_denied'], ['warn', 'app.address_denied', 'graph.failing'], ['pass']])
})

const anyRead = fc.constantFrom<Reply | null>(
  null,
  ENDED,
  EXPIRED,
  silence('graph.failing'),
  refused({ says: 'other' }),
)
const anyToken = fc.constantFrom<Reply>(
  liveToken(),
  deadToken('revoked'),
  REJECTED,
  silence('graph.failing'),
  silence('graph.rate_limited'),
)

describe('over any rounds of answers by debug_token and the reads', () => {
  const anyRound = fc.record({ token: anyToken, account: anyRead, phone: anyRead })

  test('a round asks each question once, and at most once more to confirm', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anyRound, { minLength: 1, maxLength: 12 }), async (rounds) => {
        const all = await inService()
        for (const { token, account, phone } of rounds) {
          all.play(saying(token, null, { ...(account && { account }), ...(phone && { [PHONE]: phone }) }))
          all.asked.length = 0
          await all.clock.advance(INTERVAL_MS + 2 * SECOND_MS)
          const times = (question: string) => all.asked.filter((each) => each === question).length
          expect(all.asked.length).toBeLessThanOrEqual(2 * 5)
          for (const question of all.asked) expect(times(question)).toBeLessThanOrEqual(2)
        }
        all.guard.stop()
      }),
      { numRuns: 30 },
    )
  })

  test('a read never refuses the token while debug_token says valid', async () => {
    const anyReads = fc.record({ account: anyRead, phone: anyRead })
    await fc.assert(
      fc.asyncProperty(fc.array(anyReads, { minLength: 1, maxLength: 10 }), async (rounds) => {
        const all = await inService({ assetIntervalMs: INTERVAL_MS })
        for (const { account, phone } of rounds) {
          all.play(saying(liveToken(), null, { ...(account && { account }), ...(phone && { [PHONE]: phone }) }))
          await all.clock.advance(INTERVAL_MS + 2 * SECOND_MS)
          expect(all.guard.health().verdict).toBe('verified')
        }
        all.guard.stop()
      }),
      { numRuns: 30 },
    )
  })
})
