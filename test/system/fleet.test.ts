import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { countsOf } from '../../src/fleet/reading.ts'
import { SCHEMA_VERSION, schemaVersion } from '../../src/fleet/schema.ts'
import type { WorkerEvent } from '../../src/fleet/worker.ts'
import {
  allAre,
  asksOf,
  changesIn,
  idOf,
  INTERVAL_MS,
  migrated,
  rounds,
  sourceOf,
  startFleet,
  statuses,
  until,
  type Fleet,
} from '../fleet/fleet.ts'
import { hasPostgres, Postgres } from './postgres.ts'

/** Workers on a real PostgreSQL, which ask the sandbox over real sockets. */

let postgres: Postgres
beforeAll(() => {
  if (hasPostgres) postgres = new Postgres()
})
afterAll(() => postgres?.[Symbol.asyncDispose]())

/** How long each token waited between two questions, but for those that confirm a refusal. */
function gapsOf(fleet: Fleet): readonly number[] {
  const last = new Map<string, number>()
  return asksOf(fleet).flatMap(({ token, atMs }) => {
    const before = last.get(token ?? '')
    last.set(token ?? '', atMs)
    return before === undefined ? [] : [atMs - before]
  })
}

describe.skipIf(!hasPostgres)('a fleet', () => {
  test('has tables that may be made again at any time', async () => {
    const name = 'fleet_made_again'
    await postgres.database(name)
    const pool = postgres.pool(name)
    expect(await schemaVersion(pool)).toBeNull()
    await Promise.all([migrated(pool), migrated(pool), migrated(pool)])
    await migrated(pool)
    expect(await schemaVersion(pool)).toBe(SCHEMA_VERSION)
  })

  test('verifies each token, and writes each death once', async () => {
    await using fleet = await startFleet(postgres, 120)
    fleet.work()
    fleet.work()
    await allAre(fleet, { pass: 120 })
    expect(await changesIn(fleet.pool)).toEqual([])
    await fleet.graph.revoke(7)
    await allAre(fleet, { pass: 113, fail: 7 })
    const asked = asksOf(fleet).length
    await until('another round', async () => (asksOf(fleet).length > asked + 240 ? true : null))
    const changes = await changesIn(fleet.pool)
    expect(changes.map(({ token_id }) => token_id).toSorted()).toEqual(Array.from({ length: 7 }, (_, n) => idOf(n)))
    expect(
      new Set(changes.map(({ event, previous_status, status }) => `${event} ${previous_status} ${status}`)),
    ).toEqual(new Set(['status.changed pass fail']))
  })

  test('asks each token once an interval, whatever happens to a worker', async () => {
    await using fleet = await startFleet(postgres, 100)
    const [first, second] = [fleet.work(), fleet.work()]
    await allAre(fleet, { pass: 100 })
    await until('three rounds', async () => (asksOf(fleet).length > 300 ? true : null))
    await first.stop()
    await until('three more', async () => (asksOf(fleet).length > 600 ? true : null))
    expect(second.events.filter(({ type }) => type === 'fleet.database_away')).toEqual([])
    const gaps = gapsOf(fleet)
      .slice(100)
      .toSorted((a, b) => a - b)
    // The interval, the time between two looks, and this machine's.
    expect(gaps[Math.floor(gaps.length * 0.9)]).toBeLessThan(INTERVAL_MS + 1_000)
    expect(gaps.filter((ms) => ms < INTERVAL_MS * 0.45)).toEqual([])
  })

  test('changes no verdict while Graph is silent, and asks again', async () => {
    await using fleet = await startFleet(postgres, 30)
    fleet.work()
    await allAre(fleet, { pass: 30 })
    fleet.graph.play('failing')
    const asked = asksOf(fleet).length
    await until('two silent rounds', async () => (asksOf(fleet).length > asked + 60 ? true : null))
    expect(
      (await fleet.pool.query("select count(*)::int from token_guard.token where outcome = 'verified'")).rows,
    ).toEqual([{ count: 30 }])
    expect(await changesIn(fleet.pool)).toEqual([])
    fleet.graph.play('permanent')
    await allAre(fleet, { pass: 30 })
  })

  test('goes on after the database was away, with every token and no new verdict', async () => {
    await using fleet = await startFleet(postgres, 60)
    const { events } = fleet.work()
    await allAre(fleet, { pass: 60 })
    postgres.kill()
    await until('the worker notices', async () => (events.some(isAwayEvent) ? true : null))
    postgres.start()
    await until('the worker goes on', async () =>
      events.some(({ type }) => type === 'fleet.database_back') ? true : null,
    )
    const asked = asksOf(fleet).length
    await until('another round', async () => (asksOf(fleet).length > asked + 120 ? true : null))
    expect(await statuses(fleet)).toEqual({ pass: 60 })
    expect(await changesIn(fleet.pool)).toEqual([])
  })

  test('keeps to the rate of an app while it catches up', async () => {
    await using fleet = await startFleet(postgres, 90, { rate: 20 })
    fleet.work()
    fleet.work()
    await until('all are asked', async () => (asksOf(fleet).length >= 80 ? true : null))
    const times = fleet.graph.asked.map(({ atMs }) => atMs)
    const most = Math.max(
      ...times.map((fromMs) => times.filter((atMs) => atMs >= fromMs && atMs < fromMs + 1_000).length),
    )
    // A turn that was missed by less than a second is still taken, and a check makes several calls.
    expect(most).toBeLessThanOrEqual(20 * 1.25 + 5)
    // A turn that was given for later is late all the same.
    expect((await countsOf(fleet.pool, INTERVAL_MS)).lagSeconds).toBeGreaterThan(1)
  })

  test('asks about a token once that several rows hold, and all learn that it ended', async () => {
    await using fleet = await startFleet(postgres, 1)
    const [{ token } = { token: '' }] = [...fleet.rows.values()]
    for (let n = 0; n < 20; n++) fleet.rows.set(idOf(n), { id: idOf(n), token, tenant: `tenant-${n}` })
    fleet.work()
    await allAre(fleet, { pass: 20 })
    const from = asksOf(fleet).length
    await until('four rounds', async () => ((await rounds(fleet.pool)) >= 4 ? true : null))
    // Each row by itself would have asked 80 times and more.
    expect(asksOf(fleet).length - from).toBeLessThan(20)
    await fleet.graph.revoke(1)
    await allAre(fleet, { fail: 20 })
  })

  test('counts no late answer of a claim that has ended', async () => {
    await using fleet = await startFleet(postgres, 1)
    const { promise: held, resolve: release } = Promise.withResolvers<void>()
    const { promise: claimed, resolve: isClaimed } = Promise.withResolvers<void>()
    const source = sourceOf(fleet.rows)
    const slow = fleet.work({
      source: {
        ...source,
        tokens: async (ids) => {
          isClaimed()
          await held
          return source.tokens(ids)
        },
      },
    })
    await claimed
    await fleet.pool.query("update token_guard.token set claim = claim + 1, due_at = now() + interval '1 hour'")
    release()
    const lost = await until('the answer', async () => slow.events.find(isChecked) ?? null)
    expect(lost.isLost).toBe(true)
    expect(await statuses(fleet)).toEqual({ unknown: 1 })
  })

  test('is not led astray by a worker whose clock is an hour ahead', async () => {
    await using fleet = await startFleet(postgres, 20)
    const { systemClock } = await import('../../src/platform/clock.ts')
    fleet.work({ clock: { ...systemClock, nowMs: () => Date.now() + 3_600_000 } })
    fleet.work()
    await allAre(fleet, { pass: 20 })
    await until('two rounds', async () => (asksOf(fleet).length > 60 ? true : null))
    const { rows } = await fleet.pool.query(
      "select count(*)::int from token_guard.token where due_at > now() + interval '1 minute'",
    )
    expect(rows).toEqual([{ count: 0 }])
    expect(await changesIn(fleet.pool)).toEqual([])
  })
})

const isAwayEvent = ({ type }: WorkerEvent) => type === 'fleet.database_away'
const isChecked = (event: WorkerEvent): event is Extract<WorkerEvent, { type: 'fleet.checked' }> =>
  event.type === 'fleet.checked'
