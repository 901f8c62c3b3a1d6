import type { FindingCode } from './codes.ts'
import { ASSET_EXPLANATIONS } from './explanations/asset-explanations.ts'
import type { Explanation } from './explanations/explanation.ts'
import { GRAPH_EXPLANATIONS } from './explanations/graph-explanations.ts'
import { TOKEN_EXPLANATIONS } from './explanations/token-explanations.ts'

/** Every finding in words: a new code does not compile without. */
export const EXPLANATIONS: Readonly<Record<FindingCode, Explanation>> = {
  ...TOKEN_EXPLANATIONS,
  ...ASSET_EXPLANATIONS,
  ...GRAPH_EXPLANATIONS,
}
