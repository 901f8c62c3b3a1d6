import { expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { NO_SIGNALS } from '../graph/headers.ts'
import { fakeClock } from '../platform/clock.fake.ts'
import { deadToken, liveToken, NOW_MS, policy } from '../verification/verification.fake.ts'
import type { Facts } from '../verification/facts.ts'
import { MINUTE_MS, silence, TOKEN_ALONE } from './guard.fake.ts'
import { instantOf, type Instant } from './instant.ts'
import { Knowledge } from './knowledge.ts'
import type { Answer } from './state.ts'

const MAX_AGE_MS = 10 * MINUTE_MS
const NEVER = new AbortController().signal
const before = ({ wallMs, monotonicMs }: Instant, ms: number) => ({
  wallMs: wallMs - ms,
  monotonicMs: monotonicMs - ms,
})

/** One token, in front of a Graph and of another guard that a test scripts. */
function knowing() {
  const clock = fakeClock(NOW_MS)
  const script: { graph: Facts | null; upstream: readonly Answer[] | null } = { graph: null, upstream: null }
  let asked = 0
  const knowledge = new Knowledge(
    {
      fingerprint: 'aaaaaaaaaaaa',
      ask: (question) => {
        asked += 1
        const { graph } = script
        const result =
          graph === null
            ? ({ kind: 'silent', silence: silence() } as const)
            : ({ kind: 'answered', facts: graph } as const)
        return Promise.resolve({ question, result, signals: NO_SIGNALS })
      },
      askUpstream: () => Promise.resolve(script.upstream),
    },
    { clock, policy: policy(TOKEN_ALONE), graphVersion: 'v25.0', upstreamMaxAgeMs: MAX_AGE_MS },
  )
  return {
    clock,
    knowledge,
    asked: () => asked,
    hears: (facts: Facts | null) => (script.graph = facts),
    isHanded: (facts: Facts, ageMs: number) => {
      const at = before(instantOf(clock), ageMs)
      script.upstream = [{ facts, askedAt: at, at, clockOffsetMs: 0 }]
    },
    isHandedNothing: () => (script.upstream = null),
    verify: async (mayBorrow = true) => {
      const done = knowledge.verify(['token'], { deadline: NEVER, mayBorrow, onSuspected: () => {} })
      await clock.advance(1_000)
      await done
      return knowledge.health().verdict
    },
  }
}

test('what another guard heard counts where it passes and is young enough, and is not handed on', async () => {
  const one = knowing()
  one.isHanded(liveToken(), MAX_AGE_MS - MINUTE_MS)
  expect([await one.verify(), one.asked(), one.knowledge.own()]).toEqual(['verified', 0, null])
  one.hears(liveToken())
  one.isHandedNothing()
  await one.verify()
  expect([one.asked(), one.knowledge.own()?.answers.has('token')]).toEqual([1, true])
})

test.each<[string, Facts, number]>([
  ['is too old', liveToken(), MAX_AGE_MS + 1],
  ['refuses', deadToken('revoked'), 0],
  ['does not pass here', liveToken({ scopes: [] }), 0],
])('what another guard heard and %s leaves Graph to be asked', async (_what, facts, ageMs) => {
  const one = knowing()
  one.isHanded(facts, ageMs)
  expect([await one.verify(), one.asked() > 0]).toEqual(['unverified', true])
})

test('who wants to know now asks Graph', async () => {
  const one = knowing()
  one.isHanded(liveToken(), 0)
  expect([await one.verify(false), one.asked() > 0]).toEqual(['unverified', true])
})

test('a refusal by Graph itself outlives an older pass that another guard heard, and not a newer one', async () => {
  const one = knowing()
  one.hears(deadToken('revoked'))
  expect(await one.verify()).toBe('refused')
  one.hears(null)
  one.isHanded(liveToken(), 5 * MINUTE_MS)
  expect(await one.verify()).toBe('refused')
  await one.clock.advance(MINUTE_MS)
  one.isHanded(liveToken(), 0)
  expect(await one.verify()).toBe('verified')
})

const steps = fc.array(
  fc.record({
    waitMs: fc.integer({ min: 1, max: 30 * MINUTE_MS }),
    graph: fc.constantFrom('good', 'dead', 'silent'),
    upstream: fc.constantFrom('good', 'dead', 'away'),
    ageMs: fc.integer({ min: 0, max: 30 * MINUTE_MS }),
  }),
  { minLength: 1, maxLength: 15 },
)

test('an upstream that comes and goes, lies within its means and is slow: no verdict but by a word of Graph that counts', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (each) => {
      const one = knowing()
      let ownMs = -1
      let ownVerdict: 'verified' | 'refused' | null = null
      for (const { waitMs, graph, upstream, ageMs } of each) {
        await one.clock.advance(waitMs)
        one.hears(graph === 'silent' ? null : graph === 'good' ? liveToken() : deadToken('revoked'))
        if (upstream === 'away') one.isHandedNothing()
        else one.isHanded(upstream === 'good' ? liveToken() : deadToken('revoked'), ageMs)
        const atMs = one.clock.monotonicMs()
        const asked = one.asked()
        const verdict = await one.verify()
        const isBorrowed = one.asked() === asked
        if (!isBorrowed && graph !== 'silent') {
          ownVerdict = graph === 'good' ? 'verified' : 'refused'
          ownMs = atMs
          expect(verdict).toBe(ownVerdict)
        }
        if (isBorrowed) {
          expect([upstream, verdict, ageMs <= MAX_AGE_MS]).toEqual(['good', 'verified', true])
          // Graph has said nothing here since.
          if (ownVerdict === 'refused') expect(atMs - ageMs).toBeGreaterThanOrEqual(ownMs)
        }
        if (verdict === 'refused') expect(ownVerdict).toBe('refused')
      }
    }),
    { numRuns: 150 },
  )
})
