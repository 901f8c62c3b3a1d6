import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import type { Pool } from 'pg'
import {
  allAre,
  asksOf,
  changesIn,
  idOf,
  rounds,
  sourceOf,
  startFleet,
  statuses,
  until,
  type Fleet,
} from '../fleet/fleet.ts'
import { hasPostgres, Postgres } from './postgres.ts'

/** What comes and goes with the list of tokens, and what is asked of one of them. */

let postgres: Postgres
beforeAll(() => {
  if (hasPostgres) postgres = new Postgres()
})
afterAll(() => postgres?.[Symbol.asyncDispose]())

describe.skipIf(!hasPostgres)('the list of a fleet', () => {
  test('brings new tokens, and forgets those that are gone', async () => {
    await using fleet = await startFleet(postgres, 20)
    fleet.work()
    await allAre(fleet, { pass: 20 })
    const [more = ''] = await fleet.graph.issue(1)
    fleet.rows.set('zebra', { id: 'zebra', token: more })
    fleet.rows.delete(idOf(3))
    await until('both', async () => {
      const { rows } = await fleet.pool.query(
        "select id from token_guard.token where id in ('zebra', $1) and status = 'pass'",
        [idOf(3)],
      )
      return rows.length === 1 && rows[0]?.id === 'zebra' ? true : null
    })
  })

  test.each([
    [
      'lost half of its tokens',
      (fleet: Fleet) => [...fleet.rows.keys()].slice(10).forEach((id) => fleet.rows.delete(id)),
    ],
    ['is empty', (fleet: Fleet) => fleet.rows.clear()],
  ])('is not believed where it %s', async (_what, lose) => {
    await using fleet = await startFleet(postgres, 20)
    const { events } = fleet.work()
    await allAre(fleet, { pass: 20 })
    lose(fleet)
    await until(
      'the suspicion',
      async () => events.find((event) => event.type === 'fleet.listed' && event.listed.kind === 'suspect') ?? null,
    )
    expect((await fleet.pool.query('select count(*)::int from token_guard.token')).rows).toEqual([{ count: 20 }])
  })

  test('is believed after an hour, unless it is empty', async () => {
    await using fleet = await startFleet(postgres, 20)
    fleet.work()
    await allAre(fleet, { pass: 20 })
    ;[...fleet.rows.keys()].slice(10).forEach((id) => fleet.rows.delete(id))
    await until('the suspicion', async () => ((await suspicion(fleet.pool)) ? true : null))
    await fleet.pool.query("update token_guard.meta set suspect_since = now() - interval '2 hours'")
    await until('the ten are forgotten', async () =>
      (await fleet.pool.query('select from token_guard.token')).rowCount === 10 ? true : null,
    )
    fleet.rows.clear()
    await until('the next suspicion', async () => ((await suspicion(fleet.pool)) ? true : null))
    await fleet.pool.query(
      "update token_guard.meta set suspect_since = now() - interval '2 hours', list_due_at = '-infinity'",
    )
    const { rows } = await fleet.pool.query('select list from token_guard.meta')
    await until('two more lists', async () =>
      (await fleet.pool.query('select from token_guard.meta where list > $1::bigint + 1', [rows[0]?.list])).rowCount ===
      1
        ? true
        : null,
    )
    expect((await fleet.pool.query('select count(*)::int from token_guard.token')).rows).toEqual([{ count: 10 }])
  })

  test('that cannot be read changes nothing, and is reported once', async () => {
    await using fleet = await startFleet(postgres, 5)
    const source = sourceOf(fleet.rows)
    let isBroken = false
    const { events } = fleet.work({
      source: {
        ...source,
        list: (after, limit) =>
          isBroken ? Promise.reject(new Error('permission denied for table customer')) : source.list(after, limit),
      },
    })
    await allAre(fleet, { pass: 5 })
    isBroken = true
    const failed = await until(
      'the report',
      async () => events.find((event) => event.type === 'fleet.source_failed') ?? null,
    )
    expect(failed).toMatchObject({ what: 'list', problem: 'permission denied for table customer' })
    await until('two rounds', async () => ((await rounds(fleet.pool)) > 4 ? true : null))
    expect(events.filter((event) => event.type === 'fleet.source_failed')).toHaveLength(1)
    expect(await statuses(fleet)).toEqual({ pass: 5 })
  })
})

describe.skipIf(!hasPostgres)('a token of a fleet', () => {
  test('that its source does not give is a warning, and keeps its verdict', async () => {
    await using fleet = await startFleet(postgres, 2)
    fleet.work()
    await allAre(fleet, { pass: 2 })
    fleet.rows.set(idOf(0), { id: idOf(0), token: '' })
    await allAre(fleet, { pass: 1, warn: 1 })
    const { rows } = await fleet.pool.query("select outcome, codes from token_guard.token where status = 'warn'")
    expect(rows).toEqual([{ outcome: 'verified', codes: ['token.unresolved'] }])
    expect(await changesIn(fleet.pool)).toEqual([
      { token_id: idOf(0), event: 'status.changed', previous_status: 'pass', status: 'warn' },
    ])
  })

  test('that was changed is tried before the old state goes', async () => {
    await using fleet = await startFleet(postgres, 1)
    fleet.work()
    await allAre(fleet, { pass: 1 })
    const before = await fingerprint(fleet.pool)
    fleet.graph.play('failing')
    const [other = ''] = await fleet.graph.issue(1)
    fleet.rows.set(idOf(0), { id: idOf(0), token: other, version: '2' })
    const asked = asksOf(fleet).length
    await until('it is asked about', async () => (asksOf(fleet).length > asked + 3 ? true : null))
    expect([await fingerprint(fleet.pool), await statuses(fleet)]).toEqual([before, { pass: 1 }])
    fleet.graph.play('permanent')
    await until('it takes over', async () => ((await fingerprint(fleet.pool)) === before ? null : true))
    expect(await changesIn(fleet.pool)).toEqual([])
  })

  test('is verified with its account and its number, where the list names them', async () => {
    await using fleet = await startFleet(postgres, 1)
    const { sandbox } = fleet.graph
    const [{ token } = { token: '' }] = [...fleet.rows.values()]
    const { appId, businessAccountId, phoneNumberId } = sandbox
    fleet.rows.set(idOf(0), { id: idOf(0), token, appId, businessAccountId, phoneNumberId })
    fleet.work()
    await allAre(fleet, { pass: 1 })
    fleet.graph.play('phone-blocked')
    await allAre(fleet, { warn: 1 })
    expect((await fleet.pool.query('select codes, app from token_guard.token')).rows).toEqual([
      { codes: ['phone.blocked'], app: appId },
    ])
  })
})

const suspicion = async (pool: Pool) =>
  (await pool.query('select from token_guard.meta where suspect_since is not null')).rowCount === 1
const fingerprint = async (pool: Pool) =>
  (await pool.query('select fingerprint from token_guard.token')).rows[0]?.fingerprint
