import { headlineOf, whoseOf, type Alert, type AlertFinding } from '../alerts/alert.ts'
import type { AttemptOutcome } from '../alerts/attempt.ts'
import type { Clock } from '../platform/clock.ts'
import { sha256 } from '../platform/digest.ts'
import type { Drift } from '../verification/drift.ts'
import type { PatientDatabase } from './patient.ts'
import { CLAIM_CHANGES, SEND_LATER, SENT, SENT_ALL } from './statements.telling.ts'
import type { Told } from './told.ts'

/** Sends what the history holds and nobody was told yet: at least once, and for each token in order. */

export type OutboxDeps = {
  readonly database: PatientDatabase
  readonly clock: Clock
  /** Brings a message to everybody who gets it, once; `null`: nobody gets any. Never rejects. */
  readonly send: Send | null
  readonly sender: Pick<Alert, 'service' | 'instance'>
  readonly onSent: (outcome: 'delivered' | 'failed') => void
  /** At a message's first failure, and when it is given up. */
  readonly onFailure: (failure: MessageFailure) => void
}

export type Send = (alert: Alert, tries: number, stopping: AbortSignal) => Promise<readonly AttemptOutcome[]>

export type MessageFailure = {
  readonly id: string
  readonly alert: Alert['event']
  readonly problem: string
  readonly tries: number
  readonly retryInMs: number | null
}

type Unsent = {
  readonly seq: string
  readonly token_id: string | null
  readonly tenant: string | null
  readonly app_id: string | null
  readonly at_ms: string
  readonly event: Alert['event']
  readonly previous_status: Alert['previousStatus']
  readonly status: Alert['status']
  readonly findings: Told['findings']
  readonly drifts: readonly Drift[]
  readonly count: number | null
  readonly tries: number
  readonly age_ms: string
}

const LOOK_MS = 1_000
const BATCH = 20
/** What nobody took for a day is in the history. */
const AGE_MAX_MS = 86_400_000

/** Sends until it is stopped. */
export async function sendChanges(deps: OutboxDeps, stopping: AbortSignal): Promise<void> {
  const { database, clock, send } = deps
  do {
    if (send === null) {
      await database.ask(SENT_ALL, [])
      continue
    }
    await sendDue({ ...deps, send }, stopping)
  } while (await clock.sleep(LOOK_MS, stopping))
}

/** Until nothing is due: what is sent lets the next one of its token through. */
type SendingDeps = OutboxDeps & { readonly send: Send }

async function sendDue(deps: SendingDeps, stopping: AbortSignal): Promise<void> {
  for (;;) {
    const unsent = await deps.database.ask<Unsent>(CLAIM_CHANGES, [BATCH])
    if (unsent.length === 0 || stopping.aborted) return
    await Promise.all(unsent.map((change) => sendOne(change, deps, stopping)))
  }
}

async function sendOne(change: Unsent, deps: SendingDeps, stopping: AbortSignal): Promise<void> {
  const { database, send, onSent, onFailure } = deps
  const alert = alertOf(change, deps.sender)
  const { seq, tries } = change
  const outcomes = await send(alert, tries, stopping)
  if (stopping.aborted) return
  const failed = outcomes.find(({ kind }) => kind !== 'delivered')
  if (failed === undefined || failed.kind === 'delivered') {
    onSent('delivered')
    await database.ask(SENT, [seq])
    return
  }
  const again = outcomes.flatMap((outcome) => (outcome.kind === 'again' ? [outcome.afterMs] : []))
  const isOver = again.length === 0 || Number(change.age_ms) > AGE_MAX_MS
  const retryInMs = isOver ? null : Math.round(Math.max(...again))
  if (tries === 1 || isOver) onFailure({ id: alert.id, alert: alert.event, problem: failed.problem, tries, retryInMs })
  if (retryInMs === null) onSent('failed')
  await (retryInMs === null ? database.ask(SENT, [seq]) : database.ask(SEND_LATER, [seq, retryInMs / 1000]))
}

function alertOf(change: Unsent, { service, instance }: OutboxDeps['sender']): Alert {
  const {
    seq,
    token_id: tokenId,
    tenant,
    app_id: appId,
    event,
    status,
    previous_status: previousStatus,
    count,
  } = change
  const drifts = change.drifts.map(({ field, severity }) => ({ field, severity }))
  const findings: readonly AlertFinding[] = change.findings.map(
    ({ code, severity, summary, remedy, step, causes }) => ({ code, severity, summary, remedy, step, causes }),
  )
  const of = { tokenId, tenant, appId, count }
  const [first] = findings
  const why = first === undefined ? '' : ` ${first.code}: ${first.summary} ${first.remedy}`
  return {
    id: `msg_${sha256(JSON.stringify([tokenId ?? appId, seq])).slice(0, 27)}`,
    event,
    status,
    previousStatus,
    findings,
    drifts,
    at: new Date(Number(change.at_ms)).toISOString(),
    service,
    instance,
    text: `${service}: ${whoseOf(of)}${headlineOf({ event, status, previousStatus, drifts })}${why}`,
    ...of,
  }
}
