import { gapsOf, longestWaitMs, percentile, timesOf } from './asked.ts'
import { watch } from './bench-worker.ts'
import type { Drill, Figure } from './report.ts'
import { countIn, openPostgres, openStage, postmasterOf, until } from './stage.ts'

const TOKENS = 3_000
const INTERVAL_MS = 20_000
const CLAIM_MS = 20_000

const ABOUT = `3,000 tokens, each asked about each 20 s, by 3 workers of which one is killed (SIGKILL); Graph takes 30 to 70 ms. Each token has a Meta app
of its own, whose rate is 10 a second; then the same tokens of one app.`

async function apps(): Promise<readonly Figure[]> {
  const many = await measured(true)
  const one = await measured(false)
  return [
    ...many.map((each) => ({ ...each, what: `3,000 apps: ${each.what}` })),
    ...one.map((each) => ({ ...each, what: `one app: ${each.what}` })),
  ]
}

async function measured(hasManyApps: boolean): Promise<readonly Figure[]> {
  await using postgres = openPostgres()
  await using stage = await openStage(postgres, {
    tokens: TOKENS,
    hasManyApps,
    graphMs: [30, 70],
    interval: '20s',
    rate: hasManyApps ? 10 : 400,
  })
  const { pool, graph, workers } = stage
  await Promise.all([stage.start(), stage.start(), stage.start()])
  await until('all are verified', async () => (await countIn(pool, `token where status = 'pass'`)) === TOKENS, 60_000)
  await Bun.sleep(INTERVAL_MS * 1.5)
  await workers[0]?.kill()
  const watching = watch(workers.slice(1), await postmasterOf(pool))
  await Bun.sleep(INTERVAL_MS + CLAIM_MS)
  const use = watching.end()
  const nowMs = Date.now()
  const times = timesOf(await graph.asked(), TOKENS)
  const gaps = gapsOf(times).map(({ ms }) => ms)
  const bound = (INTERVAL_MS + CLAIM_MS + 1_000) / 1000
  const seconds = { unit: 's', digits: 2 }
  return [
    { what: 'gap p50', ...seconds, value: percentile(gaps, 0.5) / 1000 },
    { what: 'gap p99', ...seconds, value: percentile(gaps, 0.99) / 1000, atMost: INTERVAL_MS / 1000 + 1 },
    { what: 'largest gap', ...seconds, value: Math.max(...gaps) / 1000, atMost: bound },
    { what: 'longest wait at the end', ...seconds, value: longestWaitMs(times, nowMs) / 1000, atMost: bound },
    { what: 'CPU of a worker, of two', unit: '% of a core', value: use.workerCpu },
    { what: 'CPU of PostgreSQL', unit: '% of a core', value: use.postgresCpu },
    { what: 'resident size of a worker, median', unit: 'MB', value: percentile(use.residentMb, 0.5) },
  ]
}

export const APPS: Drill = { about: ABOUT, rounds: 1, run: apps }
