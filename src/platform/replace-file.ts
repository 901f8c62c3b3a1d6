import {
  accessSync,
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  lstatSync,
  mkdtempSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { codeOf } from './system-error.ts'

/** A file that another is to replace, and the places next to it. All of this throws what the system says. */
export type Replaceable = {
  /** The file itself, links followed. */
  readonly path: string
  readonly folder: string
  /** Where its successor is kept until it takes its place. */
  readonly staged: string
  /** Where a successor is made. */
  readonly fresh: string
  /** Who is at work. */
  readonly lock: string
  /** What is still to be done for the file that is in place. */
  readonly owed: string
}

export function replaceable(given: string): Replaceable {
  const path = realpathSync(given)
  const folder = dirname(path)
  const staged = join(folder, `.${basename(path).replace(/^\./, '')}.token-guard-rotate`)
  return { path, folder, staged, fresh: `${staged}.new`, lock: `${staged}.lock`, owed: `${staged}.hook` }
}

/** What of a file a new one in its place must have, or would break. */
export type Kept = {
  readonly mode: number
  readonly owner: number
  readonly group: number
  /** How many names it has. */
  readonly names: number
}

export function keptOf(path: string): Kept {
  const { mode, uid, gid, nlink } = statSync(path)
  return { mode: mode & 0o7777, owner: uid, group: gid, names: nlink }
}

/** This process's user; `null` where the system has none (Windows). */
export function thisUser(): number | null {
  return process.geteuid?.() ?? null
}

/** Whose an entry is that is there itself, links not followed; `null` where there is none. */
export function ownerOf(path: string): number | null {
  return lstatSync(path, { throwIfNoEntry: false })?.uid ?? null
}

export function demandWritableFolder({ folder }: Replaceable): void {
  accessSync(folder, constants.W_OK)
}

/** Not even root may write it, or put another in its place (`chattr +i`). */
export function isImmutable({ path }: Replaceable): boolean {
  try {
    accessSync(path, constants.W_OK)
    return false
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

/** A new file, open, with room for what it will hold. */
export type Successor = {
  /** Gives it the owner and the mode. Throws where the system does not give what was asked for. */
  readonly admit: (kept: Kept) => void
  /** Writes in the room that it has. What it holds then is on the disk. */
  readonly fill: (bytes: Uint8Array) => void
  /** At once, whatever is there: whoever reads sees the one or the other. */
  readonly moveTo: (path: string) => void
  readonly close: () => void
}

/** Only its owner may read it at first. What it holds means nothing: line ends. */
export function makeSuccessor({ fresh }: Pick<Replaceable, 'fresh'>, room: number): Successor {
  discard(fresh)
  const descriptor = openSync(fresh, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL, 0o600)
  let path = fresh
  const fill = (bytes: Uint8Array) => {
    for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done, bytes.length - done, done)
    ftruncateSync(descriptor, bytes.length)
    fsyncSync(descriptor)
  }
  try {
    fill(new Uint8Array(room).fill(0x0a))
  } catch (error) {
    closeSync(descriptor)
    discard(fresh)
    throw error
  }
  return {
    admit: ({ mode, owner, group }) => {
      const now = fstatSync(descriptor)
      if (now.uid !== owner || now.gid !== group) fchownSync(descriptor, owner, group)
      fchmodSync(descriptor, mode)
      fsyncSync(descriptor)
      const given = fstatSync(descriptor)
      const isKept = given.uid === owner && given.gid === group && (given.mode & 0o7777) === mode
      if (!isKept && process.platform !== 'win32') throw Object.assign(new Error('not kept'), { code: 'EPERM' })
    },
    fill,
    moveTo: (to) => {
      renameSync(path, to)
      path = to
    },
    close: () => closeSync(descriptor),
  }
}

/** What some file systems answer that cannot do it, and need not. */
const NO_SYNC: readonly unknown[] = ['EINVAL', 'ENOSYS', 'ENOTSUP', 'EOPNOTSUPP']

/** The names in a folder are on the disk too. */
export function syncFolder(folder: string): void {
  if (process.platform === 'win32') return
  const descriptor = openSync(folder, constants.O_RDONLY)
  try {
    fsyncSync(descriptor)
  } catch (error) {
    if (!NO_SYNC.includes(codeOf(error))) throw error
  } finally {
    closeSync(descriptor)
  }
}

/** Keeps a text where no other user may read it, in a new folder among the temporary ones. */
export function keepElsewhere(text: string): string {
  const path = join(mkdtempSync(join(tmpdir(), 'token-guard-rotate-')), 'token')
  writeNewFile(path, text)
  return path
}

/** A file that is not there yet, for its owner alone. What it holds then is on the disk. */
export function writeNewFile(path: string, text: string): void {
  const descriptor = openSync(path, constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL, 0o600)
  try {
    const bytes = Buffer.from(text)
    for (let done = 0; done < bytes.length;) done += writeSync(descriptor, bytes, done)
    fsyncSync(descriptor)
  } finally {
    closeSync(descriptor)
  }
}

export function discard(path: string): void {
  try {
    unlinkSync(path)
  } catch (error) {
    if (codeOf(error) !== 'ENOENT') throw error
  }
}
