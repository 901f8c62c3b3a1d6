import type { Status } from '../guard/checks.ts'
import { sha256 } from '../platform/digest.ts'
import { causeFields, type CauseFields } from '../verification/causes.ts'
import type { Drift } from '../verification/drift.ts'
import type { Finding } from '../verification/finding.ts'

/** PURE. What a webhook gets: the public view, so no identifier, and no words of Graph's. */

export type AlertFinding = Pick<Finding, 'code' | 'severity' | 'summary' | 'remedy' | 'step'> & {
  readonly causes: readonly CauseFields[]
}

export type AlertDrift = Pick<Drift, 'field' | 'severity'>

/** What is sent, and when: each with its meaning, for the schema and docs/reference.md. */
export const ALERT_EVENTS = {
  'status.changed':
    "the status (`pass`, `warn`, `fail`) is another than in the last message, whatever the reason: an answer of Graph's, age, an expiry, a refused candidate",
  'token.drift': "the status is the same as before, and Graph's answer about the token has changed for the worse",
  'boot.refused': 'a start was refused, also that of the preload. It is sent before the process ends, within 3 s',
  'boot.would_refuse': 'a start would have been refused (`TOKEN_GUARD_MODE=report`)',
  'findings.changed': 'the status is the same as before, and something else is wrong than the last message said',
  'status.repeated': 'a reminder: the status is still what it was',
  'token.expires_soon':
    'a reminder: the token has less time left than one of the thresholds of `TOKEN_GUARD_ROTATE_BEFORE`',
  'fleet.suspect':
    'of a fleet: Graph refuses many tokens of one app at once, and their refusals are held. Where a third app joins, it is one incident of all, and told once',
  'fleet.cleared': 'of a fleet: the tokens of a suspected incident verify again',
  'fleet.confirmed': 'of a fleet: the tokens of an incident stay refused, and fail now; `count` of them were held',
  'fleet.blind': 'of a fleet: half of the checks and more have got no answer for two minutes; no verdict changes',
  'alert.test': 'a test of the receiver: nothing has happened',
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
  /** What has changed in Graph's answers. The values are for the operator's view. */
  readonly drifts: readonly AlertDrift[]
  /** RFC 3339. */
  readonly at: string
  readonly service: string
  /** The machine or container. */
  readonly instance: string
  /** One readable sentence, unescaped. */
  readonly text: string
} & Partial<OfFleet>

/** What an alert of a fleet says besides. */
export type OfFleet = {
  /** `null`: it is about an app, or about all. */
  readonly tokenId: string | null
  readonly tenant: string | null
  readonly appId: string | null
  /** How many tokens an incident is about; `null`: one, or not counted. */
  readonly count: number | null
}

/** What is to be sent, with the operator's view of it. */
export type Happening = Pick<Alert, 'event' | 'status' | 'previousStatus'> & {
  readonly findings: readonly Finding[]
  readonly drifts: readonly Drift[]
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
  const { event, status, previousStatus } = happening
  const { service, instance, fingerprint } = sender
  const drifts = happening.drifts.map(({ field, severity }) => ({ field, severity }))
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
    drifts,
    at: new Date(atMs).toISOString(),
    service,
    instance,
    text: `${service} on ${instance}: ${headlineOf({ event, status, previousStatus, drifts })}${firstOf(happening)}`,
  }
}

/** What makes two happenings the same event. */
export function sameness({ event, status, previousStatus, findings }: Happening): string {
  return JSON.stringify([event, status, previousStatus, findings.map(({ code, subject }) => [code, subject])])
}

function firstOf({ findings }: Happening): string {
  const [first, ...others] = findings
  if (first === undefined) return ''
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`
  return ` ${first.code}: ${first.summary}${more} ${first.remedy}`
}

/** What happened, in a sentence without any value of Graph's. */
export function headlineOf({
  event,
  status,
  previousStatus,
  drifts,
}: Pick<Alert, 'event' | 'status' | 'previousStatus' | 'drifts'>): string {
  switch (event) {
    case 'status.changed':
      return previousStatus === null
        ? `The token's status is ${status}.`
        : `The token's status went from ${previousStatus} to ${status}.`
    case 'findings.changed':
      return `The token's status is still ${status}, for other reasons than before.`
    case 'status.repeated':
      return `A reminder: the token's status is still ${status}.`
    case 'token.expires_soon':
      return 'A reminder: the token expires soon.'
    case 'token.drift':
      return `Graph's answer about the token has changed for the worse: ${fieldNames(drifts)}. The status is ${status}.`
    case 'boot.refused':
      return 'The start was refused: nothing serves.'
    case 'boot.would_refuse':
      return 'The start would have been refused (TOKEN_GUARD_MODE=report).'
    case 'fleet.suspect':
      return 'Graph refuses many tokens at once: their refusals are held, and looked at again.'
    case 'fleet.cleared':
      return 'The tokens that were refused at once work again.'
    case 'fleet.confirmed':
      return 'The tokens that were refused at once stay refused, and fail now.'
    case 'fleet.blind':
      return 'Half of the checks and more get no answer from Graph. No verdict changes.'
    case 'alert.test':
      return 'This is a test of the alerts. Nothing has happened.'
  }
}

export function fieldNames(drifts: Alert['drifts']): string {
  return [...new Set(drifts.map(({ field }) => field))].join(', ')
}

/** Which token or app of a fleet an alert is about, as the beginning of a sentence; empty where there is one token alone. */
export function whoseOf({ tokenId = null, tenant = null, appId = null, count = null }: Partial<OfFleet>): string {
  const of = tenant === null ? '' : ` of ${tenant}`
  if (tokenId !== null) return `Token ${tokenId}${of}: `
  if (appId === null) return ''
  return `App ${appId}${count === null ? '' : `, ${count} tokens`}: `
}
