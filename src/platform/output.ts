import { writeSync } from 'node:fs'
import { isTerminal } from './tty.ts'
import { codeOf } from './system-error.ts'

/** Text to a standard stream, written before the call returns: nothing is lost when the process ends. */
export type Output = {
  readonly write: (text: string) => void
  readonly isTerminal: boolean
  readonly hasColours: boolean
  /** The terminal's width; `null` where there is no terminal. */
  readonly columns: number | null
}

/** Looked at on a terminal only: on Bun that look costs a start 8 ms. */
const STREAMS = { 1: () => process.stdout, 2: () => process.stderr } as const

/** A reader that went away (`| head`) or a full disk ends nothing: what is said is lost, what is served is not. */
export function output(fd: 1 | 2): Output {
  const isTTY = isTerminal(fd)
  const columns = isTTY ? (STREAMS[fd]().columns ?? null) : null
  return {
    write: (text) => writeAll(fd, Buffer.from(text)),
    isTerminal: isTTY,
    hasColours: wantsColours(isTTY),
    columns,
  }
}

/** How often a pipe that is full for now is tried again. */
const TRIES = 100
const TRY_AGAIN_MS = 10

function writeAll(fd: number, bytes: Uint8Array): void {
  let tries = 0
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSync(fd, bytes, written)
    } catch (error) {
      if (codeOf(error) !== 'EAGAIN' || ++tries > TRIES) return
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, TRY_AGAIN_MS)
    }
  }
}

/** NO_COLOR (no-color.org) and FORCE_COLOR, else what the stream is. */
function wantsColours(isTTY: boolean): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0'
  return isTTY && TERM !== 'dumb'
}
