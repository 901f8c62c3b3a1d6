import type { Pool } from 'pg'
import { countsOf } from '../../src/fleet/reading.ts'
import { MIGRATION } from '../../src/fleet/schema.ts'
import { CLAIM, NEXT_DUE, WRITE } from '../../src/fleet/statements.ts'
import { LAST_CHANGES, TOKENS, WORST_ONWARDS, WRONG } from '../../src/fleet/statements.reading.ts'
import { percentile } from './asked.ts'
import type { Drill, Figure } from './report.ts'
import { openPostgres, openStage, until } from './stage.ts'

const ROWS = 1_000_000
const APPS = 10_000
const RATE = 10
const INTERVAL_S = 3_600
const CLAIM_MAX = 50
/** They are made again when the table is full, which is faster. */
const INDEXES = ['token_due', 'token_booked', 'token_fingerprint', 'token_status', 'token_app']
const CLAIMS = 150
const AT_ONCE = 3

const ABOUT = `1,000,000 rows in 10,000 apps, each due once an hour, 50,000 of them due now. One connection claims 50 rows and writes 50 verdicts, in turn,
150 times; then three do so at once. What a row knows is what a worker has written for another one. Then what people and programs
ask of the tables, one after the other: the median of five.`

/** $1: what a row knows. Three of a hundred fail, as many warn. */
const FILL = `
insert into token_guard.token (id, tenant, app_id, app, list, due_at, fingerprint, status, outcome, codes, has_passed, known, heard_at, assets_at, checked_at)
select 'customer-' || n, 'tenant ' || n, 'app ' || n % ${APPS}, 'app ' || n % ${APPS}, 0,
  now() + (random() * 3600 - 180) * interval '1 second', md5(n::text) || md5(n || 'x'), status,
  case status when 'fail' then 'refused' else 'verified' end,
  case status when 'fail' then array['token.revoked'] when 'warn' then array['phone.blocked'] else '{}'::text[] end,
  true, $1::jsonb, now() - interval '1 hour', now() - interval '1 hour', now() - interval '1 hour'
from (select n, case n % 100 when 0 then 'fail' when 1 then 'fail' when 2 then 'fail' when 3 then 'warn' when 4 then 'warn' when 5 then 'warn' else 'pass' end as status
  from generate_series(1, ${ROWS}) as n) as each`

async function million(): Promise<readonly Figure[]> {
  // A million rows are written at once.
  await using postgres = openPostgres('max_wal_size=16GB', 'maintenance_work_mem=512MB', 'wal_compression=on')
  const known = await knownOfARow(postgres)
  await postgres.database('million')
  const pool = postgres.pool('million')
  await pool.query(MIGRATION)
  await pool.query(`insert into token_guard.app (app) select 'app ' || n from generate_series(0, ${APPS - 1}) as n`)
  for (const index of INDEXES) await pool.query(`drop index token_guard.${index}`)
  await pool.query(FILL, [known])
  await pool.query(MIGRATION)
  await pool.query('vacuum analyze token_guard.token')
  await pool.query('vacuum analyze token_guard.app')
  const size = await pool.query("select pg_total_relation_size('token_guard.token') as bytes")
  const claiming = () => claimAndWrite(pool, JSON.parse(known))
  const alone = await claiming()
  const atOnce = await Promise.all(Array.from({ length: AT_ONCE }, claiming))
  const all = (pick: (took: Took) => readonly number[]) => atOnce.flatMap(pick)
  return [
    { what: 'size of the table and its indexes', unit: 'MB', value: Number(size.rows[0].bytes) / 2 ** 20, digits: 0 },
    { what: 'what a row knows', unit: 'bytes', value: known.length },
    { what: 'rows a claim', unit: '', value: percentile(alone.rows, 0.5) },
    ...timeFigures('a claim', alone.claim, GOAL),
    ...timeFigures('a write', alone.write, GOAL),
    ...timeFigures(
      'a claim, one of three at once',
      all(({ claim }) => claim),
    ),
    ...timeFigures(
      'a write, one of three at once',
      all(({ write }) => write),
    ),
    ...(await readFigures(pool)),
  ]
}

const GOAL = [{ atMost: 5 }, { atMost: 25 }] as const

function timeFigures(what: string, took: readonly number[], goal: readonly Partial<Figure>[] = []): readonly Figure[] {
  return [
    { what: `${what}, p50`, unit: 'ms', value: percentile(took, 0.5), ...goal[0] },
    { what: `${what}, p99`, unit: 'ms', value: percentile(took, 0.99), ...goal[1] },
  ]
}

/** As a worker wrote it. */
async function knownOfARow(postgres: ReturnType<typeof openPostgres>): Promise<string> {
  await using stage = await openStage(postgres, { tokens: 1, graphMs: [1, 2], interval: '60s', rate: 10 })
  await stage.start()
  const read = async () => (await stage.pool.query("select known from token_guard.token where status = 'pass'")).rows
  await until('one row is verified', async () => (await read()).length === 1, 20_000)
  return JSON.stringify((await read())[0].known)
}

type Took = { readonly claim: number[]; readonly write: number[]; readonly rows: number[] }

async function claimAndWrite(pool: Pool, known: object): Promise<Took> {
  const took: Took = { claim: [], write: [], rows: [] }
  const timed = async (times: number[], text: string, values: any[]) => {
    const startMs = performance.now()
    const { rows } = await pool.query(text, values)
    times.push(performance.now() - startMs)
    return rows
  }
  for (let nth = 0; nth < CLAIMS; nth++) {
    const rows = await timed(took.claim, CLAIM, [CLAIM_MAX, RATE, INTERVAL_S])
    took.rows.push(rows.length)
    const written = rows.map((row) => writtenFor(row, known))
    await timed(took.write, WRITE, [JSON.stringify(written), RATE, INTERVAL_S, '[]'])
  }
  return took
}

function writtenFor({ id, claim, fingerprint, app, status, outcome, codes, now_ms }: any, known: object) {
  return {
    id,
    claim,
    due_at_ms: Number(now_ms) + INTERVAL_S * 1000,
    calls: 1,
    extra_calls: 0,
    fingerprint,
    app,
    status,
    outcome,
    codes,
    has_passed: true,
    known,
    held: null,
    by_incident: false,
    has_heard: true,
    has_read_assets: true,
    has_changed: false,
    is_turned: false,
    is_busy: false,
    pause_seconds: null,
    change: null,
    is_quiet: false,
    settled_app: null,
  }
}

async function readFigures(pool: Pool): Promise<readonly Figure[]> {
  const nothing = [null, null, null, null, null]
  const asked: readonly (readonly [string, () => Promise<unknown>])[] = [
    ['when the next is due', () => pool.query(NEXT_DUE)],
    ['counts', () => countsOf(pool, INTERVAL_S * 1000)],
    ['page: what is wrong', () => pool.query(WRONG)],
    ['page: the list, its first page', () => pool.query(WORST_ONWARDS, [...nothing, 51, 0, ''])],
    ['page: the list, far behind', () => pool.query(WORST_ONWARDS, [...nothing, 51, 4, 'customer-7'])],
    [
      'page: a search by the beginning of an id',
      () => pool.query(WORST_ONWARDS, [null, null, null, null, 'customer-77', 51, 0, '']),
    ],
    [
      'page: a search that finds nothing',
      () => pool.query(WORST_ONWARDS, [null, null, null, null, 'nobody', 51, 0, '']),
    ],
    ['page: the last changes', () => pool.query(LAST_CHANGES, [20])],
    ['tokens of an app', () => pool.query(TOKENS, [null, 100, null, null, 'app 77', null])],
    ['tokens that fail', () => pool.query(TOKENS, [null, 100, 'fail', null, null, null])],
  ]
  const figures: Figure[] = []
  for (const [what, ask] of asked) {
    const took: number[] = []
    for (let nth = 0; nth < 5; nth++) {
      const startMs = performance.now()
      await ask()
      took.push(performance.now() - startMs)
    }
    figures.push({ what, unit: 'ms', value: percentile(took, 0.5) })
  }
  return figures
}

export const MILLION: Drill = { about: ABOUT, rounds: 1, run: million }
