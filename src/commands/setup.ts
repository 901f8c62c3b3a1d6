import {
  assemble,
  fingerprintOf,
  textsOf,
  type Assembly,
  type AssemblyDeps,
  type Credentials,
  type Observers,
} from '../assembly/assemble.ts'
import { tokenSourceOf } from '../assembly/token-source.ts'
import { secretsIn, type Config, type Fault, type Notice } from '../config/config.ts'
import { SecretMask } from '../config/mask.ts'
import type { Origins } from '../config/read.ts'
import type { ReadRequest } from '../config/readings.ts'
import type { OwnSecrets, SecretsNow } from '../config/secrets-again.ts'
import type { Ownership } from '../config/sources.ts'
import type { TokenPlace } from '../config/token-places.ts'
import type { GuardEvent } from '../guard/events.ts'
import type { Guard } from '../guard/guard.ts'
import type { OpenedMemory } from '../memory/open.ts'
import { systemClock } from '../platform/clock.ts'
import { wayTo } from '../assembly/way-out.ts'
import type { Output } from '../platform/output.ts'
import { random } from '../platform/random.ts'
import { ENV_FILES } from '../platform/runtime.ts'
import { sideDoors } from '../platform/side-doors.ts'
import { createLog, type Log } from '../report/log.ts'
import { styleOf } from '../report/paint.ts'
import { faultsText } from '../report/text.ts'
import type { TokenSource } from '../report/token-source.ts'
import { readConfigPiped } from './piped.ts'

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

export type Setup = Assembly & {
  readonly config: Config
  readonly log: Log
  /** Where each value came from that is set. */
  readonly origins: Origins
  /** What holds a token, the strongest first. */
  readonly tokenPlaces: readonly TokenPlace[]
  /** The same as it may be shown; `null` where no token is set. */
  readonly tokenSource: TokenSource | null
  /** A guard of its own for other credentials, to judge them as at a start. Their texts show nowhere. */
  readonly guardBeside: (credentials: Credentials) => Guard
  /** From then on this shows nowhere. */
  readonly conceal: (text: string) => void
  /** What was logged about the configuration, which stops nothing. */
  readonly notices: readonly Notice[]
  /** For a further `setUp` of this process. */
  readonly ownership: Ownership
  /** Reads the secrets' sources once more. What it finds shows nowhere from then on. */
  readonly readSecretsAgain: () => SecretsNow
  /** The program's own secrets, as the start read them. */
  readonly ownSecrets: OwnSecrets
  /** What an earlier process knew; `null` where no file is configured, or it is of no use to this command. */
  readonly memory: OpenedMemory | null
  /** Reads their FIFOs once more: what one holds counts until then. */
  readonly readPipesAgain: () => Promise<void>
}

/** What a command wants besides. */
export type Preparing = {
  readonly observers?: Observers
  readonly onFaults?: FaultReporter
  /** Whether what an earlier process knew counts. */
  readonly remembers?: boolean
  /** Whether another guard is asked before Graph is. */
  readonly asksUpstream?: boolean
}

export type SetupResult = { readonly ok: true; readonly setup: Setup } | Unready

/** What is known where the configuration is wrong. */
export type Unready = Pick<Setup, 'origins' | 'notices' | 'ownership' | 'tokenPlaces' | 'tokenSource'> & {
  readonly ok: false
  readonly faults: readonly Fault[]
  readonly graphUrl: string | null
}

/**
 * Reads the configuration and assembles the guard with clock, fetch and log. Reports the notices, and the faults if
 * there are any: as text on a terminal, else as one log line.
 */
export async function setUp(
  context: Context,
  request: Partial<ReadRequest>,
  logTo: Output,
  { observers = {}, onFaults = reportFaults, remembers = false, asksUpstream = false }: Preparing = {},
): Promise<SetupResult> {
  const { env, cwd } = context
  const given = { options: {}, env, cwd, envFile: null, ...ENV_FILES, ...request }
  // `doctor` keeps the log to itself, and waits all the same.
  const waitOutput = logTo === context.stdout ? logTo : context.stderr
  const read = await readConfigPiped(given, waitOutput, { clock: systemClock })
  const { origins, tokenPlaces, ownership } = read
  const notices = [...read.notices, ...(read.ok ? openDoors(read.config) : [])]
  const known = { origins, notices, ownership, tokenPlaces, tokenSource: tokenSourceOf(tokenPlaces) }
  if (!read.ok) {
    const { faults, graphUrl } = read
    onFaults(faults, known, await createLog(read.logLevel, logTo, (line) => line), logTo)
    return { ok: false, faults, ...known, graphUrl }
  }
  const { config } = read
  const memory = remembers ? await memoryOf(config, cwd) : null
  if (memory !== null && 'fault' in memory) {
    const faults = [memory.fault]
    onFaults(faults, known, await createLog(config.logLevel, logTo, (line) => line), logTo)
    return { ok: false, faults, ...known, graphUrl: config.graphUrl }
  }
  const mask = new SecretMask()
  mask.learn(textsOf([...secretsIn(config), ...tokenPlaces.map(({ secret }) => secret)]))
  const log = await createLog(config.logLevel, logTo, mask.apply)
  const transport = await wayTo(config.graphUrl)
  if (!transport.ok) {
    const faults = [transport.fault]
    onFaults(faults, known, log, logTo)
    return { ok: false, faults, ...known, graphUrl: null }
  }
  logNotices(notices, log)
  if (memory !== null && memory.problem !== null) log(unusable(memory.problem))
  const onEvent = (event: GuardEvent) => {
    log(event)
    observers.onEvent?.(event)
  }
  const deps = { ...observers, ...transport, onEvent, mask: mask.apply, clock: systemClock, random }
  const assembly = assemble(config, {
    ...deps,
    ...(memory && { recollection: memory.recollection }),
    ...(asksUpstream && (await upstreamFor(config, log))),
  })
  const readSecretsAgain = () => {
    const now = read.secrets.now()
    // And those in service: however often a source changes, these are never forgotten.
    const found = textsOf(Object.values(now).map(({ secret }) => secret))
    mask.learn([...found, ...assembly.textsInService()])
    return now
  }
  const guardBeside = (credentials: Credentials) => {
    mask.learn([...textsOf([credentials.token, credentials.appSecret]), ...assembly.textsInService()])
    return assemble({ ...config, ...credentials }, deps).guard
  }
  const conceal = (text: string) => mask.learn([text])
  const readPipesAgain = () => read.secrets.readPipes(log)
  const { atStart: ownSecrets } = read.secrets
  const following = { ownSecrets, readSecretsAgain, readPipesAgain }
  return { ok: true, setup: { ...assembly, config, log, ...known, ...following, guardBeside, conceal, memory } }
}

/** Loaded where a path is set: most starts have none. */
async function memoryOf(config: Config, cwd: string): Promise<OpenedMemory | { readonly fault: Fault } | null> {
  const { statePath, token } = config
  if (statePath === null || token === null || config.mode === 'off') return null
  const [{ openMemory }, { resolve }] = await Promise.all([import('../memory/open.ts'), import('node:path')])
  return openMemory(resolve(cwd, statePath), config, fingerprintOf, systemClock)
}

/** Loaded where one is named. */
async function upstreamFor({ upstreamUrl, ...config }: Config, log: Log): Promise<Pick<AssemblyDeps, 'askUpstream'>> {
  if (upstreamUrl === null) return {}
  const { upstreamOf } = await import('./upstream.ts')
  return { askUpstream: upstreamOf({ ...config, upstreamUrl }, upstreamUrl, log) }
}

function unusable(problem: string): Parameters<Log>[0] {
  const message = `names a file that ${problem}: it counts as none, and is written anew`
  return { type: 'config.warning', name: 'TOKEN_GUARD_STATE_PATH', message }
}

/** Where nothing is asked, nothing goes astray. */
function openDoors({ mode }: Config): readonly Notice[] {
  return mode === 'off' ? [] : sideDoors().map((door) => ({ kind: 'warning', ...door }))
}

function logNotices(notices: readonly Notice[], log: Log): void {
  for (const notice of notices) {
    log(notice.kind === 'unknown' ? { type: 'config.unknown', notice } : { type: 'config.warning', ...notice })
  }
}

/** How faults are shown. */
export type FaultReporter = typeof reportFaults

function reportFaults(
  faults: readonly Fault[],
  { notices, tokenSource }: Pick<Setup, 'notices' | 'tokenSource'>,
  log: Log,
  logTo: Output,
): void {
  logNotices(notices, log)
  if (logTo.isTerminal) logTo.write(faultsText(faults, tokenSource, styleOf(logTo)))
  else log({ type: 'config.invalid', faults, tokenSource })
}
