import type { ListedToken } from './row.ts'

/** Where a fleet's tokens come from: the user's own tables, or callbacks of the library. */
export type FleetSource = {
  /** The tokens after this id (`null`: from the first one on), in the order of their ids; fewer than `limit` are the last. */
  readonly list: (after: string | null, limit: number) => Promise<readonly ListedToken[]>
  /** The tokens' texts by id, at the moment of a check. What is missing is not there now. */
  readonly tokens: (ids: readonly string[]) => Promise<ReadonlyMap<string, string>>
}
