import type { Drill, Figure } from './report.ts'
import { countIn, OPERATOR, openPostgres, openStage, until, type Stage } from './stage.ts'

const TOKENS = 300
const PART = 16

const ABOUT = `300 tokens, each asked about each second, by two workers that log all they can, one of which is killed; some tokens die, an app is disabled and
enabled again. PostgreSQL logs each statement with its values. Then each part of 16 characters of each token is searched.`

async function canaries(): Promise<readonly Figure[]> {
  await using postgres = openPostgres(
    'log_statement=all',
    'log_min_duration_statement=0',
    'log_parameter_max_length=-1',
  )
  await using stage = await openStage(postgres, {
    tokens: TOKENS,
    graphMs: [5, 10],
    interval: '1s',
    rate: 1_000,
    env: { LOG_LEVEL: 'debug', TOKEN_GUARD_FLEET_HOLD: '3s' },
  })
  const { pool, graph, workers } = stage
  await Promise.all([stage.start(), stage.start()])
  const passing = (count: number) => async () => (await countIn(pool, `token where status = 'pass'`)) === count
  await until('all pass', passing(TOKENS), 20_000)
  await graph.revoke(5)
  await until('five fail', passing(TOKENS - 5), 20_000)
  await graph.play('app-deleted')
  await until('refusals are held', async () => (await countIn(pool, 'token where held is not null')) > 50, 20_000)
  const pages = await pagesOf(stage)
  await workers[0]?.kill()
  const tables = await Promise.all(['token', 'app', 'change', 'meta'].map((table) => textOf(stage, table)))
  const searched: Readonly<Record<string, string>> = {
    'the schema': tables.join('\n'),
    "PostgreSQL's log": postgres.log,
    'the logs of the workers': workers.map(({ output }) => output()).join('\n'),
    'the messages': stage.receiver.received.map(({ text }) => text).join('\n'),
    'the pages, the routes and the metrics': pages,
  }
  const parts = partsOf(graph.tokens)
  const planted = foundIn(`a ${graph.tokens[7]?.slice(40, 56)} planted`, parts)
  return [
    { what: 'a planted part is found', unit: '', value: planted, atLeast: 1, atMost: 1 },
    ...Object.entries(searched).flatMap(([what, text]) => [
      { what: `${what}: searched`, unit: 'KB', value: text.length / 1024, digits: 0 },
      { what: `${what}: found`, unit: '', value: foundIn(text, parts), atMost: 0 },
    ]),
  ]
}

async function pagesOf({ workers }: Stage): Promise<string> {
  const url = workers[1]?.url ?? ''
  const headers = { authorization: `Bearer ${OPERATOR}` }
  const paths = [
    '',
    'tokens/1',
    'fleet',
    'fleet/tokens?limit=500',
    'fleet/tokens/1',
    'fleet/tokens/100',
    'fleet/changes',
    'health/fleet',
    'metrics',
  ]
  const texts = await Promise.all(paths.map(async (path) => (await fetch(`${url}/${path}`, { headers })).text()))
  return texts.join('\n')
}

async function textOf({ pool }: Stage, table: string): Promise<string> {
  const { rows } = await pool.query(`select row_to_json(t)::text as text from token_guard.${table} t`)
  return rows.map(({ text }) => text).join('\n')
}

function partsOf(tokens: readonly string[]): ReadonlySet<string> {
  const parts = tokens.flatMap((token) =>
    Array.from({ length: token.length - PART + 1 }, (_, at) => token.slice(at, at + PART)),
  )
  return new Set(parts)
}

function foundIn(text: string, parts: ReadonlySet<string>): number {
  let found = 0
  for (let at = 0; at + PART <= text.length; at++) if (parts.has(text.slice(at, at + PART))) found += 1
  return found
}

export const CANARIES: Drill = { about: ABOUT, rounds: 1, run: canaries }
