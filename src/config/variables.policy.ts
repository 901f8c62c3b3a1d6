import { FAIL_ON_CODES } from '../verification/fail-on.ts'
import * as value from './values.ts'
import { DAYS_LONG, MINUTES_LONG, oneOf, PLAIN, SECONDS_LONG, type Variable } from './variable.ts'

/** What a good token is, and how often and how patiently Graph is asked. */
export const POLICY_VARIABLES = {
  TOKEN_GUARD_MODE: {
    ...PLAIN,
    default: 'enforce',
    meaning: 'enforce; report: logs a refusal and goes on; off: asks nothing, needs no token (not in production).',
    more: 'Under report the start goes on where enforce would have ended it, and logs boot.would_refuse.',
    ...oneOf('enforce', 'report', 'off'),
  },
  TOKEN_GUARD_REQUIRED_SCOPES: {
    ...PLAIN,
    default: 'business_management,whatsapp_business_messaging,whatsapp_business_management',
    meaning: 'The permissions that the token must have, comma-separated; a|b means either will do.',
    more: 'If Meta renames a permission, accept both names: old|new.',
    expected:
      'names of scopes (a–z, 0–9 and _) with commas between, such as business_management; a|b where either will do',
    read: value.scopes,
  },
  TOKEN_GUARD_EXPIRY: {
    ...PLAIN,
    default: 'never',
    meaning: 'never: the token must not expire; rotate: it may, with reminders; temporary: for development.',
    more: 'temporary is for the 24-hour token of the app dashboard, and is a fault in production (NODE_ENV=production). Use rotate for tokens of 60 days that are renewed in time.',
    ...oneOf('never', 'rotate', 'temporary'),
  },
  TOKEN_GUARD_ROTATE_BEFORE: {
    ...PLAIN,
    default: '14d',
    meaning: 'Remaining time from which on an expiring token is a warning.',
    more: 'It counts where TOKEN_GUARD_EXPIRY is rotate or temporary. The finding is token.expires_soon.',
    expected: DAYS_LONG,
    read: value.duration(1),
  },
  TOKEN_GUARD_BOOT_TIMEOUT: {
    ...PLAIN,
    default: '20s',
    meaning: 'How long boot keeps trying to reach a definite answer.',
    more: 'TOKEN_GUARD_BOOT_UNVERIFIED decides what happens when it runs out.',
    expected: SECONDS_LONG,
    read: value.duration(1),
  },
  TOKEN_GUARD_BOOT_UNVERIFIED: {
    ...PLAIN,
    default: 'refuse',
    meaning: 'When TOKEN_GUARD_BOOT_TIMEOUT runs out: refuse (exit 75), or start and go on trying.',
    more: 'With start the service begins unverified, and /health/token answers 503 until Graph has answered.',
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
    meaning: 'How long one request to Graph may take; not longer than the boot time.',
    expected: SECONDS_LONG,
    read: value.duration(1),
  },
  TOKEN_GUARD_STALE_AFTER: {
    ...PLAIN,
    default: '30m',
    shownDefault: '6 check intervals, at least 30m',
    meaning: 'Age past which the last definite answer counts as stale; at least 2 check intervals.',
    more: 'The finding is graph.stale.',
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
    more: `It takes ${FAIL_ON_CODES.slice(0, -1).join(', ')} and ${FAIL_ON_CODES.at(-1)}.`,
    expected: `codes of findings with commas between: ${FAIL_ON_CODES.join(', ')}`,
    read: value.failOn,
  },
} as const satisfies Record<string, Variable>
