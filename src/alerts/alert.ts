import type { Status } from '../guard/checks.ts'
import { sha256 } from '../platform/digest.ts'
import { causeFields, type CauseFields } from '../verification/causes.ts'
import type { Drift } from '../verification/drift.ts'
import type { Finding } from '../verification/finding.ts'

/** PURE. What a webhook gets: the public view, so no identifier, and no words of Graph's. */

export type AlertFinding = Pick<Finding, 'code' | 'severity' | 'summary' | 'remedy' | 'step'> & {
  readonly causes: readonly CauseFields[]
}

/** What is sent, and when: each with its meaning, for the schema and docs/reference.md. */
export const ALERT_EVENTS = {
  'status.changed':
    "the status (`pass`, `warn`, `fail`) is another than before, whatever the reason: an answer of Graph's, its silence, age, an expiry, a refused candidate",
  'token.drift': "Graph's answer about the token has changed for the worse; `field` names what has changed",
  'boot.refused': 'a start was refused, also that of the preload. It is sent before the process ends, within 3 s',
  'boot.would_refuse': 'a start would have been refused (`TOKEN_GUARD_MODE=report`)',
} as const

export type Alert = {
  /** The same for the same event on several replicas within the hour. */
  readonly id: string
  readonly event: keyof typeof ALERT_EVENTS
  readonly status: Status
  /** `null` at a start: there was none. */
  readonly previousStatus: Status | null
  /** What is wrong now, the gravest first. */
  readonly findings: readonly AlertFinding[]
  /** RFC 3339. */
  readonly at: string
  readonly service: string
  /** The machine or container. */
  readonly instance: string
  /** One readable sentence. `&`, `<` and `>` are escaped, as Slack wants it. */
  readonly text: string
  /** Of a drift: what has changed. Its values are for the operator's view. */
  readonly field?: Drift['field']
}

/** What happened, before anybody wrote it down. */
export type Happening = Pick<Alert, 'event' | 'status' | 'previousStatus'> & {
  readonly findings: readonly Finding[]
  readonly drift?: Drift
}

export type Sender = {
  readonly service: string
  readonly instance: string
  /** Of the token in service. It goes into the id's hash, and nowhere else. */
  readonly fingerprint: string
}

/** The clock's hour, within which the same is the same. */
export function hourOf(atMs: number): number {
  return Math.floor(atMs / 3_600_000)
}

/** `nth`: how often the same has happened within the hour, so that a second time is not taken for the first. */
export function alertOf(happening: Happening, sender: Sender, atMs: number, nth: number): Alert {
  const { event, status, previousStatus, drift } = happening
  const { service, instance, fingerprint } = sender
  return {
    id: `msg_${sha256(JSON.stringify([fingerprint, service, hourOf(atMs), sameness(happening), nth])).slice(0, 27)}`,
    event,
    status,
    previousStatus,
    findings: happening.findings.map(({ code, severity, summary, remedy, step, causes }) => ({
      code,
      severity,
      summary,
      remedy,
      step,
      causes: causeFields(causes),
    })),
    at: new Date(atMs).toISOString(),
    service,
    instance,
    text: forSlack(`${service} on ${instance}: ${sentence(happening)}`),
    ...(drift === undefined ? {} : { field: drift.field }),
  }
}

/** What makes two happenings the same event. */
export function sameness({ event, status, previousStatus, drift }: Happening): string {
  return JSON.stringify([event, status, previousStatus, drift?.field, drift?.before, drift?.after])
}

function sentence({ event, status, previousStatus, findings, drift }: Happening): string {
  const [first, ...others] = findings
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  const cause = first === undefined ? '' : ` ${first.code}: ${first.summary}${more} ${first.remedy}`
  switch (event) {
    case 'boot.refused':
      return `the start was refused, nothing serves.${cause}`
    case 'boot.would_refuse':
      return `the start would have been refused (TOKEN_GUARD_MODE=report).${cause}`
    case 'token.drift':
      return `Graph's answer about the token has changed for the worse: ${drift?.field ?? ''}. The status is ${status}.${cause}`
    case 'status.changed':
      return `the token's status went from ${previousStatus} to ${status}.${cause}`
  }
}

function forSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
