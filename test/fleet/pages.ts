import type { Pool } from 'pg'
import { Secret } from '../../src/config/secret.ts'
import { createFleetApp } from '../../src/http/fleet-app.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { policy } from '../../src/verification/verification.fake.ts'
import type { Postgres } from '../system/postgres.ts'
import { idleWorker, migrated, sourceOf, startSandbox, type Listed } from './fleet.ts'

/** The routes of a fleet of ten thousand tokens behind a real socket, over a real database. Nothing is due by itself. */

export const OPERATOR = 'qK4wZt8rXb2mNv6c'
export const STRANGERS = {
  markup: '<img src=x onerror=alert(1)>"&amp;\'/..',
  backwards: 'abc\u202Ecba\u2066',
  long: `long-${'9'.repeat(295)}`,
} as const
/** Tokens of the sandbox: one was revoked, and the refusal of another is held. */
export const [DEAD, HELD_BACK, GOOD] = ['real-dead', 'real-held', 'real-good'] as const
export const TOKENS = 10_000
const INTERVAL_MS = 3_600_000

/** Ten thousand of three apps and two thousand tenants: the first ones fail, warn, or have no verdict yet. */
const ROWS = `
insert into token_guard.token (id, tenant, app_id, app, list, due_at, status, outcome, codes, has_passed, checked_at, changed_at)
select 'customer-' || n, 'Tenant ' || n % 2000, '10000000000' || n % 3, '10000000000' || n % 3, 0, now() + interval '1 hour', status,
  case status when 'fail' then 'refused' when 'unknown' then 'unverified' else 'verified' end,
  case status when 'fail' then array[case when n % 4 = 0 then 'token.expired' else 'token.revoked' end]
    when 'warn' then array[case when n % 3 = 0 then 'phone.blocked' else 'fleet.suspect' end] else '{}'::text[] end,
  status <> 'unknown', case when status <> 'unknown' then now() - n % 3600 * interval '1 second' end, now() - interval '2 days'
from (select n, case when n <= 120 then 'fail' when n <= 420 then 'warn' when n <= 500 then 'unknown' else 'pass' end as status
  from generate_series(1, ${TOKENS} - $1::int) as n) as each`

const CHANGES = `
insert into token_guard.change (token_id, tenant, app_id, event, previous_status, status, findings, at, sent_at)
select id, tenant, app_id, 'status.changed', 'pass', status, jsonb_build_array(jsonb_build_object('code', codes[1])),
  now() - interval '5 minutes', now() from token_guard.token where status = 'fail' order by id limit 30`

/** $1: the token whose refusal is held; $2: one that Graph refuses. */
const HELD = `
update token_guard.token set status = 'warn', codes = '{fleet.suspect}',
  held = jsonb_build_object('codes', jsonb_build_array('token.revoked'), 'known',
    (select known from token_guard.token where id = $2))
where id = $1`

/** `incidents`: how many of the three apps have one. */
export async function fill(pool: Pool, listed: readonly Listed[], incidents = 1): Promise<void> {
  await pool.query(
    `insert into token_guard.app (app, incident) select '10000000000' || n,
       case when n < $1 then '{"state":{"kind":"suspect"}}'::jsonb end from generate_series(0, 2) as n`,
    [incidents],
  )
  await pool.query(ROWS, [listed.length])
  for (const { id, tenant, appId } of listed)
    await pool.query(
      `with app as (insert into token_guard.app (app) values ($3) on conflict do nothing)
       insert into token_guard.token (id, tenant, app_id, app, list, due_at) values ($1, $2, $3, $3, 0, now() + interval '1 hour')`,
      [id, tenant, appId],
    )
  await pool.query(CHANGES)
  await pool.query("update token_guard.meta set list_due_at = now() + interval '1 hour', listed_at = now()")
  await pool.query('analyze token_guard.token')
}

/** The last tokens are real ones, of the sandbox. */
export async function servePages(postgres: Postgres, name: string) {
  await postgres.database(name)
  const pool = postgres.pool(name)
  await migrated(pool)
  const graph = await startSandbox()
  const { appId } = graph.sandbox
  const ids = [DEAD, HELD_BACK, GOOD, ...Object.values(STRANGERS)]
  const tokens = await graph.issue(ids.length)
  const rows = new Map<string, Listed>(
    ids.map((id, n) => [id, { id, token: tokens[n] ?? '', tenant: n < 3 ? 'Real Ltd' : id, appId }]),
  )
  await fill(pool, [...rows.values()])
  const { worker } = idleWorker({
    database: postgres.pool(name),
    source: sourceOf(rows),
    graphUrl: graph.url,
    sandbox: graph.sandbox,
    changes: { intervalMs: INTERVAL_MS, assetIntervalMs: INTERVAL_MS },
  })
  const checkNow = async (id: string) => {
    const check = await worker.checkNow(id)
    await check?.written
    return check === null ? ('unknown' as const) : ('checked' as const)
  }
  for (const id of ids) await checkNow(id)
  await graph.revoke(1)
  await checkNow(DEAD)
  await pool.query(HELD, [HELD_BACK, DEAD])
  const app = createFleetApp({
    database: pool,
    policy: policy({ appId, businessAccountId: null, phoneNumberIds: [], hasAppSecret: true }),
    intervalMs: INTERVAL_MS,
    release: { serviceId: 'whatsapp-token-guard', releaseId: '1.2.3' },
    operatorToken: new Secret(OPERATOR),
    clock: systemClock,
    answeredAtMs: () => worker.answeredAtMs,
    isStopping: () => false,
    check: checkNow,
    metrics: async () => ({ status: 200, type: 'text/plain', body: '' }),
  })
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: (request) => app.fetch(request, { host: request.headers.get('host') }),
  })
  return {
    url: `http://127.0.0.1:${server.port}`,
    port: server.port,
    pool,
    graph,
    [Symbol.asyncDispose]: async () => {
      await server.stop(true)
      worker.stop()
      await graph[Symbol.asyncDispose]()
    },
  }
}
