import type { CauseName } from '../causes.ts'
import type { FindingCode } from '../codes.ts'

/** What a reader of `docs/reference.md` needs to know of a finding, in Markdown. The program itself does not load it. */
export type Explanation = {
  readonly means: string
  readonly why: string
  /** Where it is shown, and what is shown there. */
  readonly see: string
  /** What helps or does not help, whatever the cause is. */
  readonly todo?: string
  /** How much it weighs, where its code and its usual severity do not say it all. */
  readonly weight?: string
  /** What shows that this cause is behind it. */
  readonly causes: Readonly<Partial<Record<CauseName, string>>>
  readonly related: readonly FindingCode[]
}
