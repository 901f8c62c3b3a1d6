import { expect, test } from 'bun:test'
import { obstacleOf, obstacleOfCode, obstacleOfNew, type Sight } from './obstacles.ts'

const SIGHT: Sight = {
  path: '/srv/.env',
  folder: '/srv',
  mode: 0o640,
  owner: 1000,
  self: 1000,
  names: 1,
  rights: { acl: 'none', label: 'a' },
  isMounted: false,
  isImmutable: false,
}

test.each([
  ['a plain one', {}],
  ["another user's, for root", { self: 0 }],
  ['one without owners', { self: null, owner: 0 }],
  ['a private one with an unknown ACL', { mode: 0o600, rights: { acl: 'unknown', label: '' } }],
] as const)('a file may be replaced: %s', (_what, change) => {
  expect(obstacleOf({ ...SIGHT, ...change })).toBeNull()
})

test.each([
  ['a mount', { isMounted: true }, 'Mount its folder'],
  ['an immutable one', { isImmutable: true }, 'chattr -i /srv/.env'],
  ["another user's", { self: 1001 }, 'uid 1001'],
  ['one with two names', { names: 2 }, 'cp -p /srv/.env /srv/.env.own && mv /srv/.env.own /srv/.env.'],
  ['one with an ACL', { rights: { acl: 'some', label: '' } }, 'setfacl -b /srv/.env'],
  ['one that its group may read, with an unknown ACL', { rights: { acl: 'unknown', label: '' } }, 'chmod 600'],
  ['one that all may read', { mode: 0o604, rights: { acl: 'unknown', label: '' } }, 'chmod 600'],
] as const)('a file may not be replaced: %s', (_what, change, next) => {
  expect(obstacleOf({ ...SIGHT, ...change })?.next).toContain(next)
})

test('a new file must have no ACL, and the same label', () => {
  expect(obstacleOfNew(SIGHT, { acl: 'none', label: 'a' })).toBeNull()
  expect(obstacleOfNew(SIGHT, { acl: 'some', label: 'a' })?.next).toContain('setfacl -k /srv')
  expect(obstacleOfNew(SIGHT, { acl: 'none', label: 'b' })?.next).toContain('restorecon')
})

test.each([
  ['a', 'b', 'has the security label a, and a new file in /srv gets b:'],
  ['', 'b', 'has the security label (none), and a new file in /srv gets b:'],
  ['a', '', 'has the security label a, and a new file in /srv gets (none):'],
])('the labels %j and %j are named', (own, given, what) => {
  const sight = { ...SIGHT, rights: { acl: 'none', label: own } } as const
  expect(obstacleOfNew(sight, { acl: 'none', label: given })?.what).toContain(what)
})

test.each([
  ['ENOSPC', 'full', 'df -h /srv; df -i /srv'],
  ['EDQUOT', 'quota', 'quota'],
  ['EIO', 'EIO', 'dmesg'],
])('%s is reported with what to do', (code, what, next) => {
  const obstacle = obstacleOfCode(code, '/srv/.env', '/srv')
  expect([obstacle.what, obstacle.next]).toEqual([expect.stringContaining(what), expect.stringContaining(next)])
})
