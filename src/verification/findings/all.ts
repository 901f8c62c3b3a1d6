import type { FindingRow } from '../finding.ts'
import { ASSET_FINDINGS } from './assets.ts'
import { BLOCKED_FINDINGS } from './blocked.ts'
import { CONNECTION_FINDINGS } from './connection.ts'
import { DEAD_FINDINGS } from './dead.ts'
import { TOKEN_FINDINGS } from './token.ts'
import { WEBHOOK_FINDINGS } from './webhooks.ts'

/** Every row, the gravest causes first: the order in which findings are shown. */
export const FINDING_ROWS: readonly FindingRow[] = [
  ...DEAD_FINDINGS,
  ...TOKEN_FINDINGS,
  ...ASSET_FINDINGS,
  ...WEBHOOK_FINDINGS,
  ...BLOCKED_FINDINGS,
  ...CONNECTION_FINDINGS,
]
