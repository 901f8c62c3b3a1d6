import type { Drift } from '../verification/drift.ts'
import type { Policy } from '../verification/policy.ts'
import type { Status } from './checks.ts'
import type { Health, Verdict } from './health.ts'
import { driftOf } from './history.ts'
import type { Instant } from './instant.ts'
import { NOTHING_KNOWN, type State } from './state.ts'

/** PURE. What is different from what was reported last: found once, for the log, the history and alerts. */

/** What was reported of a token last. */
export type Reported = {
  readonly answers: State['answers']
  readonly status: Status
  readonly verdict: Verdict
  readonly isStale: boolean
  /** Each step is reported once for each end; after a restart the current one once. */
  readonly reminder: Reminder
}

type Reminder = { readonly expiresAtMs: number | null; readonly thresholdMs: number | null }

export type Change =
  | { readonly kind: 'drift'; readonly drift: Drift & { readonly checkId: string } }
  | { readonly kind: 'status'; readonly before: Status; readonly after: Status }
  | { readonly kind: 'verdict'; readonly before: Verdict; readonly after: Verdict }
  /** By age. */
  | { readonly kind: 'staleness'; readonly isStale: boolean }
  /** Less time remains than a step of the reminders. */
  | { readonly kind: 'reminder'; readonly thresholdMs: number }

export const NOTHING_REPORTED: Reported = {
  answers: NOTHING_KNOWN.answers,
  status: 'fail',
  verdict: 'unverified',
  isStale: false,
  reminder: { expiresAtMs: null, thresholdMs: null },
}

/** What is reported once all changes are. */
export function reportedNow({ reminder }: Reported, { answers }: State, health: Health): Reported {
  const { status, verdict, isStale } = health
  return { answers, status, verdict, isStale, reminder: reminderNow(reminder, health) }
}

function reminderNow(before: Reminder, { verdict, expiresAtMs, remainingMs, expiring }: Health): Reminder {
  if (verdict !== 'verified' || remainingMs === null) return before
  return { expiresAtMs, thresholdMs: expiring?.thresholdMs ?? null }
}

/** In the order in which they are reported. `checkId`: of the check that gave the newer answers. */
export function changesBetween(
  before: Reported,
  after: Reported,
  checkId: string,
  policy: Policy,
  now: Instant,
): readonly Change[] {
  const { thresholdMs, expiresAtMs } = after.reminder
  const isReminded = thresholdMs === before.reminder.thresholdMs && expiresAtMs === before.reminder.expiresAtMs
  return [
    ...driftOf(before.answers, after.answers, policy, now).map((drift): Change => ({
      kind: 'drift',
      drift: { ...drift, checkId },
    })),
    ...changed('status', before.status, after.status),
    ...changed('verdict', before.verdict, after.verdict),
    ...(after.isStale === before.isStale ? [] : [{ kind: 'staleness', isStale: after.isStale } as const]),
    ...(thresholdMs === null || isReminded ? [] : [{ kind: 'reminder', thresholdMs } as const]),
  ]
}

function changed<Kind extends string, Value>(kind: Kind, before: Value, after: Value) {
  return before === after ? [] : [{ kind, before, after }]
}
