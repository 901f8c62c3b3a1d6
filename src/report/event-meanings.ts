import { FLEET_MEANINGS } from './event-meanings.fleet.ts'
import { PROGRAM_MEANINGS } from './event-meanings.program.ts'
import type { EventMeaning } from './event-row.ts'
import type { LogEvent } from './log-event.ts'

/** What docs/reference.md says of each log event, in Markdown. The program itself does not load it. */

const FINDINGS = 'the [findings](#findings), as `check --json` shows them'
const CHECK_ID = 'the id of the check, the same in every line about it'
const EXIT_CODE = 'the exit code that follows'
const TOKEN_SOURCE = '[where the token came from](secrets.md#where-the-token-came-from)'
const FINGERPRINT = "the first 12 hex digits of the new token's SHA-256"
const CANDIDATE = 'true where a changed token was asked about, and not the one in service'
const INFO_OR_WARN = '`info`; `warn` where findings remain'

export const EVENT_MEANINGS: Readonly<Record<LogEvent['type'], EventMeaning>> = {
  'config.invalid': {
    when: 'The configuration is wrong, and nothing starts. All faults are listed at once.',
    level: '`error`',
    fields: {
      faults: 'a list of `{name, problem, expected}`',
      exitCode: '78',
      tokenSource: TOKEN_SOURCE,
    },
  },
  'config.unknown': {
    when: 'A variable has a name that is not known: an unknown `TOKEN_GUARD_…`, a slip of one of the names, or the name that another program uses for the same (`WABA_ID`).',
    level: '`warn`',
    fields: { name: 'the unknown name', nearest: 'the name that was probably meant, or null' },
  },
  'config.warning': {
    when: 'Something about the configuration is worth knowing, such as an account or a number whose id is not set (`serve`).',
    level: '`warn`',
    fields: { name: 'the variable' },
  },
  'config.waiting': {
    when: 'A FIFO among the sources has not been written for a second. Another program may be waiting for your permission.',
    level: '`warn`',
    fields: { names: 'what names the FIFOs, with their paths' },
  },
  'boot.verified': {
    when: 'The boot ended with a verified token, or a later check verified it after an unverified start.',
    level: INFO_OR_WARN,
    fields: { findings: FINDINGS, tokenSource: TOKEN_SOURCE },
  },
  'boot.refused': {
    when: 'The boot ended with a refusal, and nothing starts.',
    level: '`fatal`',
    fields: { findings: FINDINGS, exitCode: EXIT_CODE, tokenSource: TOKEN_SOURCE },
  },
  'boot.would_refuse': {
    when: 'Under `TOKEN_GUARD_MODE=report`: the boot would have ended with a refusal. The start goes on.',
    level: '`error`',
    fields: {
      findings: FINDINGS,
      exitCode: 'the exit code that `enforce` would have given',
      tokenSource: TOKEN_SOURCE,
    },
  },
  'boot.unverified': {
    when: 'Graph gave no definite answer within the boot time.',
    level: '`fatal`; `error` where the start goes on (`TOKEN_GUARD_BOOT_UNVERIFIED=start`)',
    fields: {
      findings: FINDINGS,
      exitCode: `${EXIT_CODE}; null where the start goes on`,
      tokenSource: TOKEN_SOURCE,
    },
  },
  'boot.remembered': {
    when: 'Graph gave no definite answer within the boot time, and what the state file holds about this token passes. The start goes on with it.',
    level: '`warn`',
    fields: { findings: FINDINGS, ageMs: "how old Graph's last word about the token is", tokenSource: TOKEN_SOURCE },
  },
  'check.verified': {
    when: 'A check in service has verified the token again.',
    level: '`debug`',
    fields: { checkId: CHECK_ID },
  },
  'check.delayed': {
    when: 'The checks have slowed down. It is logged once, until they are back at their pace.',
    level: '`warn`',
    fields: {
      reason: '`throttled`: Graph throttles; `usage`: a limit is nearly used up',
      nextCheckAt: 'when Graph is asked next (RFC 3339)',
    },
  },
  'check.unverified': {
    when: 'A check got no definite answer to some of its questions. What is known stays in force.',
    level: '`warn`',
    fields: {
      findings: 'why there was no answer',
      checkId: CHECK_ID,
      questions: 'what got no answer: `token`, `me`, `account`, `numbers`, `subscriptions`, `app` or `phone:ID`',
      retryInMs: 'when it is asked again; null where the next check does so',
      candidate: CANDIDATE,
    },
  },
  'check.refusal_suspected': {
    when: 'Graph refuses what it did not refuse before. The same is asked again a second later, and the second answer counts.',
    level: '`warn`',
    fields: { findings: FINDINGS, checkId: CHECK_ID, candidate: CANDIDATE },
  },
  'token.drift': {
    when: "Graph's answer has changed: one line for each [field](#fields-of-a-drift).",
    level: 'by `severity`: `error` where the check got worse, `info` where it got better, else `warn`',
    fields: {
      field: 'what has changed',
      before: 'what Graph said before: lists, Unix seconds with 0 for never, ids',
      after: 'what Graph says now',
      severity: '`error`, `warn` or `info`',
      checkId: CHECK_ID,
      phoneNumberId: 'the number that it concerns; absent where it concerns none',
    },
  },
  'token.refused': {
    when: 'The verdict is now "refused". `/health/token` answers 503 from then on.',
    level: '`error`',
    fields: { findings: FINDINGS },
  },
  'token.recovered': {
    when: 'The token was refused, and is verified again.',
    level: INFO_OR_WARN,
    fields: { findings: FINDINGS },
  },
  'token.stale': {
    when: 'The last definite answer is older than `TOKEN_GUARD_STALE_AFTER`.',
    level: '`warn`; `error` under `TOKEN_GUARD_STALE_STATUS=fail`',
    fields: { ageSeconds: 'the age of the last answer', staleAfterSeconds: 'the limit' },
  },
  'token.fresh': {
    when: 'Graph answers again after `token.stale`.',
    level: '`info`',
    fields: {},
  },
  'token.expires_soon': {
    when: 'A reminder: less time remains than a step of the reminders. Each step is logged once.',
    level: '`warn`',
    fields: { remainingSeconds: 'the time that remains', threshold: 'the step, such as `14d`' },
  },
  'token.reloaded': {
    when: 'A changed token was verified and has taken over.',
    level: INFO_OR_WARN,
    fields: { findings: FINDINGS, fingerprint: FINGERPRINT },
  },
  'token.reload_refused': {
    when: 'A changed token was refused. The old token stays in service, and a restart would be refused.',
    level: '`error`',
    fields: { findings: FINDINGS, fingerprint: FINGERPRINT },
  },
  ...PROGRAM_MEANINGS,
  ...FLEET_MEANINGS,
  defect: {
    when: 'This program has a defect. Secrets are masked in the line: please report it.',
    level: '`fatal`',
    fields: { error: 'the error and its stack', exitCode: '70' },
  },
}
