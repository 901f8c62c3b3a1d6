import { judgeCombinations, type JudgedReadings } from './combinations.ts'
import type { Config, ConfigResult, Fault, FleetConfig, Notice } from './config.ts'
import { notices } from './notices.ts'
import type { NamedPipe } from './named-pipes.ts'
import { pipesToRead } from './pipes-to-read.ts'
import { judge, readVariable, type FleetNeed, type Reading, type ReadRequest } from './readings.ts'
import { secretsAgain, type SecretsAgain } from './secrets-again.ts'
import { readSources, type Origin, type Ownership } from './sources.ts'
import { tokenPlaces, type TokenPlace } from './token-places.ts'
import { setInPlaceOf } from './unknown.ts'
import { VARIABLE_NAMES, variable, type VariableName } from './variables.ts'

/** Where each value came from that is set, by the variable's name. */
export type Origins = ReadonlyMap<VariableName, Origin>

type NamedFault = Fault & { readonly name: VariableName }

/**
 * Turns all sources into a Config, or into every fault they have. Never throws, never reads process.env. What it finds
 * counts only where there are no `pipesToRead`: else those are to be read, and then the configuration once more.
 */
export function readConfig(request: ReadRequest): ConfigResult & {
  readonly origins: Origins
  /** What holds a token, the strongest first: that one is in use. */
  readonly tokenPlaces: readonly TokenPlace[]
  /** The FIFOs that are not among the request's. */
  readonly pipesToRead: readonly NamedPipe[]
  /** To be given to the next reading. */
  readonly ownership: Ownership
  readonly again: SecretsAgain
} {
  const { sources, faults: unreadable, silent, ownership } = readSources(request)
  const readings = VARIABLE_NAMES.map((name) => readVariable(name, sources, request))
  const judgeAll = (incomplete: boolean) => judge(readings, sources, request.cwd, incomplete)
  const faultsBetween = (judged: JudgedReadings) => [
    ...(request.fleet !== undefined
      ? missingOfFleet(judged, request.fleet)
      : missingToken(judged, notices(judged, sources))),
    ...judgeCombinations(judged),
  ]
  // Where nothing is missing, what a FIFO would have held is not needed.
  const isMissed = silent.length > 0 && faultsBetween(judgeAll(false)).length > 0
  const fileFaults = isMissed ? [...unreadable, ...silent] : unreadable
  const judged = judgeAll(fileFaults.length > 0)
  const faults = [...fileFaults, ...inOrder(readings, faultsBetween(judged))]
  const beside = {
    notices: [...(isMissed ? [] : silent.map(silentNotice)), ...notices(judged, sources)],
    origins: originsOf(readings),
    tokenPlaces: tokenPlaces(readings, sources, request),
    pipesToRead: pipesToRead(sources, readings),
    ownership,
    again: secretsAgain({ ...request, ownership }, readings),
  }
  if (faults.length === 0) return { ok: true, config: toConfig(judged), ...beside }
  const { LOG_LEVEL: logLevel, GRAPH_API_URL: graphUrl } = judged.values
  return { ok: false, faults, logLevel: logLevel ?? 'info', graphUrl, ...beside }
}

function silentNotice({ name, problem }: Fault): Notice {
  return { kind: 'warning', name, message: `${problem}: the program goes on without it` }
}

/** A token that is set is judged under every mode; only `off` does without one. */
function missingToken({ values, set, incomplete }: JudgedReadings, noticed: readonly Notice[]): readonly NamedFault[] {
  const name = 'WHATSAPP_TOKEN'
  if (set.has(name) || values.TOKEN_GUARD_MODE === 'off' || incomplete) return []
  const [other] = setInPlaceOf(name, noticed)
  if (other === undefined) return [{ name, problem: 'is not set', expected: variable(name).expected }]
  const expected = `the same in ${other.nearest}: this program does not read ${other.name}`
  return [{ name, problem: `is not set, but ${other.name} is`, expected }]
}

const TABLES = ['TOKEN_GUARD_FLEET_DATABASE'] as const
const TOKENS = [...TABLES, 'TOKEN_GUARD_FLEET_LIST_SQL', 'TOKEN_GUARD_FLEET_TOKEN_SQL'] as const
const OF_FLEET: Readonly<Record<FleetNeed, readonly VariableName[]>> = {
  tables: TABLES,
  tokens: TOKENS,
  service: [...TOKENS, 'TOKEN_GUARD_OPERATOR_TOKEN'],
}

function missingOfFleet({ set, incomplete }: JudgedReadings, need: FleetNeed): readonly NamedFault[] {
  const missing = incomplete ? [] : OF_FLEET[need].filter((name) => !set.has(name))
  return missing.map((name) => ({ name, problem: 'is not set', expected: variable(name).expected }))
}

/** In the table's order, and one for each variable: the first is the cause. */
function inOrder(readings: readonly Reading[], others: readonly NamedFault[]): readonly Fault[] {
  return readings.flatMap(({ name, fault }) => fault ?? others.find((other) => other.name === name) ?? [])
}

function originsOf(readings: readonly Reading[]): Origins {
  return new Map(readings.flatMap(({ name, found }) => (found.kind === 'unset' ? [] : [[name, found.origin] as const])))
}

type AllValues = { readonly [Name in VariableName]: NonNullable<JudgedReadings['values'][Name]> }

/** Only for what has no fault: then every value with a default is there. */
function toConfig({ values, set }: JudgedReadings): Config {
  const all = values as AllValues
  const [bootTimeoutMs, checkIntervalMs] = [all.TOKEN_GUARD_BOOT_TIMEOUT, all.TOKEN_GUARD_CHECK_INTERVAL]
  const [checkTimeoutMs, staleAfterMs] = [all.TOKEN_GUARD_CHECK_TIMEOUT, all.TOKEN_GUARD_STALE_AFTER]
  return {
    token: values.WHATSAPP_TOKEN,
    businessAccountId: values.WHATSAPP_BUSINESS_ACCOUNT_ID,
    phoneNumberIds: values.WHATSAPP_PHONE_NUMBER_ID ?? [],
    appId: values.META_APP_ID,
    appSecret: values.META_APP_SECRET,
    webhookUrl: values.WHATSAPP_WEBHOOK_URL,
    graphUrl: all.GRAPH_API_URL,
    graphVersion: all.GRAPH_API_VERSION,
    mode: all.TOKEN_GUARD_MODE,
    requiredScopes: all.TOKEN_GUARD_REQUIRED_SCOPES,
    expiry: all.TOKEN_GUARD_EXPIRY,
    rotateBeforeMs: all.TOKEN_GUARD_ROTATE_BEFORE,
    bootTimeoutMs,
    bootUnverified: all.TOKEN_GUARD_BOOT_UNVERIFIED,
    checkIntervalMs,
    assetIntervalMs: Math.max(all.TOKEN_GUARD_ASSET_INTERVAL, checkIntervalMs),
    checkTimeoutMs: set.has('TOKEN_GUARD_CHECK_TIMEOUT') ? checkTimeoutMs : Math.min(checkTimeoutMs, bootTimeoutMs),
    staleAfterMs: set.has('TOKEN_GUARD_STALE_AFTER') ? staleAfterMs : Math.max(staleAfterMs, 6 * checkIntervalMs),
    staleStatus: all.TOKEN_GUARD_STALE_STATUS,
    failOn: values.TOKEN_GUARD_FAIL_ON ?? [],
    readiness: all.TOKEN_GUARD_READINESS,
    stopDelayMs: all.TOKEN_GUARD_STOP_DELAY,
    host: values.TOKEN_GUARD_HOST,
    port: all.TOKEN_GUARD_PORT,
    operatorToken: values.TOKEN_GUARD_OPERATOR_TOKEN,
    alertUrl: values.TOKEN_GUARD_ALERT_URL,
    alertFormat: all.TOKEN_GUARD_ALERT_FORMAT,
    alertRepeatMs: all.TOKEN_GUARD_ALERT_REPEAT,
    alertSecret: values.TOKEN_GUARD_ALERT_SECRET,
    heartbeatUrl: values.TOKEN_GUARD_HEARTBEAT_URL,
    statePath: values.TOKEN_GUARD_STATE_PATH,
    stateMaxAgeMs: all.TOKEN_GUARD_STATE_MAX_AGE,
    upstreamUrl: values.TOKEN_GUARD_UPSTREAM,
    upstreamMaxAgeMs: all.TOKEN_GUARD_UPSTREAM_MAX_AGE,
    logLevel: all.LOG_LEVEL,
    fleet: toFleet({ values, set }, all),
  }
}

const FLEET_ASSETS_MS = 3_600_000

function toFleet({ values, set }: Pick<JudgedReadings, 'values' | 'set'>, all: AllValues): FleetConfig {
  const intervalMs = all.TOKEN_GUARD_FLEET_INTERVAL
  const assetMs = set.has('TOKEN_GUARD_ASSET_INTERVAL') ? all.TOKEN_GUARD_ASSET_INTERVAL : FLEET_ASSETS_MS
  const staleMs = all.TOKEN_GUARD_STALE_AFTER
  return {
    database: values.TOKEN_GUARD_FLEET_DATABASE,
    listSql: values.TOKEN_GUARD_FLEET_LIST_SQL,
    tokenSql: values.TOKEN_GUARD_FLEET_TOKEN_SQL,
    source: values.TOKEN_GUARD_FLEET_SOURCE,
    syncIntervalMs: all.TOKEN_GUARD_FLEET_SYNC_INTERVAL,
    intervalMs,
    assetIntervalMs: Math.max(assetMs, intervalMs),
    staleAfterMs: set.has('TOKEN_GUARD_STALE_AFTER') ? staleMs : Math.max(staleMs, 6 * intervalMs),
    rate: all.TOKEN_GUARD_FLEET_RATE,
    incident: values.TOKEN_GUARD_FLEET_INCIDENT,
    holdMs: all.TOKEN_GUARD_FLEET_HOLD,
  }
}
