import type { VariableName } from '../config/variables.ts'
import type { Fetch } from '../net/fetch.ts'
import { judgeNamed, type JudgedOptions } from './judging.ts'

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

/** Judges options by the variables' own rules, and names the faults by the options. Reads nothing else. */
export function judgeOptions(options: TokenGuardOptions): JudgedOptions {
  return judgeNamed(options, { variables: VARIABLE_OF, others: ['logger', 'fetch'] })
}
