import { gapsOf, longestWaitMs, percentile, timesOf } from './asked.ts'
import type { Drill, Figure } from './report.ts'
import { countIn, openPostgres, openStage, until } from './stage.ts'

const TOKENS = 2_000
const INTERVAL_MS = 20_000
const CLAIM_MS = 20_000
const KILLS = 8

const ABOUT = `2,000 tokens, each asked about each 20 s, by 3 workers; Graph takes 0.3 to 0.7 s. Each 5 s a worker is killed (SIGKILL), and
another one is started in its place: ${KILLS} times. Early: sooner than half an interval.`

async function kills(): Promise<readonly Figure[]> {
  await using postgres = openPostgres()
  await using stage = await openStage(postgres, { tokens: TOKENS, graphMs: [300, 700], interval: '20s', rate: 400 })
  const { pool, graph, workers } = stage
  await Promise.all([stage.start(), stage.start(), stage.start()])
  await until('all are verified', async () => (await countIn(pool, `token where status = 'pass'`)) === TOKENS, 60_000)
  await Bun.sleep(INTERVAL_MS * 1.5)
  for (let nth = 0; nth < KILLS; nth++) {
    await workers[nth]?.kill()
    await stage.start()
    await Bun.sleep(5_000)
  }
  await Bun.sleep(INTERVAL_MS + CLAIM_MS - 5_000)
  const nowMs = Date.now()
  const times = timesOf(await graph.asked(), TOKENS)
  const gaps = gapsOf(times).map(({ ms }) => ms)
  const early = gaps.filter((ms) => ms < INTERVAL_MS / 2).length
  const bound = (INTERVAL_MS + CLAIM_MS + 1_000) / 1000
  const seconds = { unit: 's', digits: 2 }
  return [
    { what: 'questions', unit: '', value: times.flat().length },
    { what: 'gap p50', ...seconds, value: percentile(gaps, 0.5) / 1000 },
    { what: 'gap p99', ...seconds, value: percentile(gaps, 0.99) / 1000 },
    { what: 'largest gap', ...seconds, value: Math.max(...gaps) / 1000, atMost: bound },
    { what: 'longest wait at the end', ...seconds, value: longestWaitMs(times, nowMs) / 1000, atMost: bound },
    { what: 'asked early, a kill', unit: '', value: early / KILLS, atMost: 50 },
    { what: 'changes written', unit: '', value: await countIn(pool, 'change'), atMost: 0 },
  ]
}

export const KILLING: Drill = { about: ABOUT, rounds: 3, run: kills }
