/** Of two lists only the difference: what stayed is no news. */
export function change(before: unknown, after: unknown): string {
  if (!Array.isArray(before) || !Array.isArray(after))
    return `was ${JSON.stringify(before)}, is ${JSON.stringify(after)}`
  const texts = [before, after].map((list) => list.map(plain))
  const [were = [], are = []] = texts
  const lost = were.filter((text) => !are.includes(text))
  const gained = are.filter((text) => !were.includes(text))
  return [['lost', lost] as const, ['gained', gained] as const]
    .filter(([, items]) => items.length > 0)
    .map(([verb, items]) => `${verb} ${items.join(', ')}`)
    .join(' and ')
}

function plain(item: unknown): string {
  return typeof item === 'string' && /^[\w.:-]+$/.test(item) ? item : JSON.stringify(item)
}
