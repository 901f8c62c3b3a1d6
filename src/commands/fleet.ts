import { EXIT, type ExitCode } from '../exit-codes.ts'
import { inFleet } from '../fleet/advice.ts'
import { countsOf, oneToken, type Counts } from '../fleet/reading.ts'
import { MIGRATION } from '../fleet/schema.ts'
import { createFleetMetrics } from '../http/fleet-metrics.ts'
import { systemClock } from '../platform/clock.ts'
import { RUNTIME } from '../platform/runtime.ts'
import { VERSION } from '../platform/version.ts'
import { styleOf } from '../report/paint.ts'
import { verificationText } from '../report/text.ts'
import { CONCLUSIONS } from './boot-guard.ts'
import { workerOf } from './fleet-serve.ts'
import { setUpFleet } from './fleet-setup.ts'
import type { CommonOptions, Context } from './setup.ts'

/** `fleet migrate`: makes the tables, or prints the SQL that makes them. */
export async function fleetMigrate(
  options: CommonOptions & { readonly print?: boolean | undefined },
  context: Context,
): Promise<ExitCode> {
  if (options.print === true) {
    context.stdout.write(MIGRATION)
    return EXIT.ok
  }
  const prepared = await setUpFleet(options, context, context.stderr, 'tables', true)
  if (!prepared.ok) return prepared.exitCode
  const { database, end, clean } = prepared.setup
  try {
    await database.query(MIGRATION)
    context.stdout.write('The tables of the fleet are there.\n')
    return EXIT.ok
  } catch (error) {
    context.stderr.write(`The tables cannot be made: ${clean((error as Error).message)}\n`)
    return EXIT.config
  } finally {
    await end()
  }
}

/** `fleet check ID`: one token, now, as `check` does. */
export async function fleetCheck(id: string, options: CommonOptions, context: Context): Promise<ExitCode> {
  const prepared = await setUpFleet(options, context, context.stderr, 'tokens')
  if (!prepared.ok) return prepared.exitCode
  const { setup } = prepared
  const { config, policy, database } = setup
  try {
    const worker = workerOf(setup, createFleetMetrics({ version: VERSION, runtime: RUNTIME }))
    const check = await worker.checkNow(id)
    if (check === null) {
      context.stderr.write('The fleet has no token with this id. Its list is read by `fleet serve`.\n')
      return EXIT.config
    }
    await check.written
    const one = await oneToken(database, id, policy, systemClock)
    if (one === null) return EXIT.temporary
    const { verdict } = one.health
    const exitCode = verdict === 'verified' ? EXIT.ok : verdict === 'refused' ? EXIT.refused : EXIT.temporary
    const graphName = `${new URL(config.graphUrl).host} ${config.graphVersion}`
    const conclusion = `${CONCLUSIONS[verdict]} (exit ${exitCode})`
    const said = { graphName, health: one.health, state: one.state, exitCode, tokenSource: null, conclusion }
    context.stdout.write(inFleet(verificationText(said, styleOf(context.stdout))))
    return exitCode
  } finally {
    await setup.end()
  }
}

/** `fleet status`: the counts, from the tables. */
export async function fleetStatus(
  options: CommonOptions & { readonly json?: boolean | undefined; readonly strict?: boolean | undefined },
  context: Context,
): Promise<ExitCode> {
  const prepared = await setUpFleet(options, context, context.stderr, 'tables')
  if (!prepared.ok) return prepared.exitCode
  const { database, config, end } = prepared.setup
  try {
    const counts = await countsOf(database, config.fleet.intervalMs)
    context.stdout.write(options.json === true ? `${JSON.stringify(bodyOf(counts), null, 2)}\n` : textOf(counts))
    return options.strict === true ? strictly(counts, config.fleet.intervalMs) : EXIT.ok
  } finally {
    await end()
  }
}

function strictly({ tokens, lagSeconds, incidents }: Counts, intervalMs: number): ExitCode {
  if (tokens.fail > 0) return EXIT.refused
  return incidents.length > 0 || lagSeconds * 1000 > 2 * intervalMs ? EXIT.temporary : EXIT.ok
}

function bodyOf({ listedAtMs, ...counts }: Counts): object {
  return { version: 1, ...counts, listedAt: listedAtMs === null ? null : new Date(listedAtMs).toISOString() }
}

function textOf({ tokens, findings, lagSeconds, pausedApps, incidents, unsentChanges, listedAtMs }: Counts): string {
  const rows: readonly (readonly [string, string | number])[] = [
    ...Object.entries(tokens),
    ...Object.entries(findings).map(([code, count]) => [`  ${code}`, count] as const),
    ['the latest check is late by', `${Math.round(lagSeconds)} s`],
    ['apps that Graph throttles', pausedApps],
    ...incidents.map(({ appId, kind, held }) => [`incident of the app ${appId}`, `${kind}, ${held} held`] as const),
    ['changes not sent yet', unsentChanges],
    ['the list was read', listedAtMs === null ? 'never' : new Date(listedAtMs).toISOString()],
  ]
  const width = Math.max(...rows.map(([name]) => name.length)) + 2
  return rows.map(([name, value]) => `${name.padEnd(width)}${value}\n`).join('')
}
