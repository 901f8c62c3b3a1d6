import type { Rights } from '../platform/rights.ts'

/** PURE. Why no new file may take this one's place, and what to do about it: two sentences. */
export type Hindrance = { readonly what: string; readonly next: string }

/** What is seen of the file before anything is written. */
export type Sight = {
  readonly path: string
  readonly folder: string
  readonly mode: number
  /** User ids; `self` is `null` where the system has none. */
  readonly owner: number
  readonly self: number | null
  /** How many names it has. */
  readonly names: number
  readonly rights: Rights
  readonly isMounted: boolean
  readonly isImmutable: boolean
}

const OTHERS = 0o077

/** Everything of the file is kept, or nothing is begun. */
export function obstacleOf(sight: Sight): Hindrance | null {
  const { path, mode, owner, self, names, rights } = sight
  if (sight.isMounted)
    return {
      what: `${path} is mounted by itself, and nothing can take the place of a mount.`,
      next: 'Mount its folder instead.',
    }
  if (sight.isImmutable)
    return { what: `${path} is immutable: it cannot be changed or replaced.`, next: `Allow it: chattr -i ${path}.` }
  if (self !== null && self !== 0 && owner !== self)
    return {
      what: `${path} belongs to another user (uid ${owner}), and only root can give a new file to that one.`,
      next: `Run rotate as that user (this one is uid ${self}).`,
    }
  if (names > 1)
    return {
      what: `${path} has ${names} names (hard links), and a new file would take the place of one: the others would keep the old token.`,
      next: `Make it a file of its own: cp -p ${path} ${path}.own && mv ${path}.own ${path}.`,
    }
  if (rights.acl === 'some')
    return {
      what: `${path} has an access control list (ACL), which a new file would not have: some would lose a right, and others might gain one.`,
      next: `Remove the list and give the rights by owner, group and mode: setfacl -b ${path}.`,
    }
  // Without a bit for others no list has any effect.
  if (rights.acl === 'unknown' && (mode & OTHERS) !== 0)
    return {
      what: `Whether ${path} has an access control list (ACL) cannot be seen here, where neither GNU ls nor getfacl is. With a list its mode ${octal(mode)} would mean something else, and a new file might give a right to a user who has none.`,
      next: `Install the package acl or coreutils, or leave the file to its owner alone: chmod 600 ${path}.`,
    }
  return null
}

/** What a new file in the same folder got without being asked. */
export function obstacleOfNew({ path, folder, rights }: Sight, given: Rights): Hindrance | null {
  if (given.acl === 'some')
    return {
      what: `${folder} gives each new file an access control list (a default ACL), which ${path} does not have: others could read the new token.`,
      next: `Remove the default list: setfacl -k ${folder}.`,
    }
  if (given.label !== rights.label)
    return {
      what: `${path} has the security label ${rights.label || '(none)'}, and a new file in ${folder} gets ${given.label || '(none)'}: others might read it, or those who should might not.`,
      next: `Give the file the folder's own label (restorecon ${path}), or teach the policy the one that it has (semanage fcontext).`,
    }
  return null
}

/** What the system answered where a new file was to be written. */
export function obstacleOfCode(code: string, path: string, folder: string): Hindrance {
  return {
    what: `The new token cannot be written next to ${path}: ${SYSTEM[code]?.what ?? `the system answers ${code}`}.`,
    next: (SYSTEM[code]?.next ?? 'Look into the log of the system (dmesg), and begin again.').replaceAll(
      'FOLDER',
      folder,
    ),
  }
}

const SYSTEM: Readonly<Record<string, Hindrance>> = {
  ENOSPC: {
    what: 'the disk is full, or has no free inode (ENOSPC)',
    next: 'Make room (df -h FOLDER; df -i FOLDER), and begin again.',
  },
  EDQUOT: { what: "this user's quota is used up (EDQUOT)", next: 'Make room (quota), and begin again.' },
  EROFS: { what: 'its file system is read-only, as mounted secrets are (EROFS)', next: 'Mount it writable.' },
  EBUSY: { what: 'something is mounted there (EBUSY)', next: 'Mount the folder instead of the file.' },
  EACCES: {
    what: 'this user may not write into the folder (EACCES)',
    next: 'Run rotate as a user who may write into FOLDER.',
  },
  EPERM: {
    what: 'the system does not allow this user to do it (EPERM)',
    next: 'Look at the attributes of FOLDER (lsattr -d FOLDER), or run rotate as root.',
  },
}

/** Owner, group and mode in one: what this user may not give to a new file. */
export function notGiven(
  path: string,
  kept: { readonly mode: number; readonly owner: number; readonly group: number },
) {
  return {
    what: `A new file next to ${path} cannot be given its owner, group and mode by this user (uid ${kept.owner}, gid ${kept.group}, ${octal(kept.mode)}).`,
    next: `Run rotate as root or as a member of that group, or give the file a group of this user's (chgrp).`,
  }
}

export function octal(mode: number): string {
  return mode.toString(8).padStart(4, '0')
}
