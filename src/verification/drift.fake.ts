import { driftBetween, type Drift } from './drift.ts'
import type { Facts } from './facts.ts'
import type { Policy } from './policy.ts'
import { heardAt, liveToken, policy } from './verification.fake.ts'

/** Drift as rows of a table. */
export type Told = readonly (readonly [field: string, severity: string, before: unknown, after: unknown])[]

export function drift(before: Facts, after: Facts, demanded: Partial<Policy> = {}): readonly Drift[] {
  return driftBetween(before, heardAt(after), [heardAt(liveToken())], policy(demanded))
}

export function told(...given: Parameters<typeof drift>): Told {
  return drift(...given).map((each) => [each.field, each.severity, each.before, each.after])
}
