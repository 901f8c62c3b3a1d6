import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { CLAIM } from '../../src/fleet/statements.ts'
import type { WorkerEvent } from '../../src/fleet/worker.ts'
import { allAre, changesIn, idOf, startFleet, until, type Fleet } from '../fleet/fleet.ts'
import { hasPostgres, Postgres } from './postgres.ts'

/** A mass failure at Meta is one incident, and not as many deaths. */

let postgres: Postgres
beforeAll(() => {
  if (hasPostgres) postgres = new Postgres()
})
afterAll(() => postgres?.[Symbol.asyncDispose]())

const TOKENS = 60
const kindOf = async ({ pool }: Fleet) =>
  (await pool.query("select incident->'state'->>'kind' as kind from token_guard.app where incident is not null"))
    .rows[0]?.kind ?? null
const heldIn = async ({ pool }: Fleet) =>
  Number((await pool.query('select count(*) from token_guard.token where held is not null')).rows[0]?.count)
/** What is still to be sent, or was: the history's own lines are not. */
const messagesIn = async ({ pool }: Fleet) =>
  (await pool.query('select event, status, count from token_guard.change where sent_at is null order by seq')).rows
const isOf = (type: WorkerEvent['type']) => (event: WorkerEvent) => event.type === type

/** Moves the hold or the watch of an incident into the past. */
const hasten = ({ pool }: Fleet, path: string) =>
  pool.query(
    `update token_guard.app set incident = jsonb_set(incident, '{state,${path}}', '0'), incident_version = incident_version + 1 where incident->'state' ? '${path}'`,
  )

/** Canaries are asked each 30 s: here they have always waited for longer. */
function hurried({ pool }: Fleet): Disposable {
  const question = `update token_guard.token set checked_at = checked_at - interval '1 hour'
    where checked_at > now() - interval '1 minute'`
  const timer = setInterval(() => void pool.query(question).catch(() => {}), 500)
  return { [Symbol.dispose]: () => clearInterval(timer) }
}

describe.skipIf(!hasPostgres)('a failure of many tokens at once', () => {
  test('is held, cleared when Graph is right again, and leaves nothing behind', async () => {
    await using fleet = await startFleet(postgres, TOKENS)
    const { events } = fleet.work()
    fleet.work()
    await allAre(fleet, { pass: TOKENS })
    fleet.graph.play('refusing-share')
    await until('the suspicion', async () => ((await kindOf(fleet)) === 'suspect' ? true : null))
    await until('the refusals are held', async () => ((await heldIn(fleet)) > 5 ? true : null))
    const told = (await changesIn(fleet.pool)).filter(({ token_id }) => token_id !== null)
    expect(told.length).toBeLessThanOrEqual(7)
    const held = await fleet.pool.query(
      'select status, outcome, codes from token_guard.token where held is not null limit 1',
    )
    expect(held.rows).toEqual([{ status: 'warn', outcome: 'verified', codes: ['fleet.suspect'] }])

    fleet.graph.play('permanent')
    using _ = hurried(fleet)
    await until('the canaries verify', async () => ((await kindOf(fleet)) === 'watched' ? true : null), 40_000)
    await allAre(fleet, { pass: TOKENS })
    await hasten(fleet, 'untilMs')
    await until('the end', async () => ((await kindOf(fleet)) === null ? true : null))
    expect(await heldIn(fleet)).toBe(0)
    const messages = await messagesIn(fleet)
    expect(messages.filter(({ event }) => event === 'fleet.suspect')).toHaveLength(1)
    expect(messages.filter(({ event }) => event === 'fleet.cleared')).toHaveLength(1)
    expect(messages.filter(({ event, status }) => event === 'status.changed' && status === 'fail')).toHaveLength(
      told.length,
    )
    expect(events.some(isOf('fleet.confirmed'))).toBe(false)
  })

  test('has its canaries asked for their assets too, between two reads of them', async () => {
    await using fleet = await startFleet(postgres, 3)
    const { stop } = fleet.work()
    await allAre(fleet, { pass: 3 })
    await stop()
    const claimed = async (hasIncident: boolean, isPlanned: boolean) => {
      await fleet.pool.query('update token_guard.app set incident = $1', [hasIncident ? '{}' : null])
      await fleet.pool.query(
        'update token_guard.token set due_at = now(), booked = true, claim = claim + 1, held = null, is_planned = $1',
        [isPlanned],
      )
      const { rows } = await fleet.pool.query(CLAIM, [100, 1_000, 3_600])
      return rows.map(({ are_assets_due }) => are_assets_due)
    }
    expect(await claimed(true, false)).toEqual([true, true, true])
    expect(await claimed(true, true)).toEqual([false, false, false])
    expect(await claimed(false, false)).toEqual([false, false, false])
  })

  test('is believed after the hold, with one message', async () => {
    await using fleet = await startFleet(postgres, TOKENS, { holdMs: 3_000 })
    fleet.work()
    fleet.work()
    await allAre(fleet, { pass: TOKENS })
    fleet.graph.play('app-deleted')
    await until('the suspicion', async () => ((await kindOf(fleet)) === 'suspect' ? true : null))
    using _ = hurried(fleet)
    await until('the confirmation', async () => ((await kindOf(fleet)) === 'confirmed' ? true : null), 40_000)
    await allAre(fleet, { fail: TOKENS })
    const messages = await messagesIn(fleet)
    const deaths = messages.filter(({ event }) => event === 'status.changed')
    expect(deaths.length).toBeLessThanOrEqual(7)
    expect(messages.filter(({ event }) => event === 'fleet.confirmed')).toEqual([
      { event: 'fleet.confirmed', status: 'fail', count: expect.any(Number) },
    ])
    // Each token has its line in the history all the same.
    const history = await fleet.pool.query(
      "select distinct token_id from token_guard.change where status = 'fail' and token_id is not null",
    )
    expect(history.rowCount).toBe(TOKENS)
  })

  test('is none where a tenant loses ten tokens, and none where some are dead at the first round', async () => {
    await using fleet = await startFleet(postgres, TOKENS)
    await fleet.graph.revoke(4)
    for (let n = 4; n < 16; n++) fleet.rows.set(idOf(n), { ...fleet.row(n), tenant: 'one tenant' })
    fleet.work()
    await allAre(fleet, { pass: TOKENS - 4, fail: 4 })
    await fleet.graph.revoke(12)
    await allAre(fleet, { pass: TOKENS - 16, fail: 16 })
    expect((await messagesIn(fleet)).map(({ event }) => event)).toEqual(Array(16).fill('status.changed'))
  })

  test('is none where it is switched off', async () => {
    await using fleet = await startFleet(postgres, TOKENS, { setting: 'off' })
    fleet.work()
    await allAre(fleet, { pass: TOKENS })
    await fleet.graph.revoke(30)
    await allAre(fleet, { pass: TOKENS - 30, fail: 30 })
    expect(await kindOf(fleet)).toBeNull()
  })
})
