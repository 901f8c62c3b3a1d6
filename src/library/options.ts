import type { Config, Fault } from '../config/config.ts'
import { readConfig } from '../config/read.ts'
import { nearestOf } from '../config/nearest.ts'
import type { VariableName } from '../config/variables.ts'
import type { Fetch } from '../net/fetch.ts'

/** `'500ms'`, `'5s'`, `'5m'`, `'1h'`, `'14d'` (at most 24 days), or milliseconds. */
export type Duration = string | number

/** Where the library logs: pino's shape, which `console` has too. */
export type Logger = Readonly<Record<'debug' | 'info' | 'warn' | 'error', (fields: object, message: string) => void>>

/** What `createTokenGuard` takes. Every option means what its variable means (docs/reference.md, Variables). */
export type TokenGuardOptions = {
  /** The system user's access token, or a function that gets it: called by `boot()`, and again by `reload()`. */
  readonly token?: string | (() => string | Promise<string>) | undefined
  /** The Messaging account (until 2026: WhatsApp Business Account, WABA): its assignment is verified when set. */
  readonly businessAccountId?: string | undefined
  /** The sending number's id, or several: access and health are verified when set. */
  readonly phoneNumberId?: string | readonly string[] | undefined
  /** The app that the token must belong to. */
  readonly appId?: string | undefined
  /** With `appId`: inspects with the app's own token and signs requests (recommended). */
  readonly appSecret?: string | undefined
  /** Where Meta should deliver messages: a warning where they go elsewhere. Only its host is ever shown. */
  readonly webhookUrl?: string | undefined
  /** Where Graph is asked. Default: `https://graph.facebook.com`. */
  readonly graphUrl?: string | undefined
  /** Default: `v25.0`. */
  readonly graphVersion?: string | undefined
  /** Default: `business_management`, `whatsapp_business_messaging`, `whatsapp_business_management`; `a|b`: either will do. */
  readonly requiredScopes?: string | readonly string[] | undefined
  /** Default: `never`. */
  readonly expiry?: 'never' | 'rotate' | 'temporary' | undefined
  /** Remaining time from which on an expiring token is a warning. Default: 14 days. */
  readonly rotateBefore?: Duration | undefined
  /** `report` lets `boot()` resolve whatever Graph says; `off` asks nothing. Default: `enforce`. */
  readonly mode?: 'enforce' | 'report' | 'off' | undefined
  /** How long `boot()` tries to reach a definite answer. Default: 20 s. */
  readonly bootTimeout?: Duration | undefined
  /** When that time runs out: `refuse` rejects, `start` resolves and goes on trying. Default: `refuse`. */
  readonly bootUnverified?: 'refuse' | 'start' | undefined
  /** Default: 5 minutes, at least 1 s, jittered by ±10 %. */
  readonly checkInterval?: Duration | undefined
  /** Account, numbers and webhooks. Default: 15 minutes. */
  readonly assetInterval?: Duration | undefined
  /** One request to Graph. Default: 5 s. */
  readonly checkTimeout?: Duration | undefined
  /** Age past which the last definite answer counts as stale. Default: 6 intervals, at least 30 minutes. */
  readonly staleAfter?: Duration | undefined
  /** Default: `warn`. */
  readonly staleStatus?: 'warn' | 'fail' | undefined
  /** Codes of findings that count as `fail` in place of `warn`, such as `phone.blocked`: `boot()` rejects on them. */
  readonly failOn?: readonly string[] | undefined
  /** What `/health/ready` asks. Default: `process`. */
  readonly readiness?: 'process' | 'token' | undefined
  /** Opens the operator's view; at least 16 characters. */
  readonly operatorToken?: string | undefined
  /** Without one nothing is logged. */
  readonly logger?: Logger | undefined
  /** Asks Graph in place of the runtime's own. */
  readonly fetch?: Fetch | undefined
}

type JudgedOptions =
  { readonly ok: true; readonly config: Config } | { readonly ok: false; readonly faults: readonly Fault[] }

const VARIABLE_OF = {
  token: 'WHATSAPP_TOKEN',
  businessAccountId: 'WHATSAPP_BUSINESS_ACCOUNT_ID',
  phoneNumberId: 'WHATSAPP_PHONE_NUMBER_ID',
  appId: 'META_APP_ID',
  appSecret: 'META_APP_SECRET',
  webhookUrl: 'WHATSAPP_WEBHOOK_URL',
  graphUrl: 'GRAPH_API_URL',
  graphVersion: 'GRAPH_API_VERSION',
  requiredScopes: 'TOKEN_GUARD_REQUIRED_SCOPES',
  expiry: 'TOKEN_GUARD_EXPIRY',
  rotateBefore: 'TOKEN_GUARD_ROTATE_BEFORE',
  mode: 'TOKEN_GUARD_MODE',
  bootTimeout: 'TOKEN_GUARD_BOOT_TIMEOUT',
  bootUnverified: 'TOKEN_GUARD_BOOT_UNVERIFIED',
  checkInterval: 'TOKEN_GUARD_CHECK_INTERVAL',
  assetInterval: 'TOKEN_GUARD_ASSET_INTERVAL',
  checkTimeout: 'TOKEN_GUARD_CHECK_TIMEOUT',
  staleAfter: 'TOKEN_GUARD_STALE_AFTER',
  staleStatus: 'TOKEN_GUARD_STALE_STATUS',
  failOn: 'TOKEN_GUARD_FAIL_ON',
  readiness: 'TOKEN_GUARD_READINESS',
  operatorToken: 'TOKEN_GUARD_OPERATOR_TOKEN',
} as const satisfies Partial<Record<keyof TokenGuardOptions, VariableName>>

type Named = keyof typeof VARIABLE_OF
const NAMES = Object.keys(VARIABLE_OF) as readonly Named[]
const OTHERS = ['logger', 'fetch']

/** In the place of a token that a function will bring: every rule but the token's own can be judged already. */
const TO_COME = ['EAA', 'SANDBOX'].join('')

/** Judges options by the variables' own rules, and names the faults by the options. Reads nothing else. */
export function judgeOptions(options: TokenGuardOptions): JudgedOptions {
  const faults = [...unknownOptions(options), ...functionFaults(options)]
  const texts = NAMES.map((name) => [name, textOf(options[name])] as const)
  const shapes = texts.flatMap(([name, text]) => (text === null ? [wrongShape(name)] : []))
  const env = Object.fromEntries(texts.map(([name, text]) => [VARIABLE_OF[name], text ?? undefined]))
  const read = readConfig({ options: {}, env, cwd: '/', envFile: '/dev/null', runtimeLoadsEnvFiles: false })
  const judged = read.ok
    ? []
    : read.faults.map(namedByOption).filter(({ name }) => !shapes.some((fault) => fault.name === name))
  const all = [...faults, ...shapes, ...judged]
  return read.ok && all.length === 0 ? { ok: true, config: read.config } : { ok: false, faults: all }
}

/** As the environment would have it; `null` for what no variable can hold. */
function textOf(value: unknown): string | undefined | null {
  if (value === undefined || typeof value === 'string') return value
  if (typeof value === 'function') return TO_COME
  if (typeof value === 'number') return Number.isInteger(value) ? `${value}ms` : null
  return Array.isArray(value) && value.every((each) => typeof each === 'string') ? value.join(',') : null
}

function unknownOptions(options: TokenGuardOptions): readonly Fault[] {
  const known = [...NAMES, ...OTHERS]
  return Object.keys(options)
    .filter((name) => !known.includes(name as Named))
    .map((name) => {
      const nearest = nearestOf(name, known)
      const expected = nearest === null ? `one of ${known.join(', ')}` : `did you mean ${nearest}?`
      return { name, problem: 'is not an option', expected }
    })
}

function functionFaults({ fetch, logger }: TokenGuardOptions): readonly Fault[] {
  const isLogger = (['debug', 'info', 'warn', 'error'] as const).every(
    (level) => logger === undefined || typeof logger?.[level] === 'function',
  )
  return [
    ...(fetch === undefined || typeof fetch === 'function'
      ? []
      : [{ name: 'fetch', problem: 'is no function', expected: 'what the global fetch is' }]),
    ...(isLogger
      ? []
      : [{ name: 'logger', problem: 'is no logger', expected: 'debug, info, warn and error, as pino has them' }]),
  ]
}

function wrongShape(name: Named): Fault {
  return {
    name,
    problem: 'has a type that is not expected here',
    expected: 'a text; a list of texts; a duration as a text or in whole milliseconds',
  }
}

/** The texts of faults name other variables too: those are shown as options. */
function namedByOption({ name, problem, expected }: Fault): Fault {
  return { name: optionNames(name), problem: optionNames(problem), expected: optionNames(expected) }
}

function optionNames(text: string): string {
  return NAMES.toSorted((a, b) => VARIABLE_OF[b].length - VARIABLE_OF[a].length).reduce(
    (text, name) => text.replaceAll(new RegExp(`\\b${VARIABLE_OF[name]}\\b(?!_)`, 'g'), name),
    text,
  )
}
