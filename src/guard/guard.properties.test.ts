import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { driftBetween } from '../verification/drift.ts'
import type { TokenFacts } from '../verification/facts.ts'
import { refuses } from '../verification/finding.ts'
import { deadToken, liveToken, policy, SCOPES, heardAt, judge } from '../verification/verification.fake.ts'
import {
  bench,
  inService,
  MINUTE_MS,
  REQUEST_TIMEOUT_MS,
  saying,
  SECOND_MS,
  settled,
  silence,
  TOKEN_ALONE,
  type Bench,
  type Reply,
} from './guard.fake.ts'

const INTERVAL_MS = 5 * MINUTE_MS
const DEMANDED = policy(TOKEN_ALONE)
const RUNS = { numRuns: 60 }

const anySilence: fc.Arbitrary<Reply> = fc.oneof(
  fc.constant('hang' as const),
  fc
    .constantFrom(
      'graph.unreachable' as const,
      'graph.rate_limited' as const,
      'graph.failing' as const,
      'graph.nonsense' as const,
      'graph.unrecognised' as const,
      'inspector.denied' as const,
      'inspector.rejected' as const,
      'graph.version_unknown' as const,
    )
    .map((code) => silence(code)),
)

const anyToken: fc.Arbitrary<TokenFacts> = fc.constantFrom(
  liveToken(),
  liveToken({ type: 'USER' }),
  liveToken({ scopes: SCOPES.slice(1) }),
  liveToken({ scopes: [] }),
  liveToken({ issuedAtMs: 1_000 }),
  deadToken('revoked'),
  deadToken('expired'),
)

/** One check for each answer, to its end, with time for a confirmation and a request that hangs. */
async function live(all: Bench, replies: readonly Reply[]): Promise<void> {
  for (const reply of replies) {
    all.play(saying(reply))
    const before = all.asked.length
    while (all.asked.length === before) await all.clock.advance(MINUTE_MS)
    await all.clock.advance(REQUEST_TIMEOUT_MS + 2 * SECOND_MS)
  }
}

describe('whatever Graph answers', () => {
  test('no sequence of answers that decide nothing turns a verified token into a failed one', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(anySilence, { maxLength: 30 }), async (silences) => {
        const all = await inService({ policy: TOKEN_ALONE })
        await live(all, silences)
        expect(all.guard.health().verdict).toBe('verified')
        expect(all.guard.health().status).not.toBe('fail')
        expect(all.newEvents()).not.toContain('token.refused')
        all.guard.stop()
      }),
      RUNS,
    )
  })

  test('no boot ends verified without an answer that passes', async () => {
    const anyRefusal = fc.boolean().map((isRefusal) => silence('graph.unrecognised', isRefusal))
    const anyReplies = fc.array(fc.oneof(anyToken, anySilence, anyRefusal), { minLength: 1, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(anyReplies, fc.boolean(), async (replies, once) => {
        const reply = (times: number) => replies[Math.min(times, replies.length) - 1] as Reply
        const all = bench((question, times) => saying(reply(times))(question, times), { policy: TOKEN_ALONE })
        const ending = await settled(all, all.guard.boot({ once }))
        expect(ending === 'verified').toBe(all.guard.health().verdict === 'verified')
        const isHeard = replies.slice(0, all.asked.length).some((each) => isToken(each))
        if (ending === 'verified' || ending === 'refused') expect(isHeard).toBe(true)
      }),
      RUNS,
    )
  })

  test('a verified token fails without an answer only when its known expiry passes, and at that moment', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(anySilence, { minLength: 1, maxLength: 8 }),
        fc.integer({ min: 1, max: 40 }),
        async (silences, minutes) => {
          const all = await inService({ policy: { ...TOKEN_ALONE, expiry: 'rotate' } })
          const endMs = all.clock.nowMs() + INTERVAL_MS + minutes * MINUTE_MS
          await live(all, [liveToken({ expiresAt: endMs }), ...silences])
          expect(all.guard.health().verdict).toBe(all.clock.nowMs() < endMs ? 'verified' : 'refused')
          all.guard.stop()
        },
      ),
      RUNS,
    )
  })

  test('each transition is reported exactly once, and refusals and recoveries alternate', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(anyToken, anySilence), { maxLength: 20 }), async (replies) => {
        const all = await inService({ policy: TOKEN_ALONE })
        await live(all, replies)
        all.guard.stop()

        const definite = [liveToken(), ...replies.filter((reply): reply is TokenFacts => isToken(reply))]
        const nowMs = all.clock.nowMs()
        const verdicts = definite.map((facts) => judge(facts, DEMANDED, nowMs).some(refuses))
        const turns = verdicts
          .slice(1)
          .flatMap((isRefused, index) => (isRefused === verdicts[index] ? [] : [isRefused]))
        const transitions = all.events.filter(({ type }) => type === 'token.refused' || type === 'token.recovered')
        expect(transitions.map(({ type }) => type === 'token.refused')).toEqual(turns)

        const drifts = definite
          .slice(1)
          .flatMap((facts, index) => driftBetween(definite[index] as TokenFacts, heardAt(facts, nowMs), [], DEMANDED))
        const toldDrift = all.events.flatMap((event) => (event.type === 'token.drift' ? [event.field] : []))
        expect(toldDrift).toEqual(drifts.map(({ field }) => field))
      }),
      RUNS,
    )
  })

  test('probes change neither the number of requests nor the events', async () => {
    const anyProbes = fc.array(fc.tuple(fc.oneof(anyToken, anySilence), fc.integer({ min: 0, max: 5 })), {
      maxLength: 8,
    })
    await fc.assert(
      fc.asyncProperty(anyProbes, async (steps) => {
        const [probed, alone] = [await inService(), await inService()]
        for (const [reply, probes] of steps) {
          alone.play(saying(reply))
          await alone.clock.advance(INTERVAL_MS)
          probed.play(saying(reply))
          for (let part = 0; part <= probes; part++) {
            probed.guard.health()
            await probed.clock.advance(INTERVAL_MS / (probes + 1))
          }
        }
        expect(probed.asked).toEqual(alone.asked)
        expect(probed.newEvents()).toEqual(alone.newEvents())
        probed.guard.stop()
        alone.guard.stop()
      }),
      RUNS,
    )
  })
})

function isToken(reply: Reply): boolean {
  return reply !== 'hang' && 'about' in reply
}
