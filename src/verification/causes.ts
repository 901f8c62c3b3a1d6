import { APP_CAUSES } from './causes/app.ts'
import { ASSETS_CAUSES } from './causes/asset-causes.ts'
import type { Cause } from './causes/cause.ts'
import { CONNECTION_CAUSES } from './causes/connection-causes.ts'
import { SENDING_CAUSES } from './causes/sending.ts'
import { TOKEN_CAUSES } from './causes/token-causes.ts'

export type { Cause, ErrorClass } from './causes/cause.ts'

/**
 * Every cause by its name. A row of Graph's errors names its cause (graph/errors.ts); a finding without an error of
 * Graph's names its usual one (findings/*.ts).
 */
export const CAUSES = {
  ...TOKEN_CAUSES,
  ...APP_CAUSES,
  ...ASSETS_CAUSES,
  ...SENDING_CAUSES,
  ...CONNECTION_CAUSES,
} as const

export type CauseName = keyof typeof CAUSES

/** The row of a cause, without what is special to it. */
export function causeNamed(name: CauseName): Cause {
  return CAUSES[name]
}

/** A cause as it is shown: its name is a promise of the documentation, its text is not. */
export type CauseFields = { readonly name: CauseName; readonly remedy: string; readonly step: number | null }

export function causeFields(names: readonly CauseName[]): readonly CauseFields[] {
  return names.map((name) => {
    const { remedy, step } = causeNamed(name)
    return { name, remedy, step }
  })
}
