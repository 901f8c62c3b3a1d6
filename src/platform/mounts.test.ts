import { expect, test } from 'bun:test'
import { isMountPoint, mountPoints } from './mounts.ts'

test('the places of mounts are read, with the blanks in them', () => {
  const text =
    '22 27 0:21 / / rw,relatime - ext4 /dev/vda rw\n36 22 254:0 /srv/my\\040bot/.env /app/my\\040bot/.env rw shared:1 - ext4 /dev/vda rw\n'
  expect([...mountPoints(text)]).toEqual(['/', '/app/my bot/.env', ''])
})

test('a path at which nothing is mounted is none', () => {
  expect(isMountPoint('/nothing/here')).toBe(false)
})
