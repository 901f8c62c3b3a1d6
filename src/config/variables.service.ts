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
    meaning: 'A webhook that gets each change; a secret itself; https (http for loopback).',
    expected: 'an https URL (plain http for loopback hosts only)',
    read: value.alertUrl,
  },
  TOKEN_GUARD_ALERT_SECRET: {
    ...SECRET,
    meaning: 'Signs alerts (Standard Webhooks): whsec_ and base64, or any other text.',
    more: '`echo "whsec_$(openssl rand -base64 32)"` makes one.',
    expected: 'printable ASCII without blanks',
    read: value.alertSecret,
  },
  LOG_LEVEL: {
    ...PLAIN,
    default: 'info',
    meaning: `The least level that is logged: ${LOG_LEVELS.join(', ')}.`,
    ...oneOf(...LOG_LEVELS),
  },
} as const satisfies Record<string, Variable>
