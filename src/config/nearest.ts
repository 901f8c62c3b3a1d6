import leven from 'leven'

const SLIPS_MAX = 2
/** In letters and digits. */
const LONG_NAME = 12

/** The nearest of some names, `null` where more than a third would have to change. */
export function nearestOf(name: string, names: readonly string[]): string | null {
  const given = name.slice(0, 100)
  const ranked = names.map((known) => ({ known, distance: leven(given, known) }))
  const nearest = ranked.reduce((best, next) => (next.distance < best.distance ? next : best))
  return nearest.distance <= Math.ceil(given.length / 3) ? nearest.known : null
}

/**
 * Finds the name of which another is a slip of the pen: one letter differs, in a long name two. Underscores and case do
 * not count.
 */
export function slipFinder(names: readonly string[]): (name: string) => string | null {
  const known = names.map((name) => ({ name, text: letters(name) }))
  return (name) => {
    const given = letters(name)
    if (!/^[A-Z0-9]+$/.test(given)) return null
    const ranked = known
      .filter(({ text }) => mayBeNear(given, text))
      .map((each) => ({ ...each, distance: leven(given, each.text) }))
    const near = ranked.filter(({ text, distance }) => distance <= (text.length < LONG_NAME ? 1 : SLIPS_MAX))
    return near.toSorted((a, b) => a.distance - b.distance)[0]?.name ?? null
  }
}

// A start looks at each name in the environment: most are sorted out without being compared.
function mayBeNear(given: string, known: string): boolean {
  if (Math.abs(known.length - given.length) > SLIPS_MAX) return false
  return known.startsWith(given.slice(0, 2)) || known.endsWith(given.slice(-2))
}

function letters(name: string): string {
  return name.replaceAll('_', '').toUpperCase()
}
