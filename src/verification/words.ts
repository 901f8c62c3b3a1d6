import type { GraphReason } from './facts.ts'

/** `190/463`: an error's code, and its subcode where there is one. */
export function codeText({ code, subcode }: Pick<GraphReason, 'code' | 'subcode'>): string {
  return subcode === null ? `${code}` : `${code}/${subcode}`
}

/** With its first letter large, to begin a sentence. */
export function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}

/** `, error 190/463 "…"`, to follow what was observed. */
export function quoted(reason: GraphReason | null): string {
  if (reason === null) return ''
  const code = codeText(reason)
  return reason.message === '' ? `, error ${code}` : `, error ${code} "${reason.message}"`
}

/** A list as text, bounded: Graph decides how long it is. */
export function listed(list: readonly string[]): string {
  const shown = list.slice(0, 20).join(', ')
  return list.length <= 20 ? shown : `${shown} and ${list.length - 20} more`
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString().replace('.000Z', 'Z')
}

/** `59 days`, `23 hours`, `4 minutes`: rounded down, so that no promise is too long. */
export function span(ms: number): string {
  const units = [
    [86_400_000, 'day'],
    [3_600_000, 'hour'],
    [60_000, 'minute'],
  ] as const
  const [unitMs, name] = units.find(([unit]) => ms >= 2 * unit) ?? units[2]
  const count = Math.max(0, Math.floor(ms / unitMs))
  return `${count} ${name}${count === 1 ? '' : 's'}`
}
