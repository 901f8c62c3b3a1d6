/** The time now, by Graph's clock (its `Date`) and by ours: milliseconds since the Unix epoch. */
export type Clocks = { readonly graphMs: number; readonly ownMs: number }

/**
 * How long until a date of Graph's, in milliseconds; 0 and below: it has passed. By Graph's clock, but where that clock
 * alone says that it has passed: then by ours, since one wrong `Date` on the way must end nothing.
 */
export function timeLeft(dateMs: number, { graphMs, ownMs }: Clocks): number {
  const leftMs = dateMs - graphMs
  return leftMs > 0 ? leftMs : Math.max(leftMs, dateMs - ownMs)
}
