import type { Clean } from '../graph/clean.ts'
import type { LogEvent } from '../report/log-event.ts'
import type { WorkerEvent } from './worker.ts'

/** PURE. What a worker reports, as it is logged; `null` for what is not. `clean`: a database's words may hold anything. */
export function logEventOf(event: WorkerEvent, clean: Clean): LogEvent | null {
  switch (event.type) {
    case 'fleet.listed': {
      const { listed: taken } = event
      if (taken.kind === 'synced') return { type: 'fleet.synced', listed: taken.listed, removed: taken.removed }
      return { type: 'fleet.list_suspect', listed: taken.listed, missing: taken.missing }
    }
    case 'fleet.source_failed':
    case 'fleet.database_away':
      return { ...event, problem: clean(event.problem) }
    case 'fleet.checked': {
      const { row, written, isLost } = event
      if (isLost || written.change === null) return null
      const { id: tokenId, tenant, app_id: appId } = row
      const { event: happened, previous_status: previousStatus, status, findings, drifts } = written.change
      return { type: 'fleet.changed', tokenId, tenant, appId, happened, previousStatus, status, findings, drifts }
    }
    default:
      return event
  }
}
