import { standingOf, type Standing } from '../alerts/standing.ts'
import type { Health } from '../guard/health.ts'
import { driftOf } from '../guard/history.ts'
import type { Instant } from '../guard/instant.ts'
import type { State } from '../guard/state.ts'
import { findingFields, type FindingFields } from '../report/finding-fields.ts'
import type { Drift } from '../verification/drift.ts'
import type { Policy } from '../verification/policy.ts'
import { inFleet } from './advice.ts'
import type { FleetMemory } from './row.ts'

/** PURE. What is told of a check: by the same comparison as the alerts of a single guard. */

/** What is told of a check that changed something. */
export type Told = {
  readonly event: 'status.changed' | 'token.drift' | 'findings.changed' | 'token.expires_soon'
  readonly previous_status: Standing['status'] | null
  readonly status: Standing['status']
  readonly findings: readonly (FindingFields & { readonly summary: string; readonly subject: string | null })[]
  readonly drifts: readonly Drift[]
}

/** What a check changed, if anything: one thing for each check. A first pass is nothing new. */
export function toldOf(
  before: FleetMemory,
  after: State,
  health: Health,
  policy: Policy,
  now: Instant,
  isUnresolved: boolean,
): Told | null {
  const standing = standingOf(health)
  // Nothing was ever heard, and now there is nothing to ask about.
  if (standing === null && isUnresolved && before.unresolved === null && before.standing === null)
    return {
      event: 'status.changed',
      previous_status: null,
      status: 'warn',
      findings: toldFindings(health),
      drifts: [],
    }
  if (standing === null) return null
  const drifts = driftOf(before.state.answers, after.answers, policy, now)
  const event = eventOf(before, standing, drifts, health.expiring?.thresholdMs ?? null)
  if (event === null) return null
  return {
    event,
    previous_status: before.standing?.status ?? null,
    status: standing.status,
    findings: toldFindings(health),
    drifts,
  }
}

function toldFindings({ findings }: Health): Told['findings'] {
  return findings.map((finding) => {
    const { remedy, causes, ...fields } = findingFields(finding)
    return {
      ...fields,
      remedy: inFleet(remedy),
      causes: causes.map((cause) => ({ ...cause, remedy: inFleet(cause.remedy) })),
      summary: inFleet(finding.summary),
      subject: finding.subject,
    }
  })
}

function eventOf(
  before: FleetMemory,
  after: Standing,
  drifts: readonly Drift[],
  reminderMs: number | null,
): Told['event'] | null {
  if (before.standing === null) return after.status === 'fail' ? 'status.changed' : null
  if (before.standing.status !== after.status) return 'status.changed'
  if (drifts.some(({ severity }) => severity === 'error')) return 'token.drift'
  if (before.standing.wrong.join() !== after.wrong.join()) return 'findings.changed'
  if (reminderMs !== null && reminderMs !== before.reminderMs) return 'token.expires_soon'
  return drifts.length > 0 ? 'token.drift' : null
}
