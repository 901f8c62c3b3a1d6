const UNITS_MS = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1_000, ms: 1 } as const
type Unit = keyof typeof UNITS_MS

/** A timer longer than 2^31-1 ms (24.8 days) fires at once, on Bun and Node: an interval would become a hot loop. */
export const MAX_DURATION_MS = 24 * UNITS_MS.d

/** `5m` → 300000; `null` for what is no duration. May exceed `MAX_DURATION_MS`: telling so is the caller's. */
export function parseDuration(text: string): number | null {
  const match = /^(\d+)(ms|s|m|h|d)$/.exec(text)
  return match === null ? null : Number(match[1]) * UNITS_MS[match[2] as Unit]
}

/** 300000 → `5m`, in the largest unit that is exact; 0 is `0s`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return '0s'
  const units = Object.entries(UNITS_MS)
  const [unit, unitMs] = units.find(([, size]) => ms % size === 0) ?? ['ms', 1]
  return `${ms / unitMs}${unit}`
}
