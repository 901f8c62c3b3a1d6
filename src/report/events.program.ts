import { formatDuration } from '../config/durations.ts'
import { span } from '../verification/words.ts'
import type { EventRows } from './event-row.ts'

/** The events of the program around the guard. */
export const PROGRAM_ROWS = {
  'report.received': {
    level: 'debug',
    say: ({ about, what, concerns }) =>
      `The backend reports ${about === 'other' ? 'nothing that is known here' : `${about === 'error' ? 'an error' : 'a webhook'} of Meta's (${what})`}: ${concerns ? 'the token is verified soon' : 'it is forgotten'}`,
    fields: ({ about, what, concerns }) => ({ about, what, concerns }),
  },
  'state.failed': {
    level: 'warn',
    say: ({ path, problem }) =>
      `The state file ${path} ${problem}. What is known is not kept over a restart. See TOKEN_GUARD_STATE_PATH.`,
    fields: ({ path, problem }) => ({ path, problem }),
  },
  'upstream.used': {
    level: 'debug',
    say: ({ ageMs }) => `Another guard heard from Graph ${span(ageMs)} ago: Graph is not asked`,
    fields: ({ ageMs }) => ({ ageMs }),
  },
  'upstream.unusable': {
    level: 'warn',
    say: ({ problem }) => `The other guard is of no use, so Graph is asked: ${problem}. See TOKEN_GUARD_UPSTREAM.`,
    fields: ({ problem }) => ({ problem }),
  },
  'alert.failed': {
    level: ({ retryInMs }) => (retryInMs === null ? 'error' : 'warn'),
    say: ({ alert, problem, tries, retryInMs }) =>
      `The alert "${alert}" was not delivered: ${problem}${retryInMs === null ? `; given up after ${tries} ${tries === 1 ? 'try' : 'tries'}` : '; tried again'}. See TOKEN_GUARD_ALERT_URL.`,
    fields: ({ id, alert, problem, tries, retryInMs }) => ({ id, alert, problem, tries, retryInMs }),
  },
  'heartbeat.failed': {
    level: 'warn',
    say: ({ problem }) =>
      `The heartbeat was not delivered: ${problem}. The next one comes in a check interval. See TOKEN_GUARD_HEARTBEAT_URL.`,
    fields: ({ problem }) => ({ problem }),
  },
  'secret.reloaded': {
    level: 'info',
    say: ({ name }) => `${name} changed, and the new value is in use`,
    fields: ({ name }) => ({ name }),
  },
  'child.started': {
    level: 'info',
    say: ({ program, pid }) => `${program} runs as process ${pid}`,
    fields: ({ program, pid }) => ({ program, pid }),
  },
  'child.failed': { level: 'fatal', say: ({ problem }) => problem, fields: ({ exitCode }) => ({ exitCode }) },
  'child.outdated': {
    level: 'warn',
    say: ({ willRestart }) =>
      willRestart
        ? 'The command has the old token, and is restarted'
        : 'The command still has the old token: restart it, or use --on-reload=restart',
    fields: ({ willRestart }) => ({ willRestart }),
  },
  'child.stopping': {
    level: 'info',
    say: ({ signal, delayMs }) =>
      `${signal ?? 'The token is refused (--on-refused=stop)'}: the command is asked to end${delayMs === 0 ? '' : ` in ${formatDuration(delayMs)}`}`,
    fields: ({ signal, delayMs }) => ({ signal, delayMs }),
  },
  'child.ended': {
    level: 'info',
    say: ({ code, signal }) => `The command ended ${signal === null ? `with code ${code}` : `by ${signal}`}`,
    fields: ({ code, signal, exitCode }) => ({ code, signal, exitCode }),
  },
  'server.listening': {
    level: 'info',
    say: ({ url }) => `Listening on ${url}: /health/token, /health/ready, /health/live`,
    fields: ({ url, port }) => ({ url, port }),
  },
  'server.failed': {
    level: 'fatal',
    say: ({ problem }) => problem,
    fields: ({ exitCode }) => ({ exitCode }),
  },
  'server.stopping': {
    level: 'info',
    say: ({ signal, delayMs }) => `${signal}: stopping${delayMs === 0 ? '' : ` in ${formatDuration(delayMs)}`}`,
    fields: ({ signal, delayMs }) => ({ signal, delayMs }),
  },
  'server.stopped': { level: 'info', say: () => 'Stopped', fields: ({ signal }) => ({ signal }) },
  'sandbox.listening': {
    level: 'info',
    say: ({ url }) => `The sandbox of Graph listens on ${url}`,
    fields: ({ type: _type, ...fields }) => fields,
  },
} satisfies Partial<EventRows>
