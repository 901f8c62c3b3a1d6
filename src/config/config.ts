import type { FailOnCode } from '../verification/fail-on.ts'
import type { AlertFormatWord } from './alert-address.ts'
import { Secret } from './secret.ts'
import type { IncidentSetting } from './values.ts'

/** The judged configuration (docs/reference.md, Variables). Durations in milliseconds. */
export type Config = {
  /** `null` only under mode `off`. */
  readonly token: Secret | null
  readonly businessAccountId: string | null
  readonly phoneNumberIds: readonly string[]
  readonly appId: string | null
  /** Never set without `appId`. */
  readonly appSecret: Secret | null
  /** An http(s) URL. Only its host may be shown. */
  readonly webhookUrl: Secret | null
  /** Without a slash at its end. */
  readonly graphUrl: string
  /** `v25.0` */
  readonly graphVersion: string
  readonly mode: 'enforce' | 'report' | 'off'
  /** Each entry is a list of alternatives of which one is enough. */
  readonly requiredScopes: readonly (readonly string[])[]
  readonly expiry: 'never' | 'rotate' | 'temporary'
  readonly rotateBeforeMs: number
  readonly bootTimeoutMs: number
  readonly bootUnverified: 'refuse' | 'start'
  readonly checkIntervalMs: number
  /** Never smaller than `checkIntervalMs`. */
  readonly assetIntervalMs: number
  readonly checkTimeoutMs: number
  readonly staleAfterMs: number
  readonly staleStatus: 'warn' | 'fail'
  /** Findings that fail where they would warn. */
  readonly failOn: readonly FailOnCode[]
  readonly readiness: 'process' | 'token'
  readonly stopDelayMs: number
  /** `null` is the default of the command: every address, or loopback with `--dev`. */
  readonly host: string | null
  /** 0 is any. */
  readonly port: number
  readonly operatorToken: Secret | null
  /** One address or several (alert-address.ts). */
  readonly alertUrl: Secret | null
  readonly alertFormat: AlertFormatWord
  /** 0: never. */
  readonly alertRepeatMs: number
  readonly alertSecret: Secret | null
  readonly heartbeatUrl: Secret | null
  /** As it was given. */
  readonly statePath: string | null
  readonly stateMaxAgeMs: number
  readonly upstreamUrl: string | null
  readonly upstreamMaxAgeMs: number
  readonly logLevel: LogLevel
  readonly fleet: FleetConfig
}

/** Of a fleet alone. What its commands need is not `null` there. */
export type FleetConfig = {
  readonly database: Secret | null
  readonly listSql: string | null
  readonly tokenSql: string | null
  /** `null`: the same database. */
  readonly source: Secret | null
  readonly syncIntervalMs: number
  readonly intervalMs: number
  /** Of accounts and numbers; never smaller than `intervalMs`. */
  readonly assetIntervalMs: number
  readonly staleAfterMs: number
  /** Requests a second for each app. */
  readonly rate: number
  /** `null`: by the interval. */
  readonly incident: IncidentSetting | null
  readonly holdMs: number
}

/** All that must not be shown. */
export function secretsIn({ fleet, ...config }: Config): readonly Secret[] {
  return [...Object.values(config), ...Object.values(fleet)].filter((value) => value instanceof Secret)
}

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const
export type LogLevel = (typeof LOG_LEVELS)[number]

/** One thing that is wrong. Never holds the value of a secret. */
export type Fault = {
  /** The variable's name, or the option's (`--env-file`). */
  readonly name: string
  /** What is wrong, as the end of a sentence that begins with the name: `is not set`. */
  readonly problem: string
  /** What was expected, and how to mend it. */
  readonly expected: string
}

/** Something to be logged once, which stops nothing: the log events `config.unknown` and `config.warning`. */
export type Notice =
  | { readonly kind: 'unknown'; readonly name: string; readonly nearest: string | null }
  | { readonly kind: 'warning'; readonly name: string; readonly message: string }

export type ConfigResult =
  | { readonly ok: true; readonly config: Config; readonly notices: readonly Notice[] }
  | {
      readonly ok: false
      readonly faults: readonly Fault[]
      readonly notices: readonly Notice[]
      /** Known even where the rest is wrong, so that the faults are logged as asked. */
      readonly logLevel: LogLevel
      /** The same for where Graph would be asked; `null` where that is what is wrong. */
      readonly graphUrl: string | null
    }
