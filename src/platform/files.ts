import { closeSync, constants, fstatSync, openSync, readSync, type Stats } from 'node:fs'

export type TextFile =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | {
      readonly ok: false
      /** The end of a sentence that begins with the path: `does not exist`. */
      readonly problem: string
      /** There is nothing at that path, which is often no fault. */
      readonly missing: boolean
    }

/** Reads a small regular file. Never throws, never waits (as a FIFO would), never reads more than told. */
export function readTextFile(path: string, { maxBytes }: { readonly maxBytes: number }): TextFile {
  let descriptor: number | undefined
  try {
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const kind = kindOf(fstatSync(descriptor))
    if (kind !== null) return refused(kind)
    const bytes = readCapped(descriptor, maxBytes)
    return bytes === null ? refused(`is larger than ${formatBytes(maxBytes)}`) : { ok: true, bytes }
  } catch (error) {
    return explain(error)
  } finally {
    closeQuietly(descriptor)
  }
}

const KINDS: readonly (readonly [is: (stats: Stats) => boolean, problem: string])[] = [
  [(stats) => stats.isFile(), ''],
  [(stats) => stats.isDirectory(), 'is a folder'],
  [(stats) => stats.isFIFO(), 'is a FIFO, not a regular file'],
  [(stats) => stats.isCharacterDevice() || stats.isBlockDevice(), 'is a device, not a regular file'],
]

function kindOf(stats: Stats): string | null {
  const problem = KINDS.find(([is]) => is(stats))?.[1] ?? 'is not a regular file'
  return problem === '' ? null : problem
}

/** Asks for one byte more than allowed, since a file's stated size may lie (`/proc`) or grow meanwhile. */
function readCapped(descriptor: number, maxBytes: number): Uint8Array | null {
  const buffer = new Uint8Array(maxBytes + 1)
  let length = 0
  while (length < buffer.length) {
    const read = readSync(descriptor, buffer, length, buffer.length - length, null)
    if (read === 0) return buffer.slice(0, length)
    length += read
  }
  return null
}

const PROBLEMS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EISDIR: 'is a folder',
  ENXIO: 'is a socket, not a regular file',
}

// The code alone: the runtime's message repeats the path, which may be a secret put into the wrong variable.
function explain(error: unknown): TextFile {
  const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error'
  return refused(PROBLEMS[code] ?? `cannot be read (${code})`, code === 'ENOENT' || code === 'ENOTDIR')
}

function refused(problem: string, missing = false): TextFile {
  return { ok: false, problem, missing }
}

function formatBytes(bytes: number): string {
  return bytes % 1024 === 0 ? `${bytes / 1024} KiB` : `${bytes} bytes`
}

function closeQuietly(descriptor: number | undefined): void {
  try {
    if (descriptor !== undefined) closeSync(descriptor)
  } catch {
    // What was read is read: a failing close changes nothing.
  }
}
