/** PURE. When a token of a fleet is asked about. Its place in the interval is a hash of its id, so that no burst arises. */

/** How soon a question without an answer is asked again, where the interval is longer. */
const RETRY_MS_MAX = 5 * 60_000

/** Where in the interval a token has its place: 0 up to 1. */
export function phaseOf(id: string): number {
  // FNV-1a, 32 bits, and a last mixing: ids that follow each other lie far apart.
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(id)) hash = Math.imul(hash ^ byte, 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  hash = Math.imul(hash ^ (hash >>> 12), 0x297a2d39)
  return ((hash ^ (hash >>> 15)) >>> 0) / 2 ** 32
}

/** The next time at the token's place that is at least half an interval away. */
export function nextPlaceMs(phase: number, nowMs: number, intervalMs: number): number {
  const placeMs = phase * intervalMs
  return (Math.floor((nowMs + intervalMs / 2 - placeMs) / intervalMs) + 1) * intervalMs + placeMs
}

/** What got no answer is asked again sooner, each token at its own moment. */
export function retryMs(phase: number, nowMs: number, intervalMs: number): number {
  return nextPlaceMs(phase, nowMs, Math.min(intervalMs, RETRY_MS_MAX))
}
