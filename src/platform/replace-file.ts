import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join } from 'node:path'

/** The file itself, links followed; and the place beside it where its successor is written. Throws what the system says. */
export type Replaceable = { readonly path: string; readonly staged: string }

export function replaceable(given: string): Replaceable {
  const path = realpathSync(given)
  accessSync(dirname(path), constants.W_OK)
  // Only root gives files away: better known before there is something to write.
  const self = process.geteuid?.() ?? 0
  if (self !== 0 && statSync(path).uid !== self) throw Object.assign(new Error('another owner'), { code: 'EPERM' })
  return { path, staged: join(dirname(path), `.${basename(path).replace(/^\./, '')}.token-guard-rotate`) }
}

/** Writes the successor beside the file, with its mode and owner, and makes sure that it is on the disk. */
export function stage({ path, staged }: Replaceable, bytes: Uint8Array): void {
  const { mode, uid, gid } = statSync(path)
  discard(staged)
  const descriptor = openSync(staged, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)
  try {
    for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done)
    if (process.getuid?.() !== uid || process.getgid?.() !== gid) fchownSync(descriptor, uid, gid)
    fchmodSync(descriptor, mode & 0o7777)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

/** At once: whoever reads sees the old file or the new one, even after a power cut. */
export function takePlace({ path, staged }: Replaceable, onRenamed: () => void): void {
  renameSync(staged, path)
  onRenamed()
  const folder = openSync(dirname(path), constants.O_RDONLY)
  try {
    fsyncSync(folder)
  } finally {
    closeSync(folder)
  }
}

export function discard(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if ((error as { readonly code?: unknown }).code !== 'ENOENT') throw error
  }
}
