import type { Facts } from '../facts.ts'
import type { Severity } from '../finding.ts'
import type { Policy } from '../policy.ts'
import { judge, NOW_MS, policy } from '../verification.fake.ts'

type Sentences = readonly [summary: string, expected: string, observed: string]

/** What Graph told, what the policy demands, and what people read of it. */
export type Row = readonly [facts: Facts, demanded: Partial<Policy>, severity: Severity, Sentences]

/** Each by what it observes. */
export const named = (rows: readonly Row[]) => rows.map((row) => [row[3][2], row] as const)

/** The last finding, as a row has it. */
export function readOf(facts: Facts, demanded: Partial<Policy>): readonly unknown[] {
  const finding = judge(facts, policy(demanded), NOW_MS).at(-1)
  return [finding?.severity, [finding?.summary, finding?.expected, finding?.observed]]
}
