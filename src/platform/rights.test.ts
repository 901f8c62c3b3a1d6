import { expect, test } from 'bun:test'
import { readBsdList, readGetfacl, readList, type Rights } from './rights.ts'

const NONE: Rights = { acl: 'none', label: '' }

test.each([
  ['-rw-r--r-- 1 0 0 ? 0 2026-11-28 20:02 /x/a\n', NONE],
  ['-rw-r-----+ 1 1000 1000 ? 512 2026-11-28 20:02 /x/a\n', { acl: 'some', label: '' }],
  [
    '-rwsr-xr-t. 2 0 0 system_u:object_r:etc_t:s0 9 2026-11-28 20:02 /x/a\n',
    { acl: 'none', label: 'system_u:object_r:etc_t:s0' },
  ],
  ['-rw-------+ 1 0 0 u:r:t:s0:c1,c2 9 2026-11-28 20:02 /x/a b\n', { acl: 'some', label: 'u:r:t:s0:c1,c2' }],
  ['-rw-r--r--? 1 0 0 ? 9 2026-11-28 20:02 /x/a\n', null],
  ["ls: invalid option -- 'Z'\n", null],
  ['', null],
  [null, null],
] as const)('the line of GNU ls %j is read as %j', (text, rights) => {
  expect(readList(text)).toEqual(rights)
})

test.each([
  ['user::rw-\ngroup::r--\nother::---\n\n', 'none'],
  ['user::rw-\nuser:1000:r--\ngroup::r--\nmask::r--\nother::---\n\n', 'some'],
  ['user::rw-\ngroup::r--\nmask::---\nother::---\n', 'some'],
  ['', 'unknown'],
  [null, 'unknown'],
] as const)('the output of getfacl (%j) is read as %s', (text, acl) => {
  expect(readGetfacl(text)).toEqual({ acl, label: '' })
})

test.each([
  ['-rw-r--r--  1 501  20  9 Nov 28 20:02 /x/a\n', 'none'],
  ['-rw-r--r--@ 1 501  20  9 Nov 28 20:02 /x/a\n', 'none'],
  ['-rw-r--r--+ 1 501  20  9 Nov 28 20:02 /x/a\n 0: user:bob allow read\n', 'some'],
  ['-rw-r--r--@ 1 501  20  9 Nov 28 20:02 /x/a\n 0: user:bob allow read\n', 'some'],
  [null, 'unknown'],
] as const)("the line of macOS's ls %j is read as %s", (text, acl) => {
  expect(readBsdList(text)).toEqual({ acl, label: '' })
})
