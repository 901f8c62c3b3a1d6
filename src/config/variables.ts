import { FAIL_ON_CODES } from '../verification/fail-on.ts'
import { LOG_LEVELS } from './config.ts'
import * as value from './values.ts'

/** One row: everything that reading, `--help`, `.env.example` and the documentation need to know of a variable. */
export type Variable = {
  /** Whether `NAME_FILE` is known too. */
  readonly file: boolean
  /** A secret's value is never told, not even a wrong one. */
  readonly secret: boolean
  /** As it would be written in `.env`; `null` where there is none. */
  readonly default: string | null
  /** The default in words, where it depends on other things. */
  readonly shownDefault?: string
  /** One line for `--help`. */
  readonly meaning: string
  /** What a fault says was expected. */
  readonly expected: string
  readonly read: value.Reader<unknown>
}

const PLAIN = { file: false, secret: false, default: null } as const
const SECRET = { file: true, secret: true, default: null } as const
const DAY_LONG = 'a duration with its unit, such as 14d (500ms, 5s, 5m, 1h, 14d; at most 24d)'
const MINUTES_LONG = 'a duration with its unit, such as 5m (500ms, 5s, 5m, 1h, 14d; at most 24d)'
export const SECONDS_LONG = 'a duration with its unit, such as 5s (500ms, 5s, 5m, 1h, 14d; at most 24d)'

/** Words to choose from, and what a fault says of them. */
function oneOf<const Word extends string>(...words: readonly Word[]) {
  return { read: value.wordOf(words), expected: value.alternatives(words) }
}

/** All variables, in the order in which people read them. The only place that knows their names. */
export const VARIABLES = {
  WHATSAPP_TOKEN: {
    ...SECRET,
    shownDefault: 'required',
    meaning: "The system user's access token.",
    expected:
      "the system user's access token: generate it for the system user in Meta's Business Settings " +
      '(guide, step 4) and put it into .env as WHATSAPP_TOKEN=… (step 5), or name a file in WHATSAPP_TOKEN_FILE',
    read: value.accessToken,
  },
  WHATSAPP_BUSINESS_ACCOUNT_ID: {
    ...PLAIN,
    meaning: "The Messaging account's id (until 2026: WhatsApp Business Account, WABA): verified when set.",
    expected: 'the id of the Messaging account (until 2026: WhatsApp Business Account, WABA), digits only',
    read: value.id,
  },
  WHATSAPP_PHONE_NUMBER_ID: {
    ...PLAIN,
    meaning: "The sending number's id, or several, comma-separated: access and health are verified when set.",
    expected: 'the id of the sending number (not the number itself), digits only, or several with commas between',
    read: value.ids,
  },
  META_APP_ID: {
    ...PLAIN,
    meaning: 'The app that the token must belong to.',
    expected: "the app's id, digits only",
    read: value.id,
  },
  META_APP_SECRET: {
    ...SECRET,
    meaning: "With META_APP_ID: inspects with the app's own token and signs requests (recommended).",
    expected: "the app's secret as its settings show it (App settings → Basic), with META_APP_ID beside it",
    read: value.appSecret,
  },
  WHATSAPP_WEBHOOK_URL: {
    ...PLAIN,
    secret: true,
    meaning: 'Where Meta should deliver messages: a warning where they go elsewhere. Only its host is ever shown.',
    expected: "the https or http URL of your backend's webhook, without blanks and credentials",
    read: value.webhookUrl,
  },
  GRAPH_API_URL: {
    ...PLAIN,
    default: 'https://graph.facebook.com',
    meaning: 'Where Graph is asked. https; plain http for loopback hosts, or with a sandbox token.',
    expected:
      'an https URL without credentials, query and #, such as https://graph.facebook.com ' +
      '(plain http for loopback hosts only, or with a sandbox token)',
    read: value.graphUrl,
  },
  GRAPH_API_VERSION: {
    ...PLAIN,
    default: 'v25.0',
    meaning: "Graph's version, v<major>.<minor>.",
    expected: 'a version such as v25.0',
    read: value.graphVersion,
  },
  TOKEN_GUARD_MODE: {
    ...PLAIN,
    default: 'enforce',
    meaning: 'enforce; report: logs a refusal and goes on; off: asks nothing, needs no token (not in production).',
    ...oneOf('enforce', 'report', 'off'),
  },
  TOKEN_GUARD_REQUIRED_SCOPES: {
    ...PLAIN,
    default: 'business_management,whatsapp_business_messaging,whatsapp_business_management',
    meaning: 'Comma-separated; a|b means either will do.',
    expected:
      'names of scopes (a–z, 0–9 and _) with commas between, such as business_management; a|b where either will do',
    read: value.scopes,
  },
  TOKEN_GUARD_EXPIRY: {
    ...PLAIN,
    default: 'never',
    meaning: 'never: the token must not expire; rotate: it may, with reminders; temporary: for development.',
    ...oneOf('never', 'rotate', 'temporary'),
  },
  TOKEN_GUARD_ROTATE_BEFORE: {
    ...PLAIN,
    default: '14d',
    meaning: 'Remaining time from which on an expiring token is a warning.',
    expected: DAY_LONG,
    read: value.duration(1),
  },
  TOKEN_GUARD_BOOT_TIMEOUT: {
    ...PLAIN,
    default: '20s',
    meaning: 'How long boot keeps trying to reach a definite answer.',
    expected: SECONDS_LONG,
    read: value.duration(1),
  },
  TOKEN_GUARD_BOOT_UNVERIFIED: {
    ...PLAIN,
    default: 'refuse',
    meaning: 'When that time runs out: refuse (exit 75), or start and go on trying.',
    ...oneOf('refuse', 'start'),
  },
  TOKEN_GUARD_CHECK_INTERVAL: {
    ...PLAIN,
    default: '5m',
    meaning: 'How often the token is verified (±10 %); at least 1s.',
    expected: MINUTES_LONG,
    read: value.duration(1_000),
  },
  TOKEN_GUARD_ASSET_INTERVAL: {
    ...PLAIN,
    default: '15m',
    meaning: 'How often account, numbers and webhooks are verified; at least the check interval.',
    expected: MINUTES_LONG,
    read: value.duration(1),
  },
  TOKEN_GUARD_CHECK_TIMEOUT: {
    ...PLAIN,
    default: '5s',
    shownDefault: '5s, or the boot time if that is shorter',
    meaning: 'One request to Graph; not longer than the boot time.',
    expected: SECONDS_LONG,
    read: value.duration(1),
  },
  TOKEN_GUARD_STALE_AFTER: {
    ...PLAIN,
    default: '30m',
    shownDefault: '6 intervals, at least 30m',
    meaning: 'Age past which the last definite answer counts as stale; at least 2 intervals.',
    expected: MINUTES_LONG,
    read: value.duration(1),
  },
  TOKEN_GUARD_STALE_STATUS: {
    ...PLAIN,
    default: 'warn',
    meaning: 'What a stale answer is: warn (probes still get 200) or fail.',
    ...oneOf('warn', 'fail'),
  },
  TOKEN_GUARD_FAIL_ON: {
    ...PLAIN,
    meaning: 'Codes of findings, comma-separated, that count as fail in place of warn: at boot they refuse.',
    expected: `codes of findings with commas between: ${FAIL_ON_CODES.join(', ')}`,
    read: value.failOn,
  },
  TOKEN_GUARD_READINESS: {
    ...PLAIN,
    default: 'process',
    meaning: '/health/ready: process: 200 from the end of boot on; token: follows /health/token too.',
    ...oneOf('process', 'token'),
  },
  TOKEN_GUARD_STOP_DELAY: {
    ...PLAIN,
    default: '0s',
    meaning: 'Between /health/ready turning 503 and the end, so that load balancers notice.',
    expected: SECONDS_LONG,
    read: value.duration(0),
  },
  TOKEN_GUARD_HOST: {
    ...PLAIN,
    shownDefault: ':: (0.0.0.0 without IPv6)',
    meaning: 'The address to listen at.',
    expected: 'an IP address or a host name, without port and brackets, such as 127.0.0.1 or ::',
    read: value.host,
  },
  TOKEN_GUARD_PORT: {
    ...PLAIN,
    default: '3000',
    shownDefault: 'PORT or 3000',
    meaning: 'The port to listen at; 0 is any.',
    expected: 'a port from 0 (any) to 65535',
    read: value.port,
  },
  TOKEN_GUARD_OPERATOR_TOKEN: {
    ...SECRET,
    meaning: "Opens the operator's view; at least 16 characters.",
    expected: 'at least 16 characters of printable ASCII without blanks, such as `openssl rand -hex 24` prints',
    read: value.operatorToken,
  },
  TOKEN_GUARD_ALERT_URL: {
    ...SECRET,
    meaning: 'A webhook that gets each change; a secret itself; https (http for loopback).',
    expected: 'an https URL (plain http for loopback hosts only)',
    read: value.alertUrl,
  },
  TOKEN_GUARD_ALERT_SECRET: {
    ...SECRET,
    meaning: 'Signs alerts (Standard Webhooks): whsec_ and base64, or any other text.',
    expected: 'printable ASCII without blanks',
    read: value.alertSecret,
  },
  LOG_LEVEL: {
    ...PLAIN,
    default: 'info',
    meaning: `${LOG_LEVELS.join(', ')}.`,
    ...oneOf(...LOG_LEVELS),
  },
} as const satisfies Record<string, Variable>

export type VariableName = keyof typeof VARIABLES
/** What a variable's text means. */
export type Value<Name extends VariableName> = Extract<
  ReturnType<(typeof VARIABLES)[Name]['read']>,
  { readonly value: unknown }
>['value']

export const VARIABLE_NAMES = Object.keys(VARIABLES) as readonly VariableName[]

/** The row of a variable, without what is special to it. */
export function variable(name: VariableName): Variable {
  return VARIABLES[name]
}
