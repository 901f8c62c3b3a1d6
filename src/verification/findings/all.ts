import type { FindingRow } from '../finding.ts'
import { ASSET_FINDINGS } from './assets.ts'
import { CONNECTION_FINDINGS } from './connection.ts'
import { TOKEN_FINDINGS } from './token.ts'

/** Every row, the gravest causes first: the order in which findings are shown. */
export const FINDING_ROWS: readonly FindingRow[] = [...TOKEN_FINDINGS, ...ASSET_FINDINGS, ...CONNECTION_FINDINGS]
