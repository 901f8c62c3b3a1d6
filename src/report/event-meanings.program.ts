import type { EventMeaning } from './event-row.ts'
import type { PROGRAM_ROWS } from './events.program.ts'

/** What docs/reference.md says of the events of the program around the guard. */
export const PROGRAM_MEANINGS: Readonly<Record<keyof typeof PROGRAM_ROWS, EventMeaning>> = {
  'report.received': {
    when: 'The backend reported a Graph error or a webhook body.',
    level: '`debug`',
    fields: {
      about: '`error`, `webhook` or `other`',
      what: "Graph's code with its subcode (`190/463`), or the fields of the webhook; null for anything else",
      concerns: 'whether it is a reason to verify',
    },
  },
  'upstream.used': {
    when: 'Another guard had heard from Graph already, so Graph was not asked.',
    level: '`debug`',
    fields: { ageMs: "how old Graph's word about the token is" },
  },
  'upstream.unusable': {
    when: 'The guard that `TOKEN_GUARD_UPSTREAM` names is of no use, so Graph is asked. It is logged once until it is of use again.',
    level: '`warn`',
    fields: { problem: 'why' },
  },
  'state.failed': {
    when: 'The state file could not be written. It is logged once until it can be written again.',
    level: '`warn`',
    fields: { path: 'as it was given', problem: 'what failed' },
  },
  'alert.failed': {
    when: 'An alert was not delivered. It is logged at the first failed try, and again when it is given up.',
    level: '`warn`; `error` where it is given up',
    fields: {
      id: "the alert's id",
      alert: "the alert's `event`",
      problem: 'what failed',
      tries: 'how many tries there were',
      retryInMs: 'when it is tried again; null where it is given up',
    },
  },
  'heartbeat.failed': {
    when: 'A heartbeat was not delivered. It is logged once until one is delivered again.',
    level: '`warn`',
    fields: { problem: 'what failed' },
  },
  'secret.reloaded': {
    when: 'Another secret than the token has changed, and the new value is in use.',
    level: '`info`',
    fields: { name: 'the variable' },
  },
  'child.started': {
    when: '`run` has started the command.',
    level: '`info`',
    fields: { program: "the command's name", pid: 'its process id' },
  },
  'child.failed': {
    when: '`run` could not start the command.',
    level: '`fatal`',
    fields: { exitCode: '126: it cannot be executed; 127: it was not found' },
  },
  'child.outdated': {
    when: 'The token was changed while the command of `run` goes on with the old one.',
    level: '`warn`',
    fields: { willRestart: 'whether `run` restarts the command (`--on-reload=restart`)' },
  },
  'child.stopping': {
    when: '`run` asks the command to end, because of a signal or of a refused token (`--on-refused=stop`).',
    level: '`info`',
    fields: {
      signal: 'the signal that came; null where a refused token is the reason',
      delayMs: '`TOKEN_GUARD_STOP_DELAY`: the signal is passed on after it',
    },
  },
  'child.ended': {
    when: 'The command of `run` has ended.',
    level: '`info`',
    fields: {
      code: "the command's own exit code, or null",
      signal: 'the signal that ended it, or null',
      exitCode: 'the exit code of `run` that follows',
    },
  },
  'server.listening': {
    when: 'The service listens. The token has passed.',
    level: '`info`',
    fields: { url: 'its address', port: 'its port' },
  },
  'server.failed': {
    when: 'The service cannot listen, most often because the port is taken.',
    level: '`fatal`',
    fields: { exitCode: '71' },
  },
  'server.stopping': {
    when: 'A signal asked the service to stop.',
    level: '`info`',
    fields: { signal: 'the signal', delayMs: '`TOKEN_GUARD_STOP_DELAY`' },
  },
  'server.stopped': {
    when: 'The service has stopped, with its last requests finished.',
    level: '`info`',
    fields: { signal: 'the signal' },
  },
  'sandbox.listening': {
    when: 'The sandbox listens.',
    level: '`info`',
    fields: {
      url: 'its address, for `GRAPH_API_URL`',
      token: 'a token that it accepts',
      businessAccountId: 'its account',
      phoneNumberId: 'its number',
      appId: 'its app',
      appSecret: "the app's secret",
      scenario: 'what it plays',
    },
  },
}
