import leven from 'leven'

/** The nearest of some names, `null` where more than a third would have to change. */
export function nearestOf(name: string, names: readonly string[]): string | null {
  const given = name.slice(0, 100)
  const ranked = names.map((known) => ({ known, distance: leven(given, known) }))
  const nearest = ranked.reduce((best, next) => (next.distance < best.distance ? next : best))
  return nearest.distance <= Math.ceil(given.length / 3) ? nearest.known : null
}
