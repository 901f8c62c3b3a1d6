import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { fakeClock, type FakeClock } from '../platform/clock.fake.ts'
import { liveToken, NOW_MS } from '../verification/verification.fake.ts'
import type { Policy } from '../verification/policy.ts'
import type { Recollection } from './deps.ts'
import {
  bench,
  GOOD,
  HANGING,
  MINUTE_MS,
  REVOKED,
  saying,
  settled,
  SILENT,
  TOKEN_ALONE,
  type Bench,
  type Script,
} from './guard.fake.ts'
import { instantOf } from './instant.ts'
import { fromRemembered, toRemembered } from './remembered.ts'

const HOUR_MS = 60 * MINUTE_MS
const MAX_AGE_MS = 24 * HOUR_MS

/** What the next process gets of this one: by JSON, as a file would give it. */
function leftBy({ guard }: Bench, clock: FakeClock): Recollection {
  const json = JSON.parse(JSON.stringify(toRemembered(guard.state)))
  return { state: fromRemembered(json, instantOf(clock)), past: guard.past }
}

/** A life: boots, and recalls where the boot had no answer. Whether it may start, and whether that was by memory. */
async function live(script: Script, clock: FakeClock, recollection: Recollection, policy: Partial<Policy> = {}) {
  const all = bench(script, { policy: { ...TOKEN_ALONE, ...policy }, recollection }, clock)
  const ending = await settled(all, all.guard.boot())
  const isRecalled = ending === 'unverified' && all.guard.recall(MAX_AGE_MS)
  return { all, ending, isRecalled, starts: ending === 'verified' || isRecalled }
}

async function afterA(script: Script, ageMs: number, policy: Partial<Policy> = {}) {
  const clock = fakeClock(NOW_MS)
  const { all } = await live(script, clock, { state: null, past: { drifts: [], statuses: [] } }, policy)
  all.guard.stop()
  await clock.advance(ageMs)
  return { clock, recollection: leftBy(all, clock) }
}

describe('a boot without an answer', () => {
  test('goes on with a pass that is young enough, as a warning', async () => {
    const { clock, recollection } = await afterA(GOOD, MAX_AGE_MS - MINUTE_MS)
    const { all, isRecalled } = await live(SILENT, clock, recollection)
    expect([isRecalled, all.guard.hasPassed]).toEqual([true, true])
    expect(all.guard.health()).toMatchObject({ verdict: 'verified', status: 'warn' })
  })

  test('does not with one that is too old, with a refusal, or with nothing', async () => {
    for (const [script, ageMs] of [
      [GOOD, MAX_AGE_MS + 1],
      [REVOKED, MINUTE_MS],
      [SILENT, MINUTE_MS],
    ] as const) {
      const { clock, recollection } = await afterA(script, ageMs)
      const { all, ending, isRecalled } = await live(HANGING, clock, recollection)
      expect([ending, isRecalled, all.guard.hasPassed]).toEqual(['unverified', false, false])
      expect(all.guard.health().verdict).toBe('unverified')
    }
  })

  test('judges by the policy and the clock of today', async () => {
    const leaving = saying(liveToken({ expiresAt: NOW_MS + HOUR_MS }))
    const rotating = { expiry: 'rotate' } as const
    const before = await afterA(leaving, MINUTE_MS, rotating)
    expect((await live(SILENT, before.clock, before.recollection, rotating)).isRecalled).toBe(true)
    const demanding = await afterA(leaving, MINUTE_MS, rotating)
    expect((await live(SILENT, demanding.clock, demanding.recollection)).isRecalled).toBe(false)
    const ended = await afterA(leaving, 2 * HOUR_MS, rotating)
    expect((await live(SILENT, ended.clock, ended.recollection, rotating)).isRecalled).toBe(false)
  })

  test('asks on at the pace of a boot, and reports what changed meanwhile', async () => {
    const { clock, recollection } = await afterA(GOOD, HOUR_MS)
    const { all } = await live(SILENT, clock, recollection)
    void all.guard.run()
    const asked = all.asked.length
    await clock.advance(MINUTE_MS)
    expect(all.asked.length - asked).toBeGreaterThanOrEqual(3)
    all.play(saying(liveToken({ scopes: [] })))
    all.newEvents()
    await clock.advance(MINUTE_MS)
    expect(all.newEvents('check.refusal_suspected')).toEqual(expect.arrayContaining(['token.drift', 'token.refused']))
    all.guard.stop()
  })
})

test('a boot reports what is different from what an earlier process knew', async () => {
  const { clock, recollection } = await afterA(GOOD, HOUR_MS)
  const { all, ending } = await live(REVOKED, clock, recollection)
  expect(ending).toBe('refused')
  expect(all.guard.past.drifts.map(({ field, before, after }) => [field, before, after])).toEqual([
    ['validity', true, false],
  ])
})

const SCRIPTS = { good: GOOD, revoked: REVOKED, silent: SILENT, hanging: HANGING }
const lives = fc.array(
  fc.tuple(fc.constantFrom('good', 'revoked', 'silent', 'hanging'), fc.integer({ min: 1, max: 40 * HOUR_MS })),
  { minLength: 1, maxLength: 12 },
)

test('over random restarts and outages: only by the last word of Graph, and only as long as it counts', async () => {
  await fc.assert(
    fc.asyncProperty(lives, async (steps) => {
      const clock = fakeClock(NOW_MS)
      let recollection: Recollection = { state: null, past: { drifts: [], statuses: [] } }
      let said: 'good' | 'revoked' | null = null
      let saidAtMs = 0
      for (const [graph, ms] of steps) {
        const { all, ending, starts, isRecalled } = await live(SCRIPTS[graph], clock, recollection)
        if (graph === 'good' || graph === 'revoked') {
          said = graph
          saidAtMs = clock.monotonicMs()
        }
        // Memory alone refuses nothing.
        if (graph !== 'revoked') expect(ending).not.toBe('refused')
        expect([starts, all.guard.hasPassed]).toEqual([starts, starts])
        const ageMs = clock.monotonicMs() - saidAtMs
        if (isRecalled) expect([said, ageMs <= MAX_AGE_MS]).toEqual(['good', true])
        else if (graph !== 'good' && graph !== 'revoked') expect(said !== 'good' || ageMs > MAX_AGE_MS).toBe(true)
        all.guard.stop()
        if (all.guard.state.answers.has('token')) recollection = leftBy(all, clock)
        await clock.advance(ms)
        if (recollection.state !== null)
          recollection = {
            ...recollection,
            state: fromRemembered(JSON.parse(JSON.stringify(toRemembered(recollection.state))), instantOf(clock)),
          }
      }
    }),
    { numRuns: 60 },
  )
})
