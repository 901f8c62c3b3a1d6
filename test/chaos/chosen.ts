import { MATRIX } from './matrix.ts'
import type { Row } from './row.ts'

/** A few faults at other moments of the program's life: between two checks of its own, at a reload, at a rotation. */
export type Chosen = {
  readonly name: string
  /** What becomes of a changed token that is met by it. */
  readonly reload: 'taken' | 'waits' | 'refused'
  /** How `rotate` ends; only 0 touches the file. */
  readonly rotate: 0 | 75 | 77 | 78
  /** Graph asks for it: no check of its own comes until much later, only one that somebody wants. */
  readonly isLeftAlone?: true
}

export const CHOSEN: readonly Chosen[] = [
  { name: 'connection refused', reload: 'waits', rotate: 75 },
  { name: 'reset within the body', reload: 'waits', rotate: 75 },
  { name: 'request read, then nothing', reload: 'waits', rotate: 75 },
  { name: 'a body without an end', reload: 'waits', rotate: 75 },
  { name: 'HTTP/1.0', reload: 'taken', rotate: 0 },
  { name: 'HTML with 200', reload: 'waits', rotate: 75 },
  { name: 'is_valid as a text', reload: 'waits', rotate: 75 },
  { name: '429', reload: 'waits', rotate: 75 },
  { name: '429, Retry-After of a century', reload: 'waits', rotate: 75, isLeftAlone: true },
  { name: '500 with HTML', reload: 'waits', rotate: 75 },
  { name: 'debug_token: 424242', reload: 'waits', rotate: 75 },
  { name: 'data.error 190/466', reload: 'refused', rotate: 77 },
  { name: 'scopes: none', reload: 'refused', rotate: 77 },
  { name: 'account: 100/33', reload: 'refused', rotate: 77 },
  { name: 'the token dead in one answer', reload: 'taken', rotate: 0 },
]

const ROWS = MATRIX.flatMap(({ rows }) => rows)

export function rowOf({ name }: Chosen): Row {
  const row = ROWS.find((each) => each.name === name)
  if (row === undefined) throw new Error(`no row is called "${name}"`)
  return row
}
