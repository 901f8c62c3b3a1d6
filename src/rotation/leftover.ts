import { readTextFile } from '../platform/files.ts'
import { keptOf, ownerOf, thisUser, type Replaceable } from '../platform/replace-file.ts'
import { TargetError } from './attempt.ts'

/** The file in which a former run kept a token; `null` where there is none. Throws TargetError where it is not to be trusted. */
export function readLeftover({ staged, path }: Replaceable, maxBytes: number): Uint8Array | null {
  const owner = ownerOf(staged)
  const trusted = [thisUser(), keptOf(path).owner]
  if (owner !== null && thisUser() !== null && !trusted.includes(owner))
    throw new TargetError({
      what: `${staged} is of another user (uid ${owner}): a token in it is not to be trusted.`,
      next: 'Look who put it there, and remove it.',
    })
  const read = readTextFile(staged, { maxBytes, follow: false })
  if (read.ok) return read.bytes
  if (read.missing) return null
  throw new TargetError({
    what: `${staged}, where a former run kept a token, ${read.problem}.`,
    next: 'Remove it where it holds no token, and begin again.',
  })
}
