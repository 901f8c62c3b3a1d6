import type { JudgedReadings } from './combinations.ts'
import type { Notice } from './config.ts'
import { customary, CUSTOMARY_NAMES } from './customary.ts'
import { nearestOf, slipFinder } from './nearest.ts'
import { isKubernetes, type Source } from './sources.ts'
import { VARIABLE_NAMES, variable, type VariableName } from './variables.ts'

const PREFIX = 'TOKEN_GUARD_'
const formsOf = (name: VariableName) => (variable(name).file ? [name, `${name}_FILE`] : [name])
/** Where the command of `run` reports what it met. A command may be a guard itself. */
export const REPORT_URL = 'TOKEN_GUARD_REPORT_URL'
const KNOWN = VARIABLE_NAMES.flatMap(formsOf)

/** Other programs have a log level too, and write its name in their own way. */
const SLIPS = VARIABLE_NAMES.filter((name) => name !== 'LOG_LEVEL').map((ours) => ({ ours, forms: formsOf(ours) }))

type Unknown = Extract<Notice, { kind: 'unknown' }>
type WhatIsSet = Pick<JudgedReadings, 'set' | 'incomplete'>

/**
 * Names that are most often a slip of the pen, or another program's name for the same: their value is lost.
 * A name without our prefix may belong to another program, so it counts only while ours is unset.
 */
export function unknownVariables(sources: readonly Source[], { set, incomplete }: WhatIsSet): readonly Unknown[] {
  const names = new Set(sources.flatMap(({ values }) => [...values.keys()]))
  const slipOf = slipFinder(SLIPS.filter(({ ours }) => !set.has(ours)).flatMap(({ forms }) => forms))
  const foreign = (name: string): string | null => {
    const ours = customary(name, set.has('WHATSAPP_TOKEN'))
    if (ours !== null) return set.has(ours) ? null : ours
    return CUSTOMARY_NAMES.includes(name) ? null : slipOf(name)
  }
  return [...names].flatMap((name): readonly Unknown[] => {
    if (name === REPORT_URL || KNOWN.includes(name) || isKubernetes(name, '')) return []
    if (name.startsWith(PREFIX)) return [{ kind: 'unknown', name, nearest: nearestKnown(name) }]
    // What is unset may be in the file that could not be read.
    const nearest = incomplete ? null : foreign(name)
    return nearest === null ? [] : [{ kind: 'unknown', name, nearest }]
  })
}

/** What is set in the place of one of ours. */
export function setInPlaceOf(ours: VariableName, notices: readonly Notice[]): readonly Unknown[] {
  const forms = formsOf(ours)
  return notices.filter((each): each is Unknown => each.kind === 'unknown' && forms.includes(each.nearest ?? ''))
}

/** The nearest variable. The prefix says nothing and is left out. */
export function nearestKnown(name: string): string | null {
  const nearest = nearestOf(withoutPrefix(name), KNOWN.map(withoutPrefix))
  return KNOWN.find((known) => withoutPrefix(known) === nearest) ?? null
}

function withoutPrefix(name: string): string {
  return name.startsWith(PREFIX) ? name.slice(PREFIX.length) : name
}
