import type { CheckKey } from './codes.ts'
import type { Facts } from './facts.ts'
import { ASSET_FIELDS } from './fields/asset-fields.ts'
import { field, type Demanded, type Field } from './fields/field.ts'
import { TOKEN_FIELDS } from './fields/token-fields.ts'

export type { Field } from './fields/field.ts'

/** The fields of facts, one row each: the operator's body, the terminal, the page and the drift read them here. */
const FIELDS: readonly Field[] = [
  ...TOKEN_FIELDS,
  ...ASSET_FIELDS,
  field({
    about: 'connection',
    name: 'version',
    key: 'graph:version',
    wire: ({ servedVersion }) => servedVersion,
    words: ({ servedVersion }) => servedVersion,
    drifts: false,
  }),
  field({
    about: 'connection',
    name: 'clock_offset',
    key: 'clock:skew',
    wire: ({ clockOffsetMs }) => clockOffsetMs,
    words: ({ clockOffsetMs }) => `${Math.round(Math.abs(clockOffsetMs ?? 0) / 1000)} s apart from Graph's`,
    drifts: false,
  }),
]

/** Those of these facts, in the table's order. */
export function fieldsOf({ about }: Facts): readonly Field[] {
  return FIELDS.filter((each) => each.about === about)
}

/** Those that people read of these facts at one check, in words. */
export function wordsAt(key: CheckKey, facts: Facts): readonly string[] {
  return fieldsOf(facts).flatMap((each) => (each.key === key ? (each.words?.(facts) ?? []) : []))
}

const NOTHING_DEMANDED: Demanded = { appId: null }

/** What Graph said of one check, for the operator's body: a value, several by their names, or why there is none. */
export function observedAt(key: CheckKey, facts: Facts): unknown {
  if ((facts.about === 'account' || facts.about === 'phone') && facts.kind !== 'readable') return facts.kind
  const fields = fieldsOf(facts).filter((each) => each.key === key && each.isInner !== true)
  const values = fields.map(
    ({ name, wire }) => [name.split('.').at(-1) ?? name, wire(facts, NOTHING_DEMANDED)] as const,
  )
  return values.length <= 1 ? (values[0]?.[1] ?? null) : Object.fromEntries(values)
}
