import { policyOf, textsOf } from '../assembly/assemble.ts'
import { wayTo } from '../assembly/way-out.ts'
import { secretsIn, type Config, type Fault } from '../config/config.ts'
import { SecretMask } from '../config/mask.ts'
import { EXIT, type ExitCode } from '../exit-codes.ts'
import { isAway } from '../fleet/database.ts'
import { openDatabase, type OpenedDatabase } from '../fleet/open-database.ts'
import { SCHEMA_VERSION, schemaVersion } from '../fleet/schema.ts'
import { lackIn, sqlSource } from '../fleet/sql-source.ts'
import type { FleetSource } from '../fleet/source.ts'
import { cleaner, type Clean } from '../graph/clean.ts'
import type { Transport } from '../net/fetch.ts'
import { systemClock } from '../platform/clock.ts'
import type { Output } from '../platform/output.ts'
import { ENV_FILES } from '../platform/runtime.ts'
import { createLog, type Log } from '../report/log.ts'
import { styleOf } from '../report/paint.ts'
import { faultsText } from '../report/text.ts'
import type { Policy } from '../verification/policy.ts'
import type { FleetNeed } from '../config/readings.ts'
import { readConfigPiped } from './piped.ts'
import type { CommonOptions, Context } from './setup.ts'

/** What the commands of a fleet begin with. */

export type FleetSetup = {
  readonly config: Config
  readonly policy: Policy
  readonly database: OpenedDatabase
  readonly source: FleetSource
  readonly transport: Transport
  readonly log: Log
  /** Makes a text of a database's or of Graph's fit to be shown. */
  readonly clean: Clean
  readonly end: () => Promise<void>
}

type Options = CommonOptions & { readonly host?: string | undefined; readonly port?: string | undefined }
type Prepared = { readonly ok: true; readonly setup: FleetSetup } | { readonly ok: false; readonly exitCode: ExitCode }

const INSTALL = 'the package pg: npm install pg'
const RETRY_MS = 500

/** `migrates`: there may be no tables yet. */
export async function setUpFleet(
  { envFile, host, port }: Options,
  context: Context,
  logTo: Output,
  need: FleetNeed,
  migrates = false,
): Promise<Prepared> {
  const { env, cwd } = context
  const options = { TOKEN_GUARD_HOST: host, TOKEN_GUARD_PORT: port }
  const request = { options, env, cwd, envFile: envFile ?? null, fleet: need, ...ENV_FILES }
  const read = await readConfigPiped(request, context.stderr, { clock: systemClock })
  const logLevel = read.ok ? read.config.logLevel : read.logLevel
  const refuse = async (faults: readonly Fault[]): Promise<Prepared> => {
    const log = await createLog(logLevel, logTo, (line) => line)
    if (logTo.isTerminal) logTo.write(faultsText(faults, null, styleOf(logTo)))
    else log({ type: 'config.invalid', faults, tokenSource: null })
    return { ok: false, exitCode: EXIT.config }
  }
  if (!read.ok) return refuse(read.faults)
  const { config } = read
  const mask = new SecretMask()
  mask.learn(textsOf(secretsIn(config)))
  const clean = cleaner(mask.apply)
  const transport = await wayTo(config.graphUrl)
  if (!transport.ok) return refuse([transport.fault])
  const opened = await openBoth(config)
  if ('fault' in opened) return refuse([opened.fault])
  const { database, sourceDatabase, end } = opened
  const found = await lackOf(config, opened, clean, { need, migrates })
  if (found !== null) {
    await end()
    if ('fault' in found) return refuse([found.fault])
    const log = await createLog(logLevel, logTo, (line) => line)
    log({ type: 'fleet.database_away', problem: found.away })
    return { ok: false, exitCode: EXIT.temporary }
  }
  const log = await createLog(config.logLevel, logTo, mask.apply)
  for (const notice of read.notices)
    log(notice.kind === 'unknown' ? { type: 'config.unknown', notice } : { type: 'config.warning', ...notice })
  const policy = { ...policyOf(config), staleAfterMs: config.fleet.staleAfterMs }
  const source = sqlSource(sourceDatabase, queriesOf(config))
  return { ok: true, setup: { config, policy, database, source, transport, log, clean, end } }
}

type Opened = {
  readonly database: OpenedDatabase
  readonly sourceDatabase: OpenedDatabase
  readonly end: () => Promise<void>
}

async function openBoth({ fleet }: Config): Promise<Opened | { readonly fault: Fault }> {
  const name = 'TOKEN_GUARD_FLEET_DATABASE'
  const database = fleet.database === null ? null : await openDatabase(fleet.database)
  if (database === null) return { fault: { name, problem: 'needs a package that is not installed', expected: INSTALL } }
  const other = fleet.source === null ? null : await openDatabase(fleet.source)
  return {
    database,
    sourceDatabase: other ?? database,
    end: async () => {
      await Promise.all([database.end(), other?.end()])
    },
  }
}

const queriesOf = ({ fleet }: Config) => ({ listSql: fleet.listSql ?? '', tokenSql: fleet.tokenSql ?? '' })

type Lack = { readonly fault: Fault } | { readonly away: string }

/** What is wrong with the database, its tables or the queries. A database that is away is waited for as boot waits. */
async function lackOf(
  config: Config,
  opened: Opened,
  clean: Clean,
  { need, migrates }: { readonly need: FleetNeed; readonly migrates: boolean },
): Promise<Lack | null> {
  const asked = await patiently(config, async () => ({
    version: await schemaVersion(opened.database),
    query: need === 'tables' ? null : await lackIn(opened.sourceDatabase, queriesOf(config), clean),
  }))
  const name = 'TOKEN_GUARD_FLEET_DATABASE'
  if ('error' in asked) {
    const said = clean(messageOf(asked.error))
    if (isAway(asked.error)) return { away: said }
    const expected = 'a PostgreSQL database that this program may use'
    return { fault: { name, problem: `cannot be used: ${said}`, expected } }
  }
  const { version, query } = asked.value
  if (!migrates && version !== SCHEMA_VERSION) {
    const problem =
      version === null ? 'has no tables of a fleet yet' : `has tables of version ${version}, not of ${SCHEMA_VERSION}`
    const isOlder = version === null || version < SCHEMA_VERSION
    const expected = isOlder ? '`fleet migrate` to be run once' : 'the version of this program that made the tables'
    return { fault: { name, problem, expected } }
  }
  const expected = 'a query with these columns (docs/fleet.md has examples)'
  return query === null ? null : { fault: { ...query, expected } }
}

async function patiently<T>(
  { bootTimeoutMs }: Config,
  ask: () => Promise<T>,
): Promise<{ readonly value: T } | { readonly error: unknown }> {
  const endMs = systemClock.monotonicMs() + bootTimeoutMs
  for (;;) {
    try {
      return { value: await ask() }
    } catch (error) {
      if (!isAway(error) || systemClock.monotonicMs() > endMs) return { error }
      await systemClock.sleep(RETRY_MS)
    }
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
