import type { Counts, ListedRow, OneToken } from '../../fleet/reading.ts'
import type { FleetRow } from '../../fleet/row.ts'
import type { Heard } from '../../report/health.fake.ts'
import { ALL_WELL } from '../../report/health.fake.ts'
import { APP, HOUR_MS, NOW_MS } from '../../verification/verification.fake.ts'
import { knownOf, RELEASE } from '../app.fake.ts'
import { NO_SEARCH } from './addresses.ts'
import type { FleetPageShown } from './fleet-page.tsx'

/** A small fleet in which all is well; each test says what is different. */

export function counts(changes: Partial<Counts> = {}): Counts {
  return {
    tokens: { unknown: 0, pass: 10, warn: 0, fail: 0 },
    findings: {},
    lagSeconds: 0,
    pausedApps: 0,
    incidents: [],
    unsentChanges: 0,
    listedAtMs: NOW_MS - 60_000,
    ...changes,
  }
}

export function listed(changes: Partial<ListedRow> = {}): ListedRow {
  return {
    id: 'customer-1',
    tenant: 'Acme',
    appId: APP,
    businessAccountId: null,
    phoneNumberId: null,
    status: 'pass',
    outcome: 'verified',
    codes: [],
    fingerprint: '0123456789ab',
    checkedAt: new Date(NOW_MS - 5_000).toISOString(),
    changedAt: null,
    dueAt: new Date(NOW_MS).toISOString(),
    ...changes,
  }
}

export function fleetShown(changes: Partial<FleetPageShown> = {}): FleetPageShown {
  return {
    counts: counts(),
    wrong: [],
    list: { rows: [listed()], hasBefore: false, hasAfter: false },
    changes: [],
    nowMs: NOW_MS,
    search: NO_SEARCH,
    intervalMs: HOUR_MS,
    release: RELEASE,
    ...changes,
  }
}

/** With what Graph said of it. */
export function oneToken(row: Partial<FleetRow> = {}, heard: Heard = { answers: ALL_WELL }): OneToken {
  return {
    ...knownOf(heard),
    row: { id: 'customer-1', tenant: 'Acme', app_id: APP, app: APP, ...row } as FleetRow,
    nowMs: NOW_MS,
    next: { atMs: NOW_MS + HOUR_MS, isThrottled: false },
    held: null,
  }
}
