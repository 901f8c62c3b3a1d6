import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  statSync,
  type Stats,
} from 'node:fs'
import { codeOf } from './system-error.ts'

export type TextFile =
  /** `pipe`: it was read from a FIFO. */
  | { readonly ok: true; readonly bytes: Uint8Array; readonly pipe?: 'read' }
  | {
      readonly ok: false
      /** The end of a sentence that begins with the path: `does not exist`. */
      readonly problem: string
      /** There is nothing at that path, which is often no fault. */
      readonly missing: boolean
      /** It is a FIFO: not read, or waited for in vain, or not written to its end in time. */
      readonly pipe?: 'unread' | 'silent' | 'unended'
    }

export type ReadOptions = {
  readonly maxBytes: number
  /** Whether a symbolic link is followed. */
  readonly follow?: boolean
}

/** Reads a small regular file. Never throws, never waits (as a FIFO would), never reads more than `maxBytes`. */
export function readTextFile(path: string, { maxBytes, follow = true }: ReadOptions): TextFile {
  let descriptor: number | undefined
  try {
    // Opening a FIFO and closing it would take away what another program writes.
    if ((follow ? statSync : lstatSync)(path).isFIFO()) return PIPE
    const how = (constants.O_NONBLOCK ?? 0) | (follow ? 0 : (constants.O_NOFOLLOW ?? 0))
    descriptor = openSync(path, constants.O_RDONLY | how)
    const kind = kindOf(fstatSync(descriptor))
    if (kind !== null) return refused(kind)
    const bytes = readCapped(descriptor, maxBytes)
    return bytes === null ? refused(tooLarge(maxBytes)) : { ok: true, bytes }
  } catch (error) {
    return explain(error)
  } finally {
    closeQuietly(descriptor)
  }
}

const PIPE: TextFile = { ok: false, problem: 'is a FIFO, not a regular file', missing: false, pipe: 'unread' }

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
export function explain(error: unknown): TextFile {
  const code = codeOf(error) ?? 'unknown error'
  return refused(PROBLEMS[code] ?? `cannot be read (${code})`, code === 'ENOENT' || code === 'ENOTDIR')
}

export function refused(problem: string, missing = false): TextFile {
  return { ok: false, problem, missing }
}

export function tooLarge(maxBytes: number): string {
  return `is larger than ${maxBytes % 1024 === 0 ? `${maxBytes / 1024} KiB` : `${maxBytes} bytes`}`
}

function closeQuietly(descriptor: number | undefined): void {
  try {
    if (descriptor !== undefined) closeSync(descriptor)
  } catch {
    // What was read is read: a failing close changes nothing.
  }
}

/** The permission bits of what a path leads to; `null` where there is nothing, or where the system has none (Windows). */
export function permissionsOf(path: string): number | null {
  if (process.platform === 'win32') return null
  try {
    return statSync(path).mode & 0o777
  } catch {
    return null
  }
}

export type Entry = { readonly name: string; readonly kind: 'file' | 'folder' | 'other' }

/** What is in a folder; nothing where it cannot be read. */
export function listFolder(path: string): readonly Entry[] {
  try {
    return readdirSync(path, { withFileTypes: true }).map((entry) => ({
      name: entry.name,
      kind: entry.isFile() ? 'file' : entry.isDirectory() ? 'folder' : 'other',
    }))
  } catch {
    return []
  }
}
