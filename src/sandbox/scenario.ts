import type { World } from './world.ts'

type Departure = { readonly [Part in keyof World]?: Partial<World[Part]> }

/** What a scenario changes in the healthy world. */
export type Scenario = {
  readonly summary: string
  /** What else a tester has to know, in Markdown. */
  readonly detail?: string
  readonly departs: Departure
}
