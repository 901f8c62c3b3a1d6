import { ALERT_FORMAT_WORDS } from './alert-address.ts'
import { LOG_LEVELS } from './config.ts'
import * as value from './values.ts'
import { oneOf, PLAIN, SECONDS_LONG, SECRET, type Variable } from './variable.ts'

/** What the service answers, where it listens, whom it alerts and what it logs. */
export const SERVICE_VARIABLES = {
  TOKEN_GUARD_READINESS: {
    ...PLAIN,
    default: 'process',
    meaning: '/health/ready: process: 200 from the end of boot on; token: follows /health/token too.',
    more: 'With token, one dead token takes every replica out of service at once.',
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
    more: 'Where it is not set, serve listens at PORT. Under run PORT belongs to the command: the guard listens only where TOKEN_GUARD_PORT is set.',
    expected: 'a port from 0 (any) to 65535',
    read: value.port,
  },
  TOKEN_GUARD_OPERATOR_TOKEN: {
    ...SECRET,
    meaning: "Opens the operator's view; at least 16 characters.",
    more: '`openssl rand -hex 24` prints one. Without it the routes of the operator are 404.',
    expected: 'at least 16 characters of printable ASCII without blanks, such as `openssl rand -hex 24` prints',
    read: value.operatorToken,
  },
  TOKEN_GUARD_ALERT_URL: {
    ...SECRET,
    meaning: 'A webhook that gets each change, or several with blanks or line ends between them; a secret itself.',
    more: 'The addresses of Slack, Discord, Google Chat, Telegram and PagerDuty are known: each gets what it can show. Telegram wants chat_id in the query, PagerDuty routing_key. An address may begin with its format and a plus: `teams+https://…`. docs/alerts.md has an example of each. Plain http is for loopback, and with a warning for private hosts.',
    expected: 'an https URL, or several between blanks (plain http for loopback and private hosts only)',
    read: value.alertUrl,
  },
  TOKEN_GUARD_ALERT_FORMAT: {
    ...PLAIN,
    default: 'auto',
    meaning: 'The form of alerts for an address that is not known by itself; auto: the standard one.',
    more: 'An address of Slack, Discord, Google Chat, Telegram or PagerDuty keeps its own form. Teams is never guessed: set teams, or begin the address with teams+.',
    ...oneOf(...ALERT_FORMAT_WORDS),
  },
  TOKEN_GUARD_ALERT_SECRET: {
    ...SECRET,
    meaning: 'Signs alerts (Standard Webhooks): whsec_ and base64, or any other text.',
    more: '`echo "whsec_$(openssl rand -base64 32)"` makes one.',
    expected: 'printable ASCII without blanks',
    read: value.alertSecret,
  },
  TOKEN_GUARD_ALERT_REPEAT: {
    ...PLAIN,
    default: '24h',
    meaning: 'An alert is repeated after this time; 0s: never.',
    more: 'While the status is fail, and while the account or a number is blocked.',
    expected: 'a duration of at least 1s such as 24h, or 0s for never',
    read: value.repetition,
  },
  TOKEN_GUARD_HEARTBEAT_URL: {
    ...SECRET,
    meaning:
      'Asked once a check interval while all is well, so that another program notices a silence; a secret itself.',
    more: 'By GET, at the start and then by the clock, while the status is not fail and checks come in time. For healthchecks.io, Uptime Kuma and the like. One address for several replicas hides a dead one.',
    expected: 'an https URL (plain http for loopback and private hosts only)',
    read: value.heartbeatUrl,
  },
  TOKEN_GUARD_STATE_PATH: {
    ...PLAIN,
    meaning: 'A file for what Graph last said, kept over restarts. Each replica needs its own.',
    more: 'It holds no secret. With it a start during an outage of Graph goes on with a token that passed not long ago, and no alert is repeated by a restart. docs/operating.md has the details.',
    expected: 'a path where this program may write a file of its own, in a folder that exists',
    read: value.path,
  },
  TOKEN_GUARD_STATE_MAX_AGE: {
    ...PLAIN,
    default: '24h',
    meaning: 'How old what the state file holds may be to count at a start without an answer.',
    expected: 'a duration such as 24h',
    read: value.duration(1),
  },
  TOKEN_GUARD_UPSTREAM: {
    ...PLAIN,
    meaning: 'Another guard of the same token and policy, which is asked before Graph is.',
    more: 'For replicas of one bot, at the start and at each interval, under serve, run and the preload. Only a token that Graph verified there counts; else Graph is asked as without it. Neither side sends the token: each proves that it holds it.',
    expected: 'an https URL such as https://token-guard.example (plain http for loopback and private hosts only)',
    read: value.upstream,
  },
  TOKEN_GUARD_UPSTREAM_MAX_AGE: {
    ...PLAIN,
    default: '10m',
    meaning: "How old Graph's word may be that the other guard heard.",
    expected: 'a duration such as 10m',
    read: value.duration(1),
  },
  LOG_LEVEL: {
    ...PLAIN,
    default: 'info',
    meaning: `The least level that is logged: ${LOG_LEVELS.join(', ')}.`,
    ...oneOf(...LOG_LEVELS),
  },
} as const satisfies Record<string, Variable>
