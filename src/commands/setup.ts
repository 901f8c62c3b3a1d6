import { createHash } from 'node:crypto'
import type { Config, Fault, Notice } from '../config/config.ts'
import { SecretMask } from '../config/mask.ts'
import { readConfig } from '../config/read.ts'
import type { ReadRequest } from '../config/readings.ts'
import type { Secret } from '../config/secret.ts'
import type { SecretsNow } from '../config/secrets-again.ts'
import { createAsk, type AskOptions } from '../graph/ask.ts'
import { cleaner, type Clean } from '../graph/clean.ts'
import { createGraphClient, type GraphClient } from '../graph/client.ts'
import type { GuardedToken } from '../guard/candidate.ts'
import type { GuardEvent } from '../guard/events.ts'
import { Guard, type GuardDeps } from '../guard/guard.ts'
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

/** What one needs to ask Graph about a token. */
export type Credentials = { readonly token: Secret | null; readonly appSecret: Secret | null }

export type Setup = {
  readonly config: Config
  readonly log: Log
  readonly guard: Guard
  /** `graph.facebook.com v23.0` */
  readonly asked: string
  /** Reads the secrets' sources once more. What it finds shows nowhere from then on. */
  readonly readSecretsAgain: () => SecretsNow
  /** Makes Graph answer for other credentials than those of the start. */
  readonly guardedToken: (credentials: Credentials) => GuardedToken
  /** For what a command asks of Graph beside the guard's questions. */
  readonly client: GraphClient
  /** Makes a text of Graph's fit to be shown: no secret, no control character, no novel. */
  readonly clean: Clean
}

export type SetupResult =
  { readonly ok: true; readonly setup: Setup } | { readonly ok: false; readonly faults: readonly Fault[] }

/** Who is told of what the guard does, beside the log. */
export type Observers = {
  readonly onEvent?: (event: GuardEvent) => void
  readonly onChecked?: GuardDeps['onChecked'] & {}
  readonly onRequest?: AskOptions['onRequest'] & {}
}

/**
 * Reads the configuration and puts the guard together: where clock, fetch and log meet. Tells the notices, and the
 * faults where there are any: as text on a terminal, else as one log line.
 */
export async function setUp(
  context: Context,
  request: Partial<ReadRequest>,
  logTo: Output,
  observers: Observers = {},
): Promise<SetupResult> {
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
  const mask = new SecretMask()
  mask.learn(textsOf([config.token, config.appSecret, config.operatorToken, config.alertSecret]))
  const log = await createLog(config.logLevel, logTo, mask.apply)
  const transport = await graphFetch(config.graphUrl)
  if (!transport.ok) {
    const expected = 'a URL such as http://proxy.example:3128, or nothing'
    return tellFaults([{ name: 'HTTPS_PROXY', problem: transport.problem, expected }], read.notices, log, logTo)
  }
  tellNotices(read.notices, log)
  const clean = cleaner(mask.apply)
  const client = graphClient(config, transport, clean)
  const makeToken = tokenMaker(config, client, clean, observers)
  const textsOfToken = new WeakMap<GuardedToken, readonly string[]>()
  const guardedToken = (credentials: Credentials) => {
    const made = makeToken(credentials)
    textsOfToken.set(made, textsOf([credentials.token, credentials.appSecret]))
    return made
  }
  const { onEvent, ...others } = observers
  const tell = (event: GuardEvent) => {
    log(event)
    onEvent?.(event)
  }
  const guard = new Guard(
    guardedToken(config),
    { ...config, policy: config },
    { clock: systemClock, random: Math.random, onEvent: tell, ...others },
  )
  const asked = `${new URL(config.graphUrl).host} ${config.graphVersion}`
  const readSecretsAgain = () => {
    const now = read.readSecretsAgain()
    // Those in service beside them: however often a source changes, these are never forgotten.
    const found = textsOf(MASKED.map((name) => now[name].secret))
    mask.learn([...found, ...(textsOfToken.get(guard.token) ?? [])])
    return now
  }
  return { ok: true, setup: { config, log, guard, asked, readSecretsAgain, guardedToken, client, clean } }
}

function graphClient(config: Config, { fetch, viaProxy }: Transport, clean: Clean): GraphClient {
  return createGraphClient({
    fetch,
    viaProxy,
    clean,
    clock: systemClock,
    graphUrl: config.graphUrl,
    graphVersion: config.graphVersion,
    timeoutMs: config.checkTimeoutMs,
    userAgent: `${NAME}/${VERSION}`,
  })
}

function tokenMaker(
  { appId, businessAccountId }: Config,
  client: GraphClient,
  clean: Clean,
  { onRequest }: Observers,
): Setup['guardedToken'] {
  return (credentials) => {
    const [token, appSecret] = [credentials.token?.reveal() ?? '', credentials.appSecret?.reveal() ?? null]
    const counted = onRequest === undefined ? {} : { onRequest }
    return {
      ask: createAsk({ client, clean, token, appId, appSecret, businessAccountId, ...counted }),
      fingerprint: createHash('sha256').update(token).digest('hex').slice(0, 12),
    }
  }
}

/** Without the alert URL: parts of it, such as its `https://`, stand in every other text. */
const MASKED = ['WHATSAPP_TOKEN', 'META_APP_SECRET', 'TOKEN_GUARD_OPERATOR_TOKEN', 'TOKEN_GUARD_ALERT_SECRET'] as const

function textsOf(secrets: readonly (Secret | null)[]): readonly string[] {
  return secrets.flatMap((secret) => secret?.reveal() ?? [])
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
