import { MIGRATION } from '../../src/fleet/schema.ts'
import { gapsOf, percentile, timesOf } from './asked.ts'
import type { Drill, Figure } from './report.ts'
import { countIn, openPostgres, openStage, until } from './stage.ts'

const TOKENS = 300
const TIMES = 20

const ABOUT = `300 tokens, each asked about each second, by two workers, while the tables are made again ${TIMES} times (\`fleet migrate\`).`

async function schema(): Promise<readonly Figure[]> {
  await using postgres = openPostgres()
  await using stage = await openStage(postgres, { tokens: TOKENS, graphMs: [5, 10], interval: '1s', rate: 1_000 })
  const { pool, graph, workers } = stage
  await Promise.all([stage.start(), stage.start()])
  const all = async () => (await countIn(pool, `token where status = 'pass'`)) === TOKENS
  await until('all are verified', all, 20_000)
  const took: number[] = []
  for (let nth = 0; nth < TIMES; nth++) {
    const startMs = performance.now()
    await pool.query(MIGRATION)
    took.push(performance.now() - startMs)
    await Bun.sleep(500)
  }
  const gaps = gapsOf(timesOf(await graph.asked(), TOKENS)).map(({ ms }) => ms)
  const isHurt = /"event":"(?:fleet\.database_away|fleet\.source_failed)"/g
  const hurt = workers.flatMap(({ output }) => output().match(isHurt) ?? [])
  return [
    { what: 'the longest migration', unit: 'ms', value: Math.max(...took) },
    { what: 'workers alive', unit: '', value: workers.filter((worker) => worker.isAlive()).length, atLeast: 2 },
    { what: 'questions to the database that failed', unit: '', value: hurt.length, atMost: 0 },
    { what: 'gap p99', unit: 's', digits: 2, value: percentile(gaps, 0.99) / 1000 },
    { what: 'changes written', unit: '', value: await countIn(pool, 'change'), atMost: 0 },
  ]
}

export const SCHEMA: Drill = { about: ABOUT, rounds: 1, run: schema }
