import { shortOrLong } from '../hostile/duration.ts'
import type { Runtime } from '../process/harness.ts'
import { ALL_ROWS } from './matrix.ts'
import type { Row } from './row.ts'

/**
 * Some faults at other moments: while `serve` tries to start, between two scheduled checks, at a reload, at a rotation,
 * and at the receiver of alerts.
 */
export type Chosen = {
  readonly name: string
  /** What happens to a changed token when Graph has this fault. */
  readonly reload: 'taken' | 'waits' | 'refused'
  /** The exit code of `rotate`; only 0 changes the file. */
  readonly rotate: 0 | 75 | 77 | 78
  /** What happens to an alert when its receiver has this fault; absent: only Graph can have it. */
  readonly alert?: 'delivered' | 'retried'
  /** Graph asks us to wait: a SIGHUP or an operator may ask earlier, the schedule does not. */
  readonly asksToWait?: true
  /** Played on Node too: sockets and files differ there. `TEST_LONG=1` plays each. */
  readonly onNode?: true
}

const CHOSEN: readonly Chosen[] = [
  { name: 'connection refused', reload: 'waits', rotate: 75, alert: 'retried', onNode: true },
  { name: 'reset within the body', reload: 'waits', rotate: 75, alert: 'delivered', onNode: true },
  { name: 'request read, then nothing', reload: 'waits', rotate: 75, alert: 'retried', onNode: true },
  { name: 'a body without an end', reload: 'waits', rotate: 75, alert: 'delivered' },
  { name: 'HTTP/1.0', reload: 'taken', rotate: 0, alert: 'delivered' },
  { name: 'HTML with 200', reload: 'waits', rotate: 75, alert: 'delivered' },
  { name: 'is_valid as a text', reload: 'waits', rotate: 75 },
  { name: '429', reload: 'waits', rotate: 75, alert: 'retried' },
  { name: '429, Retry-After of a century', reload: 'waits', rotate: 75, asksToWait: true },
  { name: '500 with HTML', reload: 'waits', rotate: 75, alert: 'retried' },
  { name: 'debug_token: 424242', reload: 'waits', rotate: 75 },
  { name: 'data.error 190/466', reload: 'refused', rotate: 77, onNode: true },
  // A rotation: it holds of the old token too, so it refuses no successor.
  { name: 'scopes: none', reload: 'refused', rotate: 0 },
  { name: 'account: 100/33', reload: 'refused', rotate: 0 },
  { name: 'an invalid token in one answer only', reload: 'taken', rotate: 0, onNode: true },
]

export function chosenFor({ name }: Runtime): readonly Chosen[] {
  return shortOrLong(name === 'node' ? CHOSEN.filter(({ onNode }) => onNode === true) : CHOSEN, CHOSEN)
}

export function rowOf({ name }: Pick<Chosen, 'name'>): Row {
  const row = ALL_ROWS.find((each) => each.name === name)
  if (row === undefined) throw new Error(`no row is called "${name}"`)
  return row
}
