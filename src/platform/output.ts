import { fstatSync } from 'node:fs'
import { SonicBoom } from 'sonic-boom'

/** Text to a standard stream, written before the call returns: nothing is lost when the process ends. */
export type Output = {
  readonly write: (text: string) => void
  readonly isTerminal: boolean
  readonly hasColours: boolean
  /** The terminal's width; `null` where there is no terminal. */
  readonly columns: number | null
}

/** The standard streams, looked at where there may be a terminal only: on Bun that look costs a start 8 ms. */
const STREAMS = { 1: () => process.stdout, 2: () => process.stderr } as const

/** A reader that went away (`| head`) or a full disk ends nothing: what is said is lost, what is served is not. */
export function output(fd: 1 | 2): Output {
  const { isTTY = false, columns = null } = isDevice(fd) ? STREAMS[fd]() : {}
  const destination = new SonicBoom({ fd, sync: true })
  destination.on('error', () => {})
  return {
    write: (text) => {
      destination.write(text)
    },
    isTerminal: isTTY,
    hasColours: wantsColours(isTTY),
    columns: isTTY ? columns : null,
  }
}

function isDevice(fd: number): boolean {
  try {
    return fstatSync(fd).isCharacterDevice()
  } catch {
    return false // closed
  }
}

/** NO_COLOR (no-color.org) and FORCE_COLOR, else what the stream is. */
function wantsColours(isTTY: boolean): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0'
  return isTTY && TERM !== 'dumb'
}
