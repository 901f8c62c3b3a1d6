import { ALERT_OUTCOMES, type AlertOutcome } from '../alerts/courier.ts'
import { HEARTBEAT_OUTCOMES, type HeartbeatOutcome } from '../alerts/heartbeat.ts'
import { Counter, Gauge, Histogram, Registry } from '@prometheus-io/client'
import type { Verdict } from '../guard/health.ts'
import { liveOf } from '../guard/state.ts'
import { REQUEST_OUTCOMES, type RequestOutcome } from '../graph/outcome.ts'
import { FINDING_CODES } from '../verification/codes.ts'
import type { Drift } from '../verification/drift.ts'
import { endOfVersion } from '../verification/versions.ts'
import type { HttpAnswer } from './answer.ts'
import type { Known } from './operator.ts'

/** Prometheus' text format. All there from the first scrape; no label names a token, an account or a number. */
export type Metrics = {
  readonly render: (known: Known) => Promise<HttpAnswer>
  readonly countDrift: (severity: Drift['severity']) => void
  readonly countCheck: (outcome: Verdict, durationMs: number) => void
  readonly countRequest: (outcome: RequestOutcome) => void
  readonly countAlert: (outcome: AlertOutcome) => void
  readonly countHeartbeat: (outcome: HeartbeatOutcome) => void
}

const STATUSES = ['pass', 'warn', 'fail'] as const
const OUTCOMES: readonly Verdict[] = ['verified', 'refused', 'unverified']
const SEVERITIES: readonly Drift['severity'][] = ['info', 'warn', 'error']
/** Seconds: from a loopback sandbox to a time-out with its confirmation. */
const BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/** `runtime` is `bun 1.4.5` or `node 20.20.2`. */
export function createMetrics(build: { readonly version: string; readonly runtime: string }): Metrics {
  const registry = new Registry()
  const show = stateGauges(registry)
  const counter = (name: string, help: string, label: string, values: readonly string[]) => {
    const made = new Counter({ name, help, labelNames: [label], registers: [registry] })
    for (const value of values) made.inc({ [label]: value }, 0)
    return (value: string) => made.inc({ [label]: value })
  }
  const countCheck = counter('whatsapp_token_checks_total', 'Verifications by how they ended.', 'outcome', OUTCOMES)
  const duration = new Histogram({
    name: 'whatsapp_token_check_duration_seconds',
    help: 'How long a verification took, the confirmation of a refusal included.',
    buckets: BUCKETS,
    registers: [registry],
  })
  const countDrift = counter(
    'whatsapp_token_drift_total',
    'Changes in what Graph says of the token and its assets: info is better, error is worse, warn is neither.',
    'severity',
    SEVERITIES,
  )
  const countRequest = counter(
    'whatsapp_token_graph_requests_total',
    'Requests to Graph by what came back: ok; refused (a definite no); denied (Graph does not let this one ask); or why there was no definite answer.',
    'outcome',
    REQUEST_OUTCOMES,
  )
  new Gauge({
    name: 'whatsapp_token_guard_build_info',
    help: 'The version of this program and of what it runs on; always 1.',
    labelNames: ['version', 'runtime'],
    registers: [registry],
  }).set(build, 1)
  return {
    render: async (known) => {
      show(known)
      const body = await registry.metrics()
      // The format's word is NaN; the library writes Nan.
      return { status: 200, type: registry.contentType, body: body.replaceAll(/ Nan$/gm, ' NaN') }
    },
    countDrift,
    countCheck: (outcome, durationMs) => {
      countCheck(outcome)
      duration.observe(durationMs / 1000)
    },
    countRequest,
    ...wayOutCounters(counter),
  }
}

type MakeCounter = (name: string, help: string, label: string, values: readonly string[]) => (value: string) => void

/** Of what this program sends by itself. */
function wayOutCounters(counter: MakeCounter): Pick<Metrics, 'countAlert' | 'countHeartbeat'> {
  return {
    countAlert: counter(
      'whatsapp_token_alerts_total',
      'Alerts by what became of them: delivered, failed (given up) or dropped (too many waiting).',
      'outcome',
      ALERT_OUTCOMES,
    ),
    countHeartbeat: counter(
      'whatsapp_token_heartbeats_total',
      'Heartbeats by what became of them: delivered, failed, or skipped because the token is refused or no check comes.',
      'outcome',
      HEARTBEAT_OUTCOMES,
    ),
  }
}

/** Gauges that are read from the state at each scrape. */
function stateGauges(registry: Registry): (known: Known) => void {
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers: [registry] })
  const status = gauge('whatsapp_token_status', 'What /health/token answers: one of pass, warn and fail is 1.', [
    'status',
  ])
  const finding = gauge('whatsapp_token_finding', 'Whether each finding holds: 1 while it does, else 0.', ['code'])
  const expiry = gauge('whatsapp_token_expiry_timestamp_seconds', 'When the token ends: +Inf is never, NaN not known.')
  const dataAccess = gauge(
    'whatsapp_token_data_access_expiry_timestamp_seconds',
    "When the token's access to data ends: +Inf is never, NaN not known.",
  )
  const lastAnswer = gauge(
    'whatsapp_token_last_answer_timestamp_seconds',
    'When Graph last said something definite about the token; 0 is not yet.',
  )
  const nextCheck = gauge('whatsapp_token_next_check_timestamp_seconds', 'When Graph is asked next; 0 is not planned.')
  const versionEnd = gauge(
    'whatsapp_token_graph_version_end_timestamp_seconds',
    'When the configured version of Graph ends: NaN is not known.',
  )
  const lastAttempt = gauge('whatsapp_token_last_attempt_timestamp_seconds', 'When Graph was last asked; 0 is not yet.')
  return ({ health, state }) => {
    for (const each of STATUSES) status.set({ status: each }, Number(health.status === each))
    const codes = new Set(health.findings.map(({ code }) => code))
    for (const code of FINDING_CODES) finding.set({ code }, Number(codes.has(code)))
    expiry.set(endOf(liveOf(state.shown.get('token:expiry') ?? null)?.expiresAt))
    dataAccess.set(endOf(liveOf(state.shown.get('token:data-access') ?? null)?.dataAccessExpiresAt))
    lastAnswer.set((health.checkedAtMs ?? 0) / 1000)
    nextCheck.set((health.plan?.nextCheckAtMs ?? 0) / 1000)
    versionEnd.set(endOfAsked(state))
    lastAttempt.set((state.lastAttempt?.wallMs ?? 0) / 1000)
  }
}

function endOfAsked({ answers }: Known['state']): number {
  const facts = answers.get('connection')?.facts
  const endMs = facts?.about === 'connection' ? endOfVersion(facts.askedVersion) : null
  return endMs === null ? NaN : endMs / 1000
}

function endOf(expiry: number | 'never' | null | undefined): number {
  if (expiry === 'never') return Infinity
  return expiry == null ? NaN : expiry / 1000
}
