/** PURE. What Graph noted of its questions. */

export type Asked = { readonly atMs: number; readonly nth: number; readonly isRefused: boolean }

/** A refusal is asked about again after a second. */
const CONFIRMED_MS = 5_000

/** When each token was asked about. Questions that confirm a refusal are none of their own. */
export function timesOf(asked: readonly Asked[], tokens: number): readonly (readonly number[])[] {
  const times: number[][] = Array.from({ length: tokens }, () => [])
  const refusedMs = new Map<number, number>()
  for (const { atMs, nth, isRefused } of asked.toSorted((a, b) => a.atMs - b.atMs)) {
    const isConfirming = atMs - (refusedMs.get(nth) ?? -Infinity) < CONFIRMED_MS
    if (!isConfirming) times[nth]?.push(atMs)
    if (isRefused) refusedMs.set(nth, atMs)
  }
  return times
}

export type Gap = { readonly ms: number; readonly endMs: number }

/** Between two questions about one token. The first one only brings a token to its place in the interval. */
export function gapsOf(times: readonly (readonly number[])[]): readonly Gap[] {
  return times.flatMap((each) =>
    each.slice(1).flatMap((endMs, at) => (at === 0 ? [] : [{ ms: endMs - (each[at] ?? NaN), endMs }])),
  )
}

/** How long the token waits that has waited longest. */
export function longestWaitMs(times: readonly (readonly number[])[], nowMs: number): number {
  return Math.max(...times.map((each) => nowMs - (each.at(-1) ?? -Infinity)))
}

/** The most questions within any second. */
export function mostInASecond(asked: readonly Asked[], fromMs: number): number {
  const times = asked
    .map(({ atMs }) => atMs)
    .filter((atMs) => atMs >= fromMs)
    .toSorted((a, b) => a - b)
  let first = 0
  let most = 0
  times.forEach((atMs, last) => {
    while ((times[first] ?? atMs) <= atMs - 1_000) first += 1
    most = Math.max(most, last - first + 1)
  })
  return most
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? NaN
}
