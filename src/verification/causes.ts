import { APP_CAUSES } from './causes/app.ts'
import { ASSETS_CAUSES } from './causes/assets.ts'
import type { Cause } from './causes/cause.ts'
import { CONNECTION_CAUSES } from './causes/connection.ts'
import { TOKEN_CAUSES } from './causes/token.ts'

export type { Cause, ErrorClass } from './causes/cause.ts'

/**
 * Every cause by its name. A row of Graph's errors names its cause (graph/errors.ts); a finding without an error of
 * Graph's names its usual one (findings/*.ts).
 */
export const CAUSES = { ...TOKEN_CAUSES, ...APP_CAUSES, ...ASSETS_CAUSES, ...CONNECTION_CAUSES } as const

export type CauseName = keyof typeof CAUSES

/** The row of a cause, without what is special to it. */
export function causeNamed(name: CauseName): Cause {
  return CAUSES[name]
}
