import { destination as createDestination } from 'pino'

/** Text to a standard stream, written before the call returns: nothing is lost when the process ends. */
export type Output = {
  readonly write: (text: string) => void
  readonly isTerminal: boolean
  readonly hasColours: boolean
  /** The terminal's width; `null` where there is no terminal. */
  readonly columns: number | null
}

type Stream = { readonly fd: 1 | 2; readonly isTTY?: boolean; readonly columns?: number }

/** A reader that went away (`| head`) or a full disk ends nothing: what is said is lost, what is served is not. */
export function output({ fd, isTTY = false, columns }: Stream): Output {
  const destination = createDestination({ fd, sync: true })
  destination.on('error', () => {})
  return {
    write: (text) => {
      destination.write(text)
    },
    isTerminal: isTTY,
    hasColours: wantsColours(isTTY),
    columns: isTTY ? (columns ?? null) : null,
  }
}

/** NO_COLOR (no-color.org) and FORCE_COLOR, else what the stream is. */
function wantsColours(isTTY: boolean): boolean {
  const { NO_COLOR, FORCE_COLOR, TERM } = process.env
  if (NO_COLOR !== undefined && NO_COLOR !== '') return false
  if (FORCE_COLOR !== undefined && FORCE_COLOR !== '') return FORCE_COLOR !== '0'
  return isTTY && TERM !== 'dumb'
}
