import { Counter, Gauge, Registry } from '@prometheus-io/client'
import type { Counts } from '../fleet/reading.ts'
import { REQUEST_OUTCOMES, type RequestOutcome } from '../graph/outcome.ts'
import type { Verdict } from '../guard/health.ts'
import { FINDING_CODES } from '../verification/codes.ts'
import type { HttpAnswer } from './answer.ts'

/** A fleet in Prometheus' text format. No label names a token, a tenant or an app. */
export type FleetMetrics = {
  readonly render: (counts: Counts) => Promise<HttpAnswer>
  /** `isLost`: what was heard came after the end of its claim. */
  readonly countCheck: (outcome: Verdict, isLost: boolean) => void
  readonly countAlert: (outcome: 'delivered' | 'failed') => void
  readonly countRequest: (outcome: RequestOutcome) => void
}

export function createFleetMetrics(build: { readonly version: string; readonly runtime: string }): FleetMetrics {
  const registry = new Registry()
  const registers = [registry]
  const gauge = (name: string, help: string, labelNames: readonly string[] = []) =>
    new Gauge({ name, help, labelNames: [...labelNames], registers })
  const tokens = gauge('whatsapp_fleet_tokens', 'Tokens by status; unknown: nothing was heard yet.', ['status'])
  const findings = gauge('whatsapp_fleet_findings', 'Tokens for which a finding holds.', ['code'])
  const lag = gauge('whatsapp_fleet_lag_seconds', 'How late the check is that is longest due.')
  const paused = gauge('whatsapp_fleet_paused_apps', 'Apps that Graph throttles now.')
  const incidents = gauge('whatsapp_fleet_incidents', 'Apps whose refusals are held, or were believed together.')
  const pending = gauge('whatsapp_fleet_changes_pending', 'Changes that are still to be sent.')
  const checks = new Counter({
    name: 'whatsapp_token_checks_total',
    help: 'Verifications of this worker by how they ended.',
    labelNames: ['outcome'],
    registers,
  })
  const requests = new Counter({
    name: 'whatsapp_token_graph_requests_total',
    help: 'Requests of this worker to Graph by what came back.',
    labelNames: ['outcome'],
    registers,
  })
  const alerts = new Counter({
    name: 'whatsapp_token_alerts_total',
    help: 'Messages of this worker by what became of them.',
    labelNames: ['outcome'],
    registers,
  })
  const lost = new Counter({
    name: 'whatsapp_fleet_claims_lost_total',
    help: 'Checks of this worker that ended after their claim, and did not count.',
    registers,
  })
  for (const outcome of ['verified', 'refused', 'unverified']) checks.inc({ outcome }, 0)
  for (const outcome of ['delivered', 'failed']) alerts.inc({ outcome }, 0)
  for (const outcome of REQUEST_OUTCOMES) requests.inc({ outcome }, 0)
  gauge('whatsapp_token_guard_build_info', 'The version of this program and of what it runs on; always 1.', [
    'version',
    'runtime',
  ]).set(build, 1)
  return {
    render: async (counts) => {
      for (const [status, count] of Object.entries(counts.tokens)) tokens.set({ status }, count)
      for (const code of FINDING_CODES) findings.set({ code }, counts.findings[code] ?? 0)
      lag.set(counts.lagSeconds)
      paused.set(counts.pausedApps)
      incidents.set(counts.incidents.length)
      pending.set(counts.unsentChanges)
      return { status: 200, type: registry.contentType, body: await registry.metrics() }
    },
    countCheck: (outcome, isLost) => (isLost ? lost.inc() : checks.inc({ outcome })),
    countAlert: (outcome) => alerts.inc({ outcome }),
    countRequest: (outcome) => requests.inc({ outcome }),
  }
}
