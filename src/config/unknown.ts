import type { Notice } from './config.ts'
import { nearestOf } from './nearest.ts'
import { isKubernetes, type Source } from './sources.ts'
import { VARIABLE_NAMES, variable } from './variables.ts'

const PREFIX = 'TOKEN_GUARD_'
const KNOWN = VARIABLE_NAMES.flatMap((name) => (variable(name).file ? [name, `${name}_FILE`] : [name]))

/** A name with our prefix that we do not know is most often a slip of the pen, and its value is lost. */
export function unknownVariables(sources: readonly Source[]): readonly Notice[] {
  const names = sources.flatMap(({ values }) =>
    [...values].filter((entry) => isUnknown(...entry)).map(([name]) => name),
  )
  return [...new Set(names)].map((name) => ({ kind: 'unknown', name, nearest: nearestKnown(name) }))
}

function isUnknown(name: string, text: string): boolean {
  return name.startsWith(PREFIX) && !KNOWN.includes(name) && !isKubernetes(name, text)
}

/** The nearest variable. The prefix says nothing and is left out. */
export function nearestKnown(name: string): string | null {
  const nearest = nearestOf(withoutPrefix(name), KNOWN.map(withoutPrefix))
  return KNOWN.find((known) => withoutPrefix(known) === nearest) ?? null
}

function withoutPrefix(name: string): string {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name
}
