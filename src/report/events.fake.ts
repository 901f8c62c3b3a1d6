import { because, DAY_MS, deadToken, HOUR_MS, NOW_MS, policy, judge } from '../verification/verification.fake.ts'
import type { LogEvent } from './log-event.ts'

export const REFUSAL = judge(deadToken('revoked', because(190, 460, undefined, 'password_changed')), policy(), NOW_MS)
export const DRIFT = { checkId: 'c1', field: 'scopes', before: ['a', 'b'], after: ['a'] } as const

export type Sample = { readonly [Type in LogEvent['type']]: Omit<Extract<LogEvent, { type: Type }>, 'type'> }

/** A sample of each event: a new event does not compile without one. */
export const SAMPLES: Sample = {
  'config.invalid': { faults: [{ name: 'WHATSAPP_TOKEN', problem: 'is not set', expected: 'a token' }] },
  'config.unknown': { notice: { kind: 'unknown', name: 'TOKEN_GUARD_PROT', nearest: 'TOKEN_GUARD_PORT' } },
  'config.warning': { name: 'GRAPH_API_URL', message: "is another host than Meta's" },
  'config.waiting': { names: ['WHATSAPP_TOKEN_FILE (/run/token)', '.env'], waitMs: 30_000 },
  'boot.verified': { findings: [] },
  'boot.refused': { findings: REFUSAL, exitCode: 77 },
  'boot.would_refuse': { findings: REFUSAL, exitCode: 77 },
  'boot.remembered': { findings: [], ageMs: 3 * HOUR_MS },
  'report.received': { about: 'error', what: '190/463', concerns: true },
  'upstream.used': { ageMs: 60_000 },
  'upstream.unusable': { problem: 'no connection (ECONNREFUSED)' },
  'state.failed': { path: '/var/lib/token-guard/state.json', problem: 'cannot be written (ENOSPC)' },
  'boot.unverified': { findings: [], exitCode: 75 },
  'check.verified': { checkId: 'c1' },
  'check.delayed': { reason: 'throttled', nextCheckAtMs: NOW_MS + HOUR_MS, inMs: HOUR_MS },
  'check.unverified': { checkId: 'c1', findings: [], questions: ['token', 'phone:700'], retryInMs: 1_500 },
  'check.refusal_suspected': { checkId: 'c1', findings: REFUSAL },
  'token.drift': { ...DRIFT, severity: 'error' },
  'token.refused': { findings: REFUSAL },
  'token.recovered': { findings: [] },
  'token.stale': { ageMs: 2 * HOUR_MS, staleAfterMs: HOUR_MS, severity: 'warn' },
  'token.fresh': {},
  'token.expires_soon': { remainingMs: 3 * DAY_MS - 500, thresholdMs: 3 * DAY_MS },
  'token.reloaded': { findings: [], fingerprint: '0123456789ab' },
  'token.reload_refused': { findings: REFUSAL, fingerprint: '0123456789ab' },
  'alert.failed': {
    id: 'msg_1',
    alert: 'status.changed',
    problem: 'the receiver answers 500',
    tries: 1,
    retryInMs: 1_000,
  },
  'heartbeat.failed': { problem: 'the watcher answers 404' },
  'secret.reloaded': { name: 'META_APP_SECRET' },
  'child.started': { program: 'python3', pid: 4711 },
  'child.failed': { problem: 'bot was not found', exitCode: 127 },
  'child.outdated': { willRestart: false },
  'child.stopping': { signal: 'SIGTERM', delayMs: 0 },
  'child.ended': { code: 3, signal: null, exitCode: 3 },
  'server.listening': { url: 'http://localhost:3000', port: 3000 },
  'server.failed': { problem: 'the port 3000 is taken', exitCode: 71 },
  'server.stopping': { signal: 'SIGTERM', delayMs: 5_000 },
  'server.stopped': { signal: 'SIGTERM' },
  'sandbox.listening': {
    url: 'http://localhost:4010',
    token: 'EAASANDBOX',
    businessAccountId: '1',
    phoneNumberId: '2',
    appId: '3',
    appSecret: '4',
    scenario: 'permanent',
  },
  defect: { error: 'a stack' },
}
