import type { Config, Fault, Notice } from '../config/config.ts'
import { masker } from '../config/mask.ts'
import { readConfig, type ReadRequest } from '../config/read.ts'
import type { Secret } from '../config/secret.ts'
import { createAsk, type Ask } from '../graph/ask.ts'
import { cleaner } from '../graph/clean.ts'
import { createGraphClient } from '../graph/client.ts'
import { Guard } from '../guard/guard.ts'
import { systemClock } from '../platform/clock.ts'
import { graphFetch, type Transport } from '../platform/fetch.ts'
import type { Output } from '../platform/output.ts'
import { isBun } from '../platform/runtime.ts'
import { NAME, VERSION } from '../platform/version.ts'
import { createLog, type Log } from '../report/log.ts'
import { styleOf } from '../report/paint.ts'
import { faultsText } from '../report/text.ts'

/** What a command gets from outside: everything that is not an argument of its own. */
export type Context = {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  readonly stdout: Output
  readonly stderr: Output
  /** The program's name as its user typed it. */
  readonly program: string
}

/** The options that every command takes. */
export type CommonOptions = { readonly envFile?: string | undefined }

export type Setup = {
  readonly config: Config
  readonly log: Log
  readonly guard: Guard
  /** `graph.facebook.com v23.0` */
  readonly asked: string
}

export type SetupResult =
  { readonly ok: true; readonly setup: Setup } | { readonly ok: false; readonly faults: readonly Fault[] }

/**
 * Reads the configuration and puts the guard together: where clock, fetch and log meet. Tells the notices, and the
 * faults where there are any: as text on a terminal, else as one log line.
 */
export async function setUp(context: Context, request: Partial<ReadRequest>, logTo: Output): Promise<SetupResult> {
  const read = readConfig({
    options: {},
    env: context.env,
    cwd: context.cwd,
    envFile: null,
    runtimeLoadsEnvFiles: isBun,
    ...request,
  })
  if (!read.ok)
    return tellFaults(read.faults, read.notices, await createLog(read.logLevel, logTo, (line) => line), logTo)

  const { config } = read
  const secrets = secretsOf(config)
  const log = await createLog(config.logLevel, logTo, masker(secrets))
  const transport = await graphFetch(config.graphUrl)
  if (!transport.ok) {
    const expected = 'a URL such as http://proxy.example:3128, or nothing'
    return tellFaults([{ name: 'HTTPS_PROXY', problem: transport.problem, expected }], read.notices, log, logTo)
  }
  tellNotices(read.notices, log)
  const ask = createAskOf(config, secrets, transport)
  const guard = new Guard({ ...config, policy: config }, { ask, clock: systemClock, random: Math.random, onEvent: log })
  const asked = `${new URL(config.graphUrl).host} ${config.graphVersion}`
  return { ok: true, setup: { config, log, guard, asked } }
}

function createAskOf(config: Config, secrets: readonly string[], { fetch, viaProxy }: Transport): Ask {
  const clean = cleaner(secrets)
  const client = createGraphClient({
    fetch,
    viaProxy,
    clean,
    clock: systemClock,
    graphUrl: config.graphUrl,
    graphVersion: config.graphVersion,
    timeoutMs: config.checkTimeoutMs,
    userAgent: `${NAME}/${VERSION}`,
  })
  return createAsk({
    client,
    clean,
    token: config.token?.reveal() ?? '',
    appId: config.appId,
    appSecret: config.appSecret?.reveal() ?? null,
    businessAccountId: config.businessAccountId,
  })
}

function secretsOf({ token, appSecret, operatorToken, alertSecret }: Config): readonly string[] {
  return [token, appSecret, operatorToken, alertSecret].flatMap((secret: Secret | null) => secret?.reveal() ?? [])
}

function tellNotices(notices: readonly Notice[], log: Log): void {
  for (const notice of notices) {
    log(notice.kind === 'unknown' ? { type: 'config.unknown', notice } : { type: 'config.warning', ...notice })
  }
}

function tellFaults(faults: readonly Fault[], notices: readonly Notice[], log: Log, logTo: Output): SetupResult {
  tellNotices(notices, log)
  if (logTo.isTerminal) logTo.write(faultsText(faults, styleOf(logTo)))
  else log({ type: 'config.invalid', faults })
  return { ok: false, faults }
}
