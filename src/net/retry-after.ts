/** `Retry-After` in milliseconds: seconds or a date (RFC 9110). Anything else asks for no wait. */
export function retryAfterMs(value: string | null, nowMs: number): number {
  if (value === null) return 0
  if (/^\d{1,10}$/.test(value.trim())) return Number(value) * 1000
  const date = Date.parse(value)
  return Number.isNaN(date) ? 0 : Math.max(0, date - nowMs)
}
