import { driftBetween, type Drift } from './drift.ts'
import type { Facts } from './facts.ts'
import type { Policy } from './policy.ts'
import { heardAt, liveToken, policy } from './verification.fake.ts'

/** One drift as a row of a table. */
export type DriftRow = readonly [field: string, severity: string, before: unknown, after: unknown]

export function drift(before: Facts, after: Facts, demanded: Partial<Policy> = {}): readonly Drift[] {
  return driftBetween(before, heardAt(after), [heardAt(liveToken())], policy(demanded))
}

export function driftRows(...given: Parameters<typeof drift>): readonly DriftRow[] {
  return drift(...given).map((each) => [each.field, each.severity, each.before, each.after])
}
