import { describe, expect, test } from 'bun:test'
import { fakeClock } from '../platform/clock.fake.ts'
import { deadToken, liveToken } from '../verification/verification.fake.ts'
import {
  bench,
  GOOD,
  HANGING,
  REQUEST_TIMEOUT_MS,
  REVOKED,
  saying,
  SECOND_MS,
  settled,
  silence,
  SILENT,
  TOKEN_ALONE,
  type Bench,
  type Script,
} from './guard.fake.ts'

const ALONE = { policy: TOKEN_ALONE }

async function boot(all: Bench, once = false) {
  const startMs = all.clock.monotonicMs()
  const ending = await settled(all, all.guard.boot({ once }))
  return { ending, ms: all.clock.monotonicMs() - startMs, asked: all.asked.length }
}

/** Plays one script first, then another. */
const first =
  (times: number, script: Script, then: Script): Script =>
  (question, timesAsked) =>
    (timesAsked <= times ? script : then)(question, timesAsked)

describe('boot', () => {
  test('asks each question once if all is well', async () => {
    const all = bench()
    expect(await boot(all)).toMatchObject({ ending: 'verified', ms: 0 })
    expect(all.asked.toSorted()).toEqual(['account', 'numbers', 'phone:700700700700703', 'subscriptions', 'token'])
    expect(all.newEvents()).toEqual([])
  })

  test('confirms a refusal a second later, by one more request', async () => {
    const all = bench(REVOKED, ALONE)
    expect(await boot(all)).toMatchObject({ ending: 'refused', ms: SECOND_MS, asked: 2 })
    expect(all.newEvents()).toEqual(['check.refusal_suspected'])
  })

  test('lets the second answer count, whatever it is', async () => {
    const mended = bench(first(1, REVOKED, GOOD), ALONE)
    expect(await boot(mended)).toMatchObject({ ending: 'verified', asked: 2 })
    const otherwise = bench(first(1, REVOKED, saying(deadToken('expired'))), ALONE)
    expect(await boot(otherwise)).toMatchObject({ ending: 'refused', asked: 2 })
    expect(otherwise.guard.health().findings).toMatchObject([{ code: 'token.expired' }])
  })

  test('goes on asking if there is no second answer', async () => {
    const all = bench(first(2, first(1, REVOKED, SILENT), GOOD), ALONE)
    expect(await boot(all)).toMatchObject({ ending: 'verified', asked: 3 })
    expect(all.newEvents()).toEqual(['check.refusal_suspected', 'check.unverified'])
  })

  test('asks again only for what was not answered', async () => {
    const silentOnce: Script = (question, times) =>
      question === 'account' && times < 3 ? silence('graph.failing') : GOOD(question, times)
    const all = bench(silentOnce)
    expect((await boot(all)).ending).toBe('verified')
    expect(all.asked.slice(5)).toEqual(['account', 'account'])
  })

  test('starts with a warning if the account never answers', async () => {
    const all = bench((question, times) => (question === 'account' ? silence('graph.failing') : GOOD(question, times)))
    expect(await boot(all)).toMatchObject({ ending: 'verified', ms: 20 * SECOND_MS })
    expect(all.guard.health()).toMatchObject({ status: 'warn', verdict: 'verified' })
    expect(all.guard.health().checks.get('whatsapp:business-account')).toMatchObject([{ status: 'warn' }])
  })

  test('ends soon after the token is refused for good, though all else hangs', async () => {
    const all = bench((question) => (question === 'token' ? deadToken('revoked') : 'hang'))
    expect(await boot(all)).toMatchObject({ ending: 'refused', ms: 1_500 })
    expect(all.guard.health().findings.map(({ code }) => code)).toEqual(['token.revoked'])
  })

  test('waits for the answers that may explain a refusal of a live token', async () => {
    const all = bench((question) =>
      question === 'token' ? liveToken({ scopes: [] }) : question === 'account' ? 'hang' : GOOD(question, 1),
    )
    expect((await boot(all)).ms).toBeGreaterThan(3_000)
  })

  test('does not ask again for refused edges: they decide nothing', async () => {
    const all = bench((question, times) =>
      question === 'numbers'
        ? { ...silence('graph.unrecognised', true), witness: { says: 'other' } }
        : GOOD(question, times),
    )
    expect(await boot(all)).toMatchObject({ ending: 'verified', ms: 0 })
  })

  test.each([1, 3, 20, 60].map((seconds) => seconds * SECOND_MS))('of %d ms ends when it is over', async (ms) => {
    expect(await boot(bench(SILENT, { ...ALONE, bootTimeoutMs: ms }))).toMatchObject({ ending: 'unverified', ms })
    expect(await boot(bench(HANGING, { ...ALONE, bootTimeoutMs: ms }))).toMatchObject({ ending: 'unverified', ms })
  })

  test('keeps the reason of the attempt before its deadline cut off the last request', async () => {
    const failsThenHangs: Script = (_question, times) => (times === 1 ? silence('graph.failing') : 'hang')
    const all = bench(failsThenHangs, { ...ALONE, bootTimeoutMs: 2 * SECOND_MS })
    expect(await boot(all)).toMatchObject({ ending: 'unverified', asked: 3 })
    expect(all.guard.health().findings).toMatchObject([{ code: 'graph.failing' }])
  })

  test('is not ended by a refusal of the asker at any question but the token', async () => {
    const proof = silence('inspector.proof_required')
    const all = bench((question, times) => (question === 'account' ? proof : GOOD(question, times)))
    expect((await boot(all)).ending).toBe('verified')
    expect(all.guard.health().status).toBe('warn')
  })

  test('backs off: half a second, doubling up to five', async () => {
    const all = bench(SILENT, { ...ALONE, bootTimeoutMs: 30 * SECOND_MS })
    await boot(all)
    const waits = all.events.map((event) => (event.type === 'check.unverified' ? event.retryInMs : 'other'))
    expect(waits).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000, 5_000, 5_000, null])
  })

  test('asks nothing more if the timer of its deadline fires early, as timers that drop a fraction do', async () => {
    const clock = fakeClock()
    const sleep = (ms: number, signal?: AbortSignal) => clock.sleep(Math.max(0, ms - 1), signal)
    const all = bench(SILENT, { ...ALONE, bootTimeoutMs: 4 * SECOND_MS }, { ...clock, sleep })
    expect(await boot(all)).toMatchObject({ ending: 'unverified', asked: 4 })
  })

  test('confirms a refusal after its own deadline', async () => {
    const slow: Script = (_question, times) => (times === 1 ? 'hang' : deadToken('revoked'))
    const all = bench(slow, { ...ALONE, bootTimeoutMs: REQUEST_TIMEOUT_MS + 600 })
    const ms = REQUEST_TIMEOUT_MS + 500 + SECOND_MS
    expect(await boot(all)).toMatchObject({ ending: 'refused', asked: 3, ms })
    expect(all.guard.health().findings).toMatchObject([{ code: 'token.revoked' }])
  })

  test.each(['inspector.denied', 'inspector.rejected', 'inspector.proof_required', 'graph.version_unknown'] as const)(
    '%s ends it if it comes twice',
    async (code) => {
      expect(await boot(bench(saying(silence(code)), ALONE))).toMatchObject({ ending: 'asker_refused', asked: 3 })
      const odd = bench(first(1, saying(silence(code)), GOOD), ALONE)
      expect(await boot(odd)).toMatchObject({ ending: 'verified', asked: 3 })
    },
  )

  test('goes on asking for a token whose inspection is refused, and for an account', async () => {
    const refused = silence('graph.unrecognised', true)
    expect(await boot(bench(saying(refused), ALONE))).toMatchObject({ ending: 'unverified', ms: 20 * SECOND_MS })
    const all = bench((question, times) => (question === 'account' ? refused : GOOD(question, times)))
    expect(await boot(all)).toMatchObject({ ending: 'verified', ms: 20 * SECOND_MS })
  })

  test('asks nothing more if Graph asks to wait for longer than the boot time', async () => {
    const all = bench(SILENT, ALONE)
    all.play(saying(silence('graph.rate_limited')), { retryAfterMs: 60 * SECOND_MS })
    expect(await boot(all)).toMatchObject({ ending: 'unverified', asked: 1, ms: 20 * SECOND_MS })
  })

  test('waits as long as Graph asks, if that is within the boot time', async () => {
    const all = bench(SILENT, ALONE)
    all.play(saying(silence('graph.rate_limited')), { retryAfterMs: 12 * SECOND_MS })
    const booting = all.guard.boot()
    await all.clock.advance(11_900)
    expect(all.asked.length).toBe(1)
    all.play(GOOD)
    expect(await settled(all, booting)).toBe('verified')
    expect(all.asked.length).toBe(2)
  })

  test('with `once` asks once for an answer, and twice for a refusal', async () => {
    expect(await boot(bench(SILENT, ALONE), true)).toMatchObject({ ending: 'unverified', asked: 1, ms: 0 })
    expect(await boot(bench(REVOKED, ALONE), true)).toMatchObject({ ending: 'refused', asked: 2 })
  })

  test.each([GOOD, SILENT, HANGING, REVOKED])('stops at once, and leaves no timer (%#)', async (script) => {
    const all = bench(script === GOOD ? HANGING : script, ALONE)
    const booting = all.guard.boot()
    await all.clock.advance(200)
    all.guard.stop()
    await all.clock.advance(0)
    expect([await booting, all.clock.sleepers()]).toEqual(['stopped', 0])
    expect(all.guard.health().verdict).toBe('unverified')
  })

  test('a token that never passed is never healthy', async () => {
    const all = bench(SILENT)
    expect(all.guard.health()).toMatchObject({ status: 'fail', verdict: 'unverified' })
    await boot(all)
    expect(all.guard.health()).toMatchObject({ status: 'fail', verdict: 'unverified' })
    const live = bench(saying(liveToken({ scopes: [] })))
    expect((await boot(live)).ending).toBe('refused')
    expect(live.guard.health().status).toBe('fail')
  })
})
