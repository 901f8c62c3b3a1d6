import type { CauseName } from '../verification/causes.ts'
import type { FindingCode } from '../verification/codes.ts'

/** Where a cause is explained; a finding without one at length. The anchors are those that GitHub makes of headings. */
export function troubleshootingOf(name: CauseName | FindingCode): string {
  return name.includes('.') ? `docs/troubleshooting.md#${name.replace('.', '')}` : `docs/causes.md#${name}`
}
