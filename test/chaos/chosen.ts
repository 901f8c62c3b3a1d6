import { MATRIX } from './matrix.ts'
import type { Row } from './row.ts'

/**
 * A few faults at other moments of the program's life: between two checks of its own, at a reload, at a rotation; and
 * where it is the receiver of alerts that they befall.
 */
export type Chosen = {
  readonly name: string
  /** What becomes of a changed token that is met by it. */
  readonly reload: 'taken' | 'waits' | 'refused'
  /** How `rotate` ends; only 0 touches the file. */
  readonly rotate: 0 | 75 | 77 | 78
  /** What becomes of an alert whose receiver behaves so; absent where only Graph can. */
  readonly alert?: 'delivered' | 'again'
  /** Graph asks for it: no check of its own comes until much later, only one that somebody wants. */
  readonly isLeftAlone?: true
}

export const CHOSEN: readonly Chosen[] = [
  { name: 'connection refused', reload: 'waits', rotate: 75, alert: 'again' },
  { name: 'reset within the body', reload: 'waits', rotate: 75, alert: 'delivered' },
  { name: 'request read, then nothing', reload: 'waits', rotate: 75, alert: 'again' },
  { name: 'a body without an end', reload: 'waits', rotate: 75, alert: 'delivered' },
  { name: 'HTTP/1.0', reload: 'taken', rotate: 0, alert: 'delivered' },
  { name: 'HTML with 200', reload: 'waits', rotate: 75, alert: 'delivered' },
  { name: 'is_valid as a text', reload: 'waits', rotate: 75 },
  { name: '429', reload: 'waits', rotate: 75, alert: 'again' },
  { name: '429, Retry-After of a century', reload: 'waits', rotate: 75, isLeftAlone: true },
  { name: '500 with HTML', reload: 'waits', rotate: 75, alert: 'again' },
  { name: 'debug_token: 424242', reload: 'waits', rotate: 75 },
  { name: 'data.error 190/466', reload: 'refused', rotate: 77 },
  { name: 'scopes: none', reload: 'refused', rotate: 77 },
  { name: 'account: 100/33', reload: 'refused', rotate: 77 },
  { name: 'the token dead in one answer', reload: 'taken', rotate: 0 },
]

const ROWS = MATRIX.flatMap(({ rows }) => rows)

export function rowOf({ name }: Pick<Chosen, 'name'>): Row {
  const row = ROWS.find((each) => each.name === name)
  if (row === undefined) throw new Error(`no row is called "${name}"`)
  return row
}
