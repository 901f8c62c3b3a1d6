import { gapsOf, longestWaitMs, mostInASecond, percentile, timesOf } from './asked.ts'
import type { Drill, Figure } from './report.ts'
import { countIn, openPostgres, openStage, until } from './stage.ts'

const TOKENS = 1_000
const INTERVAL_MS = 10_000
const AWAY_MS = 6_000
const RATE = 150

const ABOUT = `1,000 tokens of one app, each asked about each 10 s, by 3 workers, at ${RATE} calls a second at the most. PostgreSQL is killed for 6 s.
The rhythm is back when the last gap has ended that was longer than the interval and 1 s.`

async function outage(): Promise<readonly Figure[]> {
  await using postgres = openPostgres()
  await using stage = await openStage(postgres, { tokens: TOKENS, graphMs: [30, 70], interval: '10s', rate: RATE })
  const { pool, graph, workers } = stage
  await Promise.all([stage.start(), stage.start(), stage.start()])
  await until('all are verified', async () => (await countIn(pool, `token where status = 'pass'`)) === TOKENS, 60_000)
  await Bun.sleep(INTERVAL_MS * 1.6)
  const killedMs = Date.now()
  postgres.kill()
  await Bun.sleep(killedMs + AWAY_MS - Date.now())
  postgres.start()
  const backMs = Date.now()
  await Bun.sleep(INTERVAL_MS * 4)
  const nowMs = Date.now()
  const asked = await graph.asked()
  const times = timesOf(asked, TOKENS)
  const gaps = gapsOf(times)
  const late = gaps.filter(({ ms, endMs }) => endMs > killedMs && ms > INTERVAL_MS + 1_000)
  const calm = gaps.filter(({ endMs }) => endMs > backMs + 2 * INTERVAL_MS).map(({ ms }) => ms)
  const longest = Math.max(...gaps.map(({ ms }) => ms))
  const seconds = { unit: 's', digits: 2 }
  return [
    { what: 'away', ...seconds, value: (backMs - killedMs) / 1000 },
    { what: 'workers alive', unit: '', value: workers.filter((worker) => worker.isAlive()).length, atLeast: 3 },
    { what: 'changes written', unit: '', value: await countIn(pool, 'change'), atMost: 0 },
    { what: 'tokens verified', unit: '', value: await countIn(pool, `token where status = 'pass'`), atLeast: TOKENS },
    {
      what: 'most calls in a second, from the outage on',
      unit: '',
      value: mostInASecond(asked, killedMs),
      atMost: RATE * 1.15,
    },
    {
      what: 'rhythm back after',
      ...seconds,
      value: (Math.max(backMs, ...late.map(({ endMs }) => endMs)) - backMs) / 1000,
      atMost: (2 * INTERVAL_MS) / 1000,
    },
    { what: 'largest gap', ...seconds, value: longest / 1000 },
    { what: 'gap p99 after that', ...seconds, value: percentile(calm, 0.99) / 1000 },
    {
      what: 'longest wait at the end',
      ...seconds,
      value: longestWaitMs(times, nowMs) / 1000,
      atMost: INTERVAL_MS / 1000 + 1,
    },
  ]
}

export const OUTAGE: Drill = { about: ABOUT, rounds: 3, run: outage }
