import { formatDuration } from '../config/durations.ts'
import { refuses, type Finding } from '../verification/finding.ts'
import { listed, span } from '../verification/words.ts'
import { change } from './change-text.ts'
import { ofCandidate, summaries, withWarnings } from './event-words.ts'
import { findingFields } from './finding-fields.ts'
import type { EventRow, EventRows } from './event-row.ts'
import { FLEET_ROWS } from './events.fleet.ts'
import { PROGRAM_ROWS } from './events.program.ts'
import type { Level, LogEvent } from './log-event.ts'
import { isTokenFaulty, sourceSentences, type TokenSource } from './token-source.ts'

/** The log events: one row each, with its level, its sentence and its fields. */

const withFindings = ({ findings }: { readonly findings: readonly Finding[] }) => ({
  findings: findings.map(findingFields),
})
const withSource = ({ tokenSource }: { readonly tokenSource?: TokenSource | null }) =>
  tokenSource === undefined ? {} : { tokenSource }
const decision = (event: Extract<LogEvent, { type: `boot.${string}` }> & { readonly exitCode: number | null }) => ({
  ...withFindings(event),
  exitCode: event.exitCode,
  ...withSource(event),
})

const ROWS: EventRows = {
  'config.invalid': {
    level: 'error',
    say: ({ faults, tokenSource }) =>
      `The configuration is wrong: ${faults.map(({ name, problem }) => `${name} ${problem}`).join('; ')}${isTokenFaulty(faults) && tokenSource ? `.${sourceSentences(tokenSource)}` : ''}`,
    fields: (event) => ({ faults: event.faults, exitCode: 78, ...withSource(event) }),
  },
  'config.unknown': {
    level: 'warn',
    say: ({ notice: { name, nearest } }) =>
      `${name} is not known${nearest === null ? '' : `: did you mean ${nearest}?`}`,
    fields: ({ notice: { name, nearest } }) => ({ name, nearest }),
  },
  'config.warning': {
    level: 'warn',
    say: ({ name, message }) => `${name}: ${message}`,
    fields: ({ name }) => ({ name }),
  },
  'config.waiting': {
    level: 'warn',
    say: ({ names, waitMs }) =>
      `Waiting for ${listed(names)}: another program has not written ${names.length === 1 ? 'this FIFO' : 'these FIFOs'} yet. If it asks for your permission, give it. The wait ends after ${formatDuration(waitMs)}`,
    fields: ({ names }) => ({ names }),
  },
  'boot.verified': {
    level: ({ findings }) => (findings.length === 0 ? 'info' : 'warn'),
    say: ({ findings }) => withWarnings('The token is verified', findings),
    fields: (event) => ({ ...withFindings(event), ...withSource(event) }),
  },
  'boot.refused': {
    level: 'fatal',
    say: ({ findings, tokenSource }) =>
      `Refusing to start, since ${findings.some(refuses) ? 'the token is refused' : 'Graph refuses the one who asks'}: ${summaries(findings)}${sourceSentences(tokenSource)}`,
    fields: decision,
  },
  'boot.would_refuse': {
    level: 'error',
    say: ({ findings, exitCode, tokenSource }) =>
      `Starting, since TOKEN_GUARD_MODE is report. Under enforce the start would have ended with exit ${exitCode}: ${summaries(findings)}${sourceSentences(tokenSource)}`,
    fields: decision,
  },
  'boot.unverified': {
    level: ({ exitCode }) => (exitCode === null ? 'error' : 'fatal'),
    say: ({ findings, exitCode }) =>
      `${exitCode === null ? 'Starting unverified, and trying on' : 'Refusing to start'}, since Graph gave no definite answer within the boot time: ${summaries(findings)}`,
    fields: decision,
  },
  'boot.remembered': {
    level: 'warn',
    say: ({ ageMs }) =>
      `Starting with what Graph said ${span(ageMs)} ago, since it gives no answer now. It is asked again and again`,
    fields: (event) => ({ ...withFindings(event), ageMs: event.ageMs }),
  },
  'check.verified': {
    level: 'debug',
    say: () => 'The token is verified again',
    fields: ({ checkId }) => ({ checkId }),
  },
  'check.delayed': {
    level: 'warn',
    say: ({ reason, inMs }) =>
      `${reason === 'throttled' ? 'Graph throttles this app' : 'Most of what this app may ask of Graph is used'}: the next check comes in ${span(inMs)}`,
    fields: ({ reason, nextCheckAtMs }) => ({ reason, nextCheckAt: new Date(nextCheckAtMs).toISOString() }),
  },
  'check.unverified': {
    level: 'warn',
    say: ({ findings, questions, retryInMs, candidate }) =>
      `${ofCandidate(candidate)}${summaries(findings)} Asked about: ${questions.map((question) => question.split(':')[0]).join(', ')}.${retryInMs === null ? '' : ` Trying again in ${(retryInMs / 1000).toFixed(1)} s.`}`,
    fields: (event) => ({
      ...withFindings(event),
      checkId: event.checkId,
      questions: event.questions,
      retryInMs: event.retryInMs,
      candidate: event.candidate,
    }),
  },
  'check.refusal_suspected': {
    level: 'warn',
    say: ({ findings, candidate }) =>
      `${ofCandidate(candidate)}Graph refuses now, and is asked once more in a second: ${summaries(findings)}`,
    fields: (event) => ({ ...withFindings(event), checkId: event.checkId, candidate: event.candidate }),
  },
  'token.drift': {
    level: ({ severity }) => severity,
    say: ({ field, before, after, phoneNumberId }) =>
      `Graph's answer changed: ${field}${phoneNumberId === undefined ? '' : ` of ${phoneNumberId}`} ${change(before, after)}`,
    fields: ({ type: _type, ...fields }) => fields,
  },
  'token.refused': {
    level: 'error',
    say: ({ findings }) => `The token is refused now: ${summaries(findings)}`,
    fields: withFindings,
  },
  'token.recovered': {
    level: ({ findings }) => (findings.length === 0 ? 'info' : 'warn'),
    say: ({ findings }) => withWarnings('The token is verified again', findings),
    fields: withFindings,
  },
  'token.stale': {
    level: ({ severity }) => (severity === 'fail' ? 'error' : 'warn'),
    say: ({ ageMs }) =>
      `Graph has not given a definite answer about the token for ${span(ageMs)}. The reason is shown under graph:reachability.`,
    fields: ({ ageMs, staleAfterMs }) => ({ ageSeconds: seconds(ageMs), staleAfterSeconds: seconds(staleAfterMs) }),
  },
  'token.fresh': { level: 'info', say: () => 'Graph answers again about the token' },
  'token.expires_soon': {
    level: 'warn',
    say: ({ remainingMs }) => `The token expires in ${span(remainingMs)}`,
    fields: ({ remainingMs, thresholdMs }) => ({
      remainingSeconds: seconds(remainingMs),
      threshold: formatDuration(thresholdMs),
    }),
  },
  'token.reloaded': {
    level: ({ findings }) => (findings.length === 0 ? 'info' : 'warn'),
    say: ({ findings }) => withWarnings('The changed token is verified and in service', findings),
    fields: (event) => ({ ...withFindings(event), fingerprint: event.fingerprint }),
  },
  'token.reload_refused': {
    level: 'error',
    say: ({ findings }) =>
      `Keeping the current token in service, since the changed token is refused: ${summaries(findings)}`,
    fields: (event) => ({ ...withFindings(event), fingerprint: event.fingerprint }),
  },
  ...PROGRAM_ROWS,
  ...FLEET_ROWS,
  defect: {
    level: 'fatal',
    say: () => 'This program has a defect: please report it with this line',
    fields: ({ error }) => ({ error, exitCode: 70 }),
  },
}

/** One event as a log line's parts. */
export function logLine(event: LogEvent): {
  readonly level: Level
  readonly fields: Readonly<Record<string, unknown>>
  readonly message: string
} {
  const row = ROWS[event.type] as EventRow<LogEvent>
  return {
    level: typeof row.level === 'string' ? row.level : row.level(event),
    fields: { event: event.type, ...row.fields?.(event) },
    message: row.say(event),
  }
}

function seconds(ms: number): number {
  return Math.floor(ms / 1000)
}
