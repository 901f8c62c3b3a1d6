import type { Rule } from './rule.ts'
import { ASSET_RULES } from './rules.assets.ts'
import { CONNECTION_RULES } from './rules.connection.ts'
import { TOKEN_RULES } from './rules.token.ts'

/** Every rule, the gravest causes first: the order in which findings are told. */
export const RULES: readonly Rule[] = [...TOKEN_RULES, ...ASSET_RULES, ...CONNECTION_RULES]
