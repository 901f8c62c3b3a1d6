import { INCIDENT } from '../../src/fleet/statements.incident.ts'
import { NODE } from '../world.ts'
import { gapsOf, longestWaitMs, percentile, timesOf } from './asked.ts'
import { watch } from './bench-worker.ts'
import type { Drill, Figure } from './report.ts'
import { countIn, openPostgres, openStage, postmasterOf, until, type Stage } from './stage.ts'

const TOKENS = 10_000
const INTERVAL_MS = 60_000
const CLAIM_MS = 20_000
const DEATHS = 100

const ABOUT = `10,000 tokens, each asked about once a minute, by 3 workers; Graph takes 30 to 70 ms. One worker is killed (SIGKILL) after
100 s, 100 tokens die meanwhile, five each 3 s; so many of 10,000 might count as a mass failure,
so that rule is off. Each token's first gap is left out: it only brings the token to its place.
CPU is that of the busiest worker, resident sizes are those of all workers, each 2 s, from the 60th second on.`

async function rhythm(runtime?: string): Promise<readonly Figure[]> {
  await using postgres = openPostgres()
  await using stage = await openStage(postgres, {
    tokens: TOKENS,
    graphMs: [30, 70],
    interval: '60s',
    rate: 400,
    env: { TOKEN_GUARD_FLEET_INCIDENT: 'off' },
    ...(runtime === undefined ? {} : { runtime }),
  })
  const { pool, graph, workers } = stage
  await Promise.all([stage.start(), stage.start(), stage.start()])
  const startMs = Date.now()
  const at = (seconds: number) => Bun.sleep(startMs + seconds * 1000 - Date.now())
  await until('all are verified', async () => (await countIn(pool, `token where status = 'pass'`)) === TOKENS, 60_000)
  await at(60)
  const postmaster = await postmasterOf(pool)
  const dying = die(stage)
  const asThree = watch(workers, postmaster)
  await at(100)
  const three = asThree.end()
  await workers[0]?.kill()
  const asTwo = watch(workers.slice(1), postmaster)
  await at(190)
  const two = asTwo.end()
  await dying
  const times = timesOf(await graph.asked(), TOKENS).slice(DEATHS)
  return [
    ...gapFigures(times),
    ...(await deathFigures(stage)),
    ...useFigures(runtime, three, two),
    await incidentFigure(stage),
  ]
}

async function die({ graph }: Stage): Promise<void> {
  for (let died = 0; died < DEATHS; died += 5) {
    await graph.revoke(5)
    await Bun.sleep(3_000)
  }
}

function gapFigures(times: readonly (readonly number[])[]): readonly Figure[] {
  const gaps = gapsOf(times).map(({ ms }) => ms)
  const seconds = (what: string, ms: number, limitMs?: number): Figure => ({
    what,
    unit: 's',
    value: ms / 1000,
    digits: 2,
    ...(limitMs === undefined ? {} : { atMost: limitMs / 1000 }),
  })
  return [
    { what: 'gaps', unit: '', value: gaps.length },
    seconds('gap p50', percentile(gaps, 0.5)),
    seconds('gap p99', percentile(gaps, 0.99), INTERVAL_MS + 1_000),
    seconds('largest gap', Math.max(...gaps), INTERVAL_MS + CLAIM_MS + 1_000),
    seconds('longest wait at the end', longestWaitMs(times, Date.now()), INTERVAL_MS + CLAIM_MS + 1_000),
    { what: 'asked sooner than half an interval', unit: '', value: gaps.filter((ms) => ms < INTERVAL_MS / 2).length },
  ]
}

async function deathFigures({ pool, receiver }: Stage): Promise<readonly Figure[]> {
  const { rows } = await pool.query(
    "select token_id, count(*)::int from token_guard.change where status = 'fail' group by token_id",
  )
  const tokens = new Set(receiver.received.map(({ body }) => body['tokenId']))
  const ids = new Set(receiver.received.map(({ id }) => id))
  const once = { atLeast: DEATHS, atMost: DEATHS }
  return [
    { what: 'deaths written once', unit: '', value: rows.filter(({ count }) => count === 1).length, ...once },
    { what: 'deaths delivered', unit: '', value: tokens.size, ...once },
    { what: 'ids of messages', unit: '', value: ids.size, ...once },
    { what: 'messages received', unit: '', value: receiver.received.length, atLeast: DEATHS },
    { what: 'other changes', unit: '', value: (await countIn(pool, 'change')) - rows.length, atMost: 0 },
  ]
}

type Use = ReturnType<ReturnType<typeof watch>['end']>

function useFigures(runtime: string | undefined, three: Use, two: Use): readonly Figure[] {
  const sizes = [...three.residentMb, ...two.residentMb]
  const [cpu, memory] = runtime === undefined ? [{ atMost: 20 }, { atMost: 90 }] : [{}, {}]
  return [
    { what: 'CPU of a worker, of three', unit: '% of a core', value: three.workerCpu, ...cpu },
    { what: 'CPU of a worker, of two', unit: '% of a core', value: two.workerCpu, ...cpu },
    { what: 'CPU of PostgreSQL', unit: '% of a core', value: three.postgresCpu },
    { what: 'resident size of a worker, median', unit: 'MB', value: percentile(sizes, 0.5), ...memory },
    { what: 'resident size of a worker, largest', unit: 'MB', value: Math.max(...sizes) },
  ]
}

async function incidentFigure({ pool, graph }: Stage): Promise<Figure> {
  const took: number[] = []
  for (let nth = 0; nth < 9; nth++) {
    const startMs = performance.now()
    await pool.query(INCIDENT, [graph.appId])
    took.push(performance.now() - startMs)
  }
  return { what: 'to read what judges an incident of 10,000 tokens', unit: 'ms', value: percentile(took, 0.5) }
}

export const RHYTHM: Drill = { about: ABOUT, rounds: 3, run: () => rhythm() }
export const RHYTHM_ON_NODE: Drill = {
  about: 'The same on Node, which has no goals of its own.',
  rounds: 1,
  run: () => rhythm(NODE),
}
