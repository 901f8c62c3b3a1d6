/** The app of a token, where each has one of its own. */
export function appOf(nth: number): string {
  return String(2_000_000_000_000_000 + nth)
}
