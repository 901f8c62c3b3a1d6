/** `12 s ago`, `in 59 days`: whole units, rounded down. Runs in the page's script too: it uses nothing but itself. */
export function relative(agoMs: number): string {
  const seconds = Math.floor(Math.abs(agoMs) / 1000)
  if (seconds < 1) return 'now'
  const units = [
    [86400, 'days'],
    [3600, 'hours'],
    [60, 'min'],
    [1, 's'],
  ] as const
  const [size, unit] = units.find(([each]) => seconds >= 2 * each) ?? units[3]
  const span = `${Math.floor(seconds / size)} ${unit}`
  return agoMs > 0 ? `${span} ago` : `in ${span}`
}
