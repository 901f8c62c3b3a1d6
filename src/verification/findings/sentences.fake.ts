import type { Facts } from '../facts.ts'
import type { Severity } from '../finding.ts'
import type { Policy } from '../policy.ts'
import { judge, NOW_MS, policy } from '../verification.fake.ts'

type Sentences = readonly [summary: string, expected: string, observed: string]

/** Graph's answer, the policy, and the finding as people read it. */
export type Row = readonly [facts: Facts, demanded: Partial<Policy>, severity: Severity, Sentences]

/** Names each row by what was observed. */
export const named = (rows: readonly Row[]) => rows.map((row) => [row[3][2], row] as const)

/** The last finding, in the form of a row. */
export function readOf(facts: Facts, demanded: Partial<Policy>): readonly unknown[] {
  const finding = judge(facts, policy(demanded), NOW_MS).at(-1)
  return [finding?.severity, [finding?.summary, finding?.expected, finding?.observed]]
}
