import type { FindingCode } from '../verification/codes.ts'

/** Where a finding is explained at length. The anchor is the one that GitHub makes of the heading. */
export function troubleshootingOf(code: FindingCode): string {
  return `docs/troubleshooting.md#${code.replace('.', '')}`
}
