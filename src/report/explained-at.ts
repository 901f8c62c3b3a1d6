import type { CauseName } from '../verification/causes.ts'
import type { FindingCode } from '../verification/codes.ts'

/** Where a cause or a finding is explained. The anchors are those that GitHub makes of headings. */
export function explainedAt(name: CauseName | FindingCode): string {
  return name.includes('.') ? `docs/reference.md#${name.replace('.', '')}` : `docs/causes.md#${name}`
}
