import type { Status } from '../../guard/checks.ts'
import { sha256 } from '../../platform/digest.ts'
import type { Alert } from '../alert.ts'
import { clean, within } from './cutting.ts'
import { messageOf } from './message.ts'
import type { Receiver, AlertTarget } from './receiver.ts'

/** Events API v2: one incident for what is guarded. Source: https://developer.pagerduty.com/docs/send-alert-event */

const LIMITS = {
  /** Source above: `payload.summary`. */
  summary: 1_024,
  /** Source above: `dedup_key`. */
  dedupKey: 255,
  /** https://developer.pagerduty.com/docs/events-api-v2-overview: 512 KB for an event. Ours stays far below: so many findings. */
  findings: 50,
} as const

const SEVERITIES: Readonly<Record<Status, string>> = { pass: 'info', warn: 'warning', fail: 'critical' }

/**
 * What is guarded: the same on every replica, and after a rotation or a new machine. So neither the token nor the instance is
 * in it. A digest, since ids are not for the public view.
 */
export function subjectOf(service: string, ids: readonly string[]): string {
  return sha256(JSON.stringify([service, ids.toSorted()])).slice(0, 32)
}

const dedupKeyOf = ({ subject }: AlertTarget, kind: 'status' | 'test') =>
  within(LIMITS.dedupKey, `whatsapp-token-guard/${kind}/${subject}`)

function triggerOf(alert: Alert, target: AlertTarget, kind: 'status' | 'test'): object {
  const { tone, title, headline, parts, instance, service } = messageOf(alert)
  const [first] = parts
  // Without the mark in front.
  const [name, cause] = [title, first?.title ?? ''].map((text) => text.slice(2))
  const why = first === undefined ? '' : ` ${cause}: ${first.summary}`
  return {
    event_action: 'trigger',
    dedup_key: dedupKeyOf(target, kind),
    client: service,
    payload: {
      summary: within(LIMITS.summary, `${name} on ${instance}. ${headline}${why}`),
      source: instance,
      severity: SEVERITIES[tone],
      timestamp: alert.at,
      component: service,
      class: clean(alert.findings[0]?.code ?? alert.event),
      custom_details: {
        status: alert.status,
        previous_status: alert.previousStatus,
        event: alert.event,
        alert_id: alert.id,
        findings: parts
          .slice(0, LIMITS.findings)
          .map(({ title, summary, remedy, more }) => ({ finding: title, summary, what_to_do: remedy, more })),
      },
    },
  }
}

const resolveOf = (target: AlertTarget, kind: 'status' | 'test') => ({
  event_action: 'resolve',
  dedup_key: dedupKeyOf(target, kind),
})

/** A test has an incident of its own: it must not close a real one. */
function eventsOf(alert: Alert, target: AlertTarget): readonly object[] {
  if (alert.event === 'alert.test') return [triggerOf(alert, target, 'test'), resolveOf(target, 'test')]
  return [alert.status === 'pass' ? resolveOf(target, 'status') : triggerOf(alert, target, 'status')]
}

export const pagerduty: Receiver = {
  name: 'pagerduty',
  isSigned: false,
  keepsIncidents: true,
  render: (alert, target) => {
    const to = new URL(target.url)
    const routingKey = to.searchParams.get('routing_key') ?? ''
    to.searchParams.delete('routing_key')
    return eventsOf(alert, target).map((event) => ({
      url: to.href,
      body: JSON.stringify({ routing_key: routingKey, ...event }),
    }))
  },
}
