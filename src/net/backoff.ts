export type Backoff = { readonly firstMs: number; readonly longestMs: number }

/** How long to wait before the next attempt: twice as long each time. `attempt` is 1 after the first. */
export function backoffMs(attempt: number, { firstMs, longestMs }: Backoff): number {
  return Math.min(firstMs * 2 ** (attempt - 1), longestMs)
}

/** The same, shorter or longer by up to this part, so that many do not ask at the same time. `chance` in [0, 1). */
export function jittered(ms: number, part: number, chance: number): number {
  return Math.round(ms * (1 - part + 2 * part * chance))
}
