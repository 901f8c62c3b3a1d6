import type { World } from './world.ts'

type Departure = { readonly [Part in keyof World]?: Partial<World[Part]> }

/** What a scenario changes in the healthy world. */
export type Scenario = { readonly summary: string; readonly departs: Departure }
