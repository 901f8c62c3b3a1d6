import type { CheckKey } from '../codes.ts'
import type { Facts } from '../facts.ts'
import type { Policy } from '../policy.ts'

/** What a field is compared with. */
export type Demanded = Pick<Policy, 'appId'>

export type FieldOf<About extends Facts['about']> = {
  readonly about: About
  /** As the drift log names it; the last part is its name in the operator's body. */
  readonly name: string
  /** The check that it bears on. */
  readonly key: CheckKey | null
  /** As Graph gives it: lists, Unix seconds with 0 = never, ids. `null`: not said. */
  readonly wire: (facts: Extract<Facts, { about: About }>, demanded: Demanded) => unknown
  /** For people; absent: not for them. May hold identifiers and Graph's cleaned words. */
  readonly words?: (facts: Extract<Facts, { about: About }>) => string | null
  /** Beside the words, where they have a line of their own. */
  readonly label?: string
  /** Whether a difference is a drift. */
  readonly drifts: boolean
  /** Not in the operator's body: another row shows it. */
  readonly isInner?: true
}

export type Field = FieldOf<Facts['about']>

export function field<About extends Facts['about']>(given: FieldOf<About>): Field {
  return given as unknown as Field
}
