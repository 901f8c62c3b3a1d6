import type { Postgres } from '../../test/system/postgres.ts'
import type { Drill, Figure } from './report.ts'
import { countIn, openPostgres, openStage, until, type Stage, type StageOptions } from './stage.ts'

const TOKENS = 1_000
const MINUTE_MS = 60_000
const HOLD_MS = 2 * MINUTE_MS
const TOLD_SINGLY = 7
/** The oldest die first, and then those of one tenant. */
const DEAD_AT_FIRST = 30
const TENANT_OF_TEN = 'the tenant of ten'

const ABOUT = `Three fleets at the same time, of 1,000 tokens of as many tenants, each asked about once a minute by two workers.
Graph refuses 30 % of one for 5 minutes (hold: 15 min). The app of another one is disabled (hold: 2 min in place of 15, to save
time). Of the third one 3 % are dead at the first round, and then ten tokens of one tenant die.`

async function incidents(): Promise<readonly Figure[]> {
  await using postgres = openPostgres()
  const all = await Promise.all([outageOfMeta(postgres), disabledApp(postgres), ordinaryDeaths(postgres)])
  return all.flat()
}

async function open(postgres: Postgres, more: Partial<StageOptions>): Promise<Stage> {
  return openStage(postgres, { tokens: TOKENS, graphMs: [30, 70], interval: '60s', rate: 400, ...more })
}

async function startTwo({ start }: Stage): Promise<void> {
  await Promise.all([start(), start()])
}

const untilPassing = ({ pool }: Stage, count: number, ms = MINUTE_MS) =>
  until(`${count} pass`, async () => (await countIn(pool, `token where status = 'pass'`)) === count, ms)

/** Messages that were received, by event and status; each once. */
function messages({ receiver }: Stage, event: string, status?: string): number {
  const matching = receiver.received.filter(
    ({ body }) => body['event'] === event && (status === undefined || body['status'] === status),
  )
  return new Set(matching.map(({ id }) => id)).size
}

const exactly = (count: number) => ({ atLeast: count, atMost: count })

async function outageOfMeta(postgres: Postgres): Promise<readonly Figure[]> {
  await using stage = await open(postgres, {})
  const { pool, graph } = stage
  await startTwo(stage)
  await untilPassing(stage, TOKENS)
  await graph.play('refusing-share')
  await Bun.sleep(5 * MINUTE_MS)
  const held = await countIn(pool, 'token where held is not null')
  await graph.play('permanent')
  const mendedMs = await untilPassing(stage, TOKENS, 5 * MINUTE_MS)
  const isCalm = async () => (await countIn(pool, 'app where incident is not null')) === 0
  await until('the incident is over', isCalm, 8 * MINUTE_MS)
  const isAllSent = async () => (await countIn(pool, 'change where sent_at is null')) === 0
  await until('all messages are sent', isAllSent, MINUTE_MS)
  const of = '30 % refused: '
  return [
    { what: `${of}told singly`, unit: '', value: messages(stage, 'status.changed', 'fail'), atMost: TOLD_SINGLY },
    { what: `${of}held at the end`, unit: '', value: held },
    { what: `${of}messages of a suspicion`, unit: '', value: messages(stage, 'fleet.suspect'), ...exactly(1) },
    { what: `${of}messages of its end`, unit: '', value: messages(stage, 'fleet.cleared'), ...exactly(1) },
    { what: `${of}messages of a confirmation`, unit: '', value: messages(stage, 'fleet.confirmed'), atMost: 0 },
    { what: `${of}fail afterwards`, unit: '', value: await countIn(pool, `token where status = 'fail'`), atMost: 0 },
    { what: `${of}all pass again after`, unit: 's', value: mendedMs / 1000, digits: 0 },
  ]
}

async function disabledApp(postgres: Postgres): Promise<readonly Figure[]> {
  await using stage = await open(postgres, { env: { TOKEN_GUARD_FLEET_HOLD: `${HOLD_MS / 1000}s` } })
  const { pool, graph } = stage
  await startTwo(stage)
  await untilPassing(stage, TOKENS)
  await graph.play('app-deleted')
  const allFail = async () => (await countIn(pool, `token where status = 'fail'`)) === TOKENS
  const tookMs = await until('all fail', allFail, HOLD_MS + 5 * MINUTE_MS)
  await Bun.sleep(MINUTE_MS)
  const of = 'app disabled: '
  return [
    { what: `${of}all fail after`, unit: 's', value: tookMs / 1000, digits: 0, atMost: (HOLD_MS + MINUTE_MS) / 1000 },
    { what: `${of}told singly`, unit: '', value: messages(stage, 'status.changed', 'fail'), atMost: TOLD_SINGLY },
    { what: `${of}messages of a suspicion`, unit: '', value: messages(stage, 'fleet.suspect'), ...exactly(1) },
    { what: `${of}messages of a confirmation`, unit: '', value: messages(stage, 'fleet.confirmed'), ...exactly(1) },
    {
      what: `${of}lines in the history`,
      unit: '',
      value: await countIn(pool, `change where status = 'fail' and token_id is not null`),
      ...exactly(TOKENS),
    },
  ]
}

async function ordinaryDeaths(postgres: Postgres): Promise<readonly Figure[]> {
  const isOfTen = (nth: number) => nth >= DEAD_AT_FIRST && nth < DEAD_AT_FIRST + 10
  await using stage = await open(postgres, { tenantOf: (nth) => (isOfTen(nth) ? TENANT_OF_TEN : `tenant ${nth}`) })
  const { pool, graph } = stage
  await graph.revoke(DEAD_AT_FIRST)
  await startTwo(stage)
  await untilPassing(stage, TOKENS - DEAD_AT_FIRST)
  await graph.revoke(10)
  await Bun.sleep(2 * MINUTE_MS)
  const suspicions = messages(stage, 'fleet.suspect')
  const of = 'ordinary deaths: '
  return [
    { what: `${of}suspicions`, unit: '', value: suspicions, atMost: 0 },
    {
      what: `${of}told singly`,
      unit: '',
      value: messages(stage, 'status.changed', 'fail'),
      ...exactly(DEAD_AT_FIRST + 10),
    },
    {
      what: `${of}fail`,
      unit: '',
      value: await countIn(pool, `token where status = 'fail'`),
      ...exactly(DEAD_AT_FIRST + 10),
    },
  ]
}

export const INCIDENTS: Drill = { about: ABOUT, rounds: 1, run: incidents }
