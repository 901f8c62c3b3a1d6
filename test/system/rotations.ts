import { spawnSync } from 'node:child_process'
import { chmodSync, chownSync } from 'node:fs'
import { temporaryFolder, type Runtime } from '../process/harness.ts'
import { has } from './programs.ts'

/** States of a file or its disk in which `rotate` must not begin, and how a test sets them up. */

export const NOBODY = 65_534
export const isRoot = process.getuid?.() === 0

export function sh(script: string, cwd: string): string {
  const { status, stdout, stderr } = spawnSync('sh', ['-ec', script], { cwd, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${script}: ${stderr}`)
  return stdout
}

function isAble(script: string): boolean {
  using folder = temporaryFolder()
  return spawnSync('sh', ['-ec', script], { cwd: folder.path }).status === 0
}

const ACLS = has('setfacl') && isAble('touch a && setfacl -m u:65534:r a')
export const MOUNTS = isRoot && isAble('mkdir m && mount -t tmpfs none m && umount m')
const ATTRIBUTES = isRoot && isAble('touch a && chattr +i a && chattr -i a')
export const USERS = isRoot && has('setpriv')

/** Runs as another user, whose caches and home belong to root. */
export const asOtherUser = (runtime: Runtime): Runtime => ({
  ...runtime,
  command: ['setpriv', `--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', ...runtime.command],
})

/** A small file system of its own in a folder. */
export function mounted(folder: string, options: string): Disposable {
  sh(`mount -t tmpfs -o ${options} none ${folder}`, '/')
  return { [Symbol.dispose]: () => void sh(`umount -l ${folder}`, '/') }
}

/** Fills a disk to its last byte. */
export function fill(folder: string): void {
  spawnSync('sh', ['-c', 'cat /dev/zero > filler'], { cwd: folder })
}

type Case = {
  readonly what: string
  readonly isPossible: boolean
  /** Before the file is there. */
  readonly options?: string
  readonly prepare: (path: string, folder: string) => unknown
  readonly reason: string
  readonly as?: (runtime: Runtime) => Runtime
  readonly undo?: string
}

export const REFUSED: readonly Case[] = [
  {
    what: 'a file with an ACL',
    isPossible: ACLS,
    prepare: (path) => sh(`chmod 600 ${path} && setfacl -m u:${NOBODY}:r ${path}`, '/'),
    reason: 'setfacl -b',
  },
  {
    what: 'a file with an ACL whose mask is empty',
    isPossible: ACLS,
    prepare: (path) => sh(`setfacl -m u:${NOBODY}:r ${path} && chmod 600 ${path}`, '/'),
    reason: 'setfacl -b',
  },
  {
    what: 'a folder that gives each new file an ACL',
    isPossible: ACLS,
    prepare: (path, folder) => sh(`chmod 640 ${path} && setfacl -d -m u:${NOBODY}:rw ${folder}`, '/'),
    reason: 'setfacl -k',
  },
  {
    what: 'an immutable file',
    isPossible: ATTRIBUTES,
    prepare: (path) => sh(`chattr +i ${path}`, '/'),
    reason: 'chattr -i',
    undo: 'chattr -i .env',
  },
  {
    what: 'an immutable folder',
    isPossible: ATTRIBUTES,
    prepare: (_path, folder) => sh(`chattr +i ${folder}`, '/'),
    reason: 'lsattr -d',
    undo: 'chattr -i .',
  },
  {
    what: 'a file of a group that the user is not in',
    isPossible: USERS,
    prepare: (path, folder) => {
      chownSync(folder, NOBODY, NOBODY)
      chownSync(path, NOBODY, 0)
    },
    reason: 'cannot be given its owner, group and mode',
    as: asOtherUser,
  },
  {
    what: "another user's file in the user's folder",
    isPossible: USERS,
    prepare: (_path, folder) => chownSync(folder, NOBODY, NOBODY),
    reason: 'belongs to another user (uid 0)',
    as: asOtherUser,
  },
  {
    what: "the user's file in a folder that is read-only",
    isPossible: USERS,
    prepare: (path, folder) => {
      chownSync(path, NOBODY, NOBODY)
      chmodSync(folder, 0o555)
    },
    reason: 'EACCES',
    as: asOtherUser,
  },
  {
    what: 'a disk that is full',
    isPossible: MOUNTS,
    options: 'size=64k',
    prepare: (_path, folder) => fill(folder),
    reason: 'the disk is full',
  },
  {
    what: 'a disk without a free inode',
    isPossible: MOUNTS,
    options: 'nr_inodes=2',
    prepare: () => {},
    reason: 'no free inode',
  },
  {
    what: 'a disk with one free inode',
    isPossible: MOUNTS,
    options: 'nr_inodes=3',
    prepare: () => {},
    reason: 'no free inode',
  },
  {
    what: 'a read-only file system',
    isPossible: MOUNTS,
    options: 'size=64k',
    prepare: (_path, folder) => sh(`mount -o remount,ro ${folder}`, '/'),
    reason: 'EROFS',
  },
  {
    what: 'a file that is mounted by itself',
    isPossible: MOUNTS,
    prepare: (path) => sh(`mount --bind ${path} ${path}`, '/'),
    reason: 'is mounted by itself',
    undo: 'umount .env',
  },
]
