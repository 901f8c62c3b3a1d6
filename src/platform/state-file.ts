import { accessSync, constants, lstatSync, renameSync, statSync, truncateSync, unlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { listFolder, readTextFile } from './files.ts'
import { isMountPoint } from './mounts.ts'
import { quietly } from './quietly.ts'
import { randomHex } from './random.ts'
import { discard, syncFolder, writeNewFile } from './replace-file.ts'
import { codeOf } from './system-error.ts'

/** A small file that this program alone writes: whole at any moment, whenever a process is killed. */

export type StateFile =
  | { readonly kind: 'none' }
  | { readonly kind: 'text'; readonly text: string }
  /** Nothing that this program wrote: it must not be written over. The end of a sentence that begins with the path. */
  | { readonly kind: 'foreign'; readonly problem: string }

const BYTES_MAX = 4 * 1024 * 1024
/** What a killed process left is removed when no process can be writing it any more. */
const LEFTOVER_AGE_MS = 60_000

/** Never throws, follows no link, and waits for no FIFO. */
export function readStateFile(path: string): StateFile {
  try {
    if (lstatSync(path).isSymbolicLink()) return { kind: 'foreign', problem: 'is a link' }
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(codeOf(error) ?? '')) return { kind: 'none' }
  }
  const read = readTextFile(path, { maxBytes: BYTES_MAX, follow: false })
  if (read.ok) return { kind: 'text', text: new TextDecoder().decode(read.bytes) }
  return read.missing ? { kind: 'none' } : { kind: 'foreign', problem: read.problem }
}

/** Whether another file can take this one's place. A single file that is mounted into a container cannot be replaced. */
export function isReplaceable(path: string): boolean {
  try {
    accessSync(dirname(path), constants.W_OK)
    return !isMountPoint(path)
  } catch {
    return false
  }
}

/** Only its owner may read it. Throws what the system says; then the file is as it was. */
export function replaceStateFile(path: string, text: string): void {
  // Two processes, of two containers too, never have the same one.
  const fresh = join(dirname(path), `.${basename(path)}.${randomHex(8)}.new`)
  try {
    writeNewFile(fresh, text)
    renameSync(fresh, path)
  } catch (error) {
    quietly(() => discard(fresh))
    throw error
  }
  quietly(() => syncFolder(dirname(path)))
}

/** What it says must not count any more. Removes it, or empties it where it cannot be removed. Whether it is gone. */
export function dropStateFile(path: string): boolean {
  return [() => discard(path), () => truncateSync(path)].some((drop) => quietly(drop))
}

/** Removes what killed processes left next to it. */
export function removeLeftovers(path: string, nowMs: number): void {
  const begin = `.${basename(path)}.`
  for (const { name } of listFolder(dirname(path))) {
    if (!name.startsWith(begin) || !/^[0-9a-f]{16}\.new$/.test(name.slice(begin.length))) continue
    const leftover = join(dirname(path), name)
    quietly(() => {
      if (nowMs - statSync(leftover).mtimeMs > LEFTOVER_AGE_MS) unlinkSync(leftover)
    })
  }
}
