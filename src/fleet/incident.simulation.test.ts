import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import {
  after,
  all,
  ask,
  canaryIds,
  drawn,
  HOLD_MS,
  NOW_MS,
  ROUND_MS,
  rows,
  simulate,
  SUSPECT,
  type FakeRow,
  type Outage,
  type Run,
  type World,
} from './incident.fake.ts'
import { CANARY_EVERY_MS, FORGET_MS, treatmentOf, WATCH_MS, type IncidentStep } from './incident.ts'

/** The rule on fleets of one app in simulated time. The seeds are fixed: the limit of seven holds for nearly all fleets of that size, not for all. */

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const SEED = 20_261_129

const QUIET = { seed: 1, tokensEach: 1, holdMs: HOLD_MS, deathsADay: 0, deadAtFirst: 0 }
const anySeed = fc.nat(2 ** 31 - 1)
const anyInterval = fc.oneof(
  fc.integer({ min: 1, max: 59 }).map((minutes) => minutes * MINUTE_MS),
  fc.integer({ min: 1, max: 5 }).map((hours) => hours * HOUR_MS),
)
const anyLongInterval = fc.integer({ min: 6, max: 24 }).map((hours) => hours * HOUR_MS)
/** Rows due at once are asked ten times a second. */
const askedAtOnceMs = ({ tenants, tokensEach }: World) => tenants * tokensEach * 100

const only = (run: Run, kind: IncidentStep['kind']) => run.steps.filter((step) => step.kind === kind)
const suspected = (run: Run) => run.steps.flatMap((step) => (step.kind === 'suspected' && !step.isAgain ? [step] : []))
const reportedTenants = (run: Run, beforeMs = Infinity) =>
  new Set(run.reported.filter(({ atMs }) => atMs < beforeMs).map(({ row }) => row.tenant)).size
const isAlive = (world: World) => (row: FakeRow) => row.diesAtMs >= world.endMs

/** An outage that begins at any moment of the second round, and the world until so long after its end. */
const outageIn = (
  { intervalMs, ...fleet }: Pick<World, 'tenants' | 'tokensEach' | 'intervalMs'> & Partial<World>,
  { share, by, startsAt, lastsMs }: { share: number; by: Outage['by']; startsAt: number; lastsMs: number },
  afterMs: number,
): World & { outage: Outage } => {
  const fromMs = (1 + startsAt) * intervalMs
  const toMs = fromMs + lastsMs
  return { ...QUIET, ...fleet, intervalMs, outage: { fromMs, toMs, share, by }, endMs: toMs + afterMs }
}

function check<T>(any: fc.Arbitrary<T>, numRuns: number, holds: (value: T) => void): void {
  fc.assert(fc.property(any, holds), { numRuns, seed: SEED })
}

describe('an outage', () => {
  test('of 10 % or more of at least 200 tenants has at most seven reported one by one', () => {
    const any = fc.record({
      seed: anySeed,
      tenants: fc.integer({ min: 200, max: 2_000 }),
      tokensEach: fc.integer({ min: 1, max: 3 }),
      intervalMs: anyInterval,
      share: fc.double({ min: 0.1, max: 1, noNaN: true }),
      startsAt: fc.double({ min: 0, max: 0.9, noNaN: true }),
    })
    check(any, 60, ({ share, startsAt, ...fleet }) => {
      const world = outageIn(fleet, { share, by: 'token', startsAt, lastsMs: fleet.intervalMs }, 0)
      const run = simulate(world)
      expect(suspected(run)).toHaveLength(1)
      expect(reportedTenants(run)).toBeLessThanOrEqual(7)
    })
  })

  test('of 40 % or more has at most 19 reported one by one where rows are asked every 6 h or more rarely', () => {
    const any = fc.record({
      seed: anySeed,
      tenants: fc.integer({ min: 200, max: 2_000 }),
      intervalMs: anyLongInterval,
      share: fc.double({ min: 0.4, max: 1, noNaN: true }),
    })
    check(any, 30, ({ share, ...fleet }) => {
      const world = outageIn(
        { tokensEach: 1, ...fleet },
        { share, by: 'token', startsAt: 0.3, lastsMs: fleet.intervalMs },
        0,
      )
      const run = simulate(world)
      expect(suspected(run)).toHaveLength(1)
      expect(reportedTenants(run)).toBeLessThanOrEqual(19)
    })
  })

  const anyOutage = fc.record({
    fleet: fc.record({
      seed: anySeed,
      tenants: fc.integer({ min: 20, max: 2_000 }),
      tokensEach: fc.integer({ min: 1, max: 3 }),
      intervalMs: fc.oneof(anyInterval, anyLongInterval),
      deathsADay: fc.double({ min: 0, max: 0.03, noNaN: true }),
      deadAtFirst: fc.double({ min: 0, max: 0.03, noNaN: true }),
    }),
    outage: fc.record({
      share: fc.double({ min: 0.02, max: 1, noNaN: true }),
      by: fc.constantFrom<Outage['by']>('token', 'answer'),
      startsAt: fc.double({ min: 0, max: 0.9, noNaN: true }),
      lastsMs: fc.integer({ min: 1, max: 60 }).map((minutes) => minutes * MINUTE_MS),
    }),
  })

  test('that ended leaves nothing refused that lives', () => {
    check(anyOutage, 100, ({ fleet, outage }) => {
      // A row is asked in the round after the end at the latest.
      const world = outageIn(fleet, outage, fleet.intervalMs + 20 * MINUTE_MS + fleet.tenants * fleet.tokensEach * 200)
      const run = simulate(world)
      expect(run.rows.filter(isAlive(world)).filter((row) => !row.isVerified || run.held.has(row))).toEqual([])
    })
  })

  test('that ended leaves nothing held, nor refused together, as soon as the canaries were asked twice', () => {
    check(anyOutage, 100, ({ fleet, outage }) => {
      const alive = { ...fleet, deathsADay: 0 }
      const world = outageIn(alive, { ...outage, by: 'token' }, 0)
      const endedMs = 2 * CANARY_EVERY_MS.confirmed + MINUTE_MS + askedAtOnceMs(world)
      const run = simulate({ ...world, endMs: world.endMs + endedMs })
      expect(run.rows.filter((row) => run.held.has(row) || row.hasJoined)).toEqual([])
      for (const { row } of run.reported) if (!row.isVerified) expect(row.lastAskedMs).toBeLessThan(world.outage.toMs)
    })
  })

  test('whose answers change back and forth is one incident', () => {
    check(anySeed, 10, (seed) => {
      const outage = { share: 0.3, by: 'answer', startsAt: 0.5, lastsMs: 5 * MINUTE_MS } as const
      const world = outageIn({ seed, tenants: 1_000, tokensEach: 1, intervalMs: MINUTE_MS }, outage, 15 * MINUTE_MS)
      const run = simulate(world)
      expect([suspected(run).length, only(run, 'cleared').length, only(run, 'confirmed').length]).toEqual([1, 1, 0])
      expect(reportedTenants(run)).toBeLessThanOrEqual(7)
      expect(run.rows.filter((row) => !row.isVerified)).toEqual([])
    })
  })
})

describe('an app', () => {
  test('that is disabled for good is refused within the hold and a minute, and confirmed once', () => {
    const any = fc.record({
      seed: anySeed,
      tenants: fc.integer({ min: 40, max: 2_000 }),
      tokensEach: fc.integer({ min: 1, max: 3 }),
      intervalMs: fc.oneof(anyInterval, anyLongInterval),
      deadAtFirst: fc.double({ min: 0, max: 0.03, noNaN: true }),
      startsAt: fc.double({ min: 0, max: 0.9, noNaN: true }),
    })
    check(any, 60, ({ startsAt, ...fleet }) => {
      const lastsMs = 2 * fleet.intervalMs + HOLD_MS + 2 * MINUTE_MS
      const world = outageIn(fleet, { share: 1, by: 'token', startsAt, lastsMs }, 0)
      const run = simulate(world)
      expect([suspected(run).length, only(run, 'confirmed').length]).toEqual([1, 1])
      const sinceMs = suspected(run)[0]?.atMs ?? 0
      expect(reportedTenants(run)).toBeLessThanOrEqual(fleet.intervalMs < 6 * HOUR_MS ? 7 : 19)
      for (const row of run.rows.filter(({ diesAtMs }) => diesAtMs > 0)) {
        const rounds = Math.ceil((world.outage.fromMs - row.plannedMs) / world.intervalMs)
        const firstAskedMs = row.plannedMs + rounds * world.intervalMs
        expect(row.refusedAtMs).toBeLessThanOrEqual(Math.max(sinceMs + HOLD_MS + MINUTE_MS, firstAskedMs))
      }
    })
  })

  test('of which some tokens die at once is confirmed, and forgotten when they stay dead', () => {
    const outage = { share: 0.2, by: 'token', startsAt: 0.5, lastsMs: FORGET_MS + HOUR_MS } as const
    const run = simulate(outageIn({ tenants: 300, tokensEach: 1, intervalMs: HOUR_MS }, outage, 0))
    expect(run.steps.map(({ kind }) => kind)).toEqual(['suspected', 'confirmed', 'forgotten'])
    expect(reportedTenants(run)).toBe(7)
    expect(run.rows.filter(({ isVerified, luck }) => isVerified === luck < 0.2)).toEqual([])
  })

  test('that is enabled again after two days recovers at once, and its end is reported once', () => {
    const outage = { share: 1, by: 'token', startsAt: 0.5, lastsMs: 2 * DAY_MS } as const
    const run = simulate(outageIn({ tenants: 300, tokensEach: 1, intervalMs: 6 * HOUR_MS }, outage, 20 * MINUTE_MS))
    expect(run.steps.map(({ kind }) => kind)).toEqual(['suspected', 'confirmed', 'released', 'cleared'])
    expect(run.rows.filter((row) => row.hasJoined || run.held.has(row))).toEqual([])
  })
})

describe('ordinary deaths', () => {
  test('of up to 3 % a day are no incident in weeks, nor is what was dead before the first round', () => {
    const any = fc.record({
      seed: anySeed,
      tenants: fc.integer({ min: 20, max: 2_000 }),
      intervalMs: fc.integer({ min: 1, max: 60 }).map((minutes) => minutes * MINUTE_MS),
      deathsADay: fc.double({ min: 0, max: 0.03, noNaN: true }),
      deadAtFirst: fc.constantFrom(0, 0.03),
    })
    check(any, 20, (fleet) => {
      // So that short intervals take no longer than long ones.
      const endMs = Math.min(21 * DAY_MS, (1_000_000 / fleet.tenants) * fleet.intervalMs)
      const run = simulate({ ...QUIET, ...fleet, outage: null, endMs })
      expect(run.steps).toEqual([])
      const askedAgainMs = endMs - fleet.intervalMs
      const died = run.rows.filter(({ diesAtMs }) => diesAtMs > 0 && diesAtMs < askedAgainMs)
      expect(died.filter((row) => row.isVerified)).toEqual([])
    })
  })
})

const ALL_VERIFIED = 'vvvvvvvvvv vvvvvvvvvv'
const ALL_REFUSED = 'rrrrrrrrrr rrrrrrrrrr'
const anew = (count: number, name: string) => all(rows(count, name), 'newly_refused')

test('after a suspicion new refusals are held, eight of them go on with it, and fewer end it', () => {
  const watched = ask(SUSPECT, ALL_VERIFIED, MINUTE_MS).incident
  expect(treatmentOf(watched.state, NOW_MS)).toBe('hold')
  expect(after(watched, anew(8, 'n'), 2 * MINUTE_MS).step).toEqual({ kind: 'suspected', isAgain: true })
  const seven = after(watched, anew(7, 'n'), MINUTE_MS + WATCH_MS - 1)
  expect(seven.step).toBeNull()
  const cleared = after(seven.incident, [], MINUTE_MS + WATCH_MS)
  expect([cleared.step?.kind, treatmentOf(cleared.incident.state, NOW_MS)]).toEqual(['cleared', 'report'])
  // Those seven are asked again, and are still counted.
  expect(after(cleared.incident, anew(1, 'm'), HOUR_MS).step).toEqual({ kind: 'suspected', isAgain: false })
})

describe('a confirmed incident', () => {
  const { incident, step } = ask(SUSPECT, ALL_REFUSED, HOLD_MS)
  const confirmed = drawn(incident)
  const roundEndMs = HOLD_MS + ROUND_MS + MINUTE_MS

  test('counts what was held and what joins it, until each row had its turn', () => {
    expect(step).toEqual({ kind: 'confirmed', count: 400, isMixed: false })
    expect(treatmentOf(confirmed.state, NOW_MS + roundEndMs - 1)).toBe('join')
    const joined = after(confirmed, anew(30, 'n'), roundEndMs - 1)
    expect([joined.step, joined.incident.state]).toEqual([null, { ...confirmed.state, count: 430 } as never])
    expect(treatmentOf(confirmed.state, NOW_MS + roundEndMs)).toBe('report')
    const more = after(joined.incident, anew(7, 'n'), roundEndMs)
    expect([more.step, more.incident.state]).toEqual([null, joined.incident.state])
    expect(after(more.incident, anew(1, 'm'), roundEndMs).step).toEqual({ kind: 'suspected', isAgain: false })
  })

  test('asks canaries that it refused, and is over when they verify, are gone, or a week has passed', () => {
    const mixed = ask(SUSPECT, 'rrrvvvvvvv rrrvvvvvvv', HOLD_MS)
    expect(mixed.step).toMatchObject({ isMixed: true })
    expect(canaryIds(drawn(mixed.incident))).toEqual(['r3', 'r4', 'r5', 'r0', 'r1', 'r2', 'r6', 'r7'])
    expect(ask(confirmed, ALL_VERIFIED, HOLD_MS + 600_000).step).toEqual({ kind: 'released' })
    const gone = drawn(confirmed, { gone: canaryIds(confirmed), refused: [], calm: rows(9, 'c') })
    expect(after(gone, [], HOLD_MS + 1).step).toEqual({ kind: 'released' })
    expect(after(confirmed, [], HOLD_MS + FORGET_MS - 1).step).toBeNull()
    expect(after(confirmed, [], HOLD_MS + FORGET_MS).step).toEqual({ kind: 'forgotten' })
  })
})
