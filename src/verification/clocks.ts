/** The time now, by Graph's clock (its `Date`) and by ours: milliseconds since the Unix epoch. */
export type Clocks = { readonly graphMs: number; readonly ownMs: number }
