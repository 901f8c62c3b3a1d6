import { expect, test } from 'bun:test'
import fc from 'fast-check'
import { ancestors, readStat, thisProcess } from './ancestors.ts'

const REST = 'S 7 8 9 0 -1 4194560 1 2 3 4 5 6 7 8 20 0 1 0 14035471 1000 20 18446744073709551615'

test.each([
  ['a plain name', 'node'],
  ['a name with blanks', 'tmux: server'],
  ['a name with brackets', '(sd-pam)'],
  ['a name that imitates the fields', 'x) S 1 1 1 0 -1 0 1 2 3 4 5 6 7 8 20 0 1 0 99 (y'],
  ['a name with line ends', 'a\nb'],
  ['an empty name', ''],
])('a process with %s is read', (_what, name) => {
  expect(readStat(`42 (${name}) ${REST}\n`)).toEqual({ pid: 42, parent: 7, startedAt: '14035471', hasEnded: false })
})

test.each([
  '',
  '42',
  `42 node ${REST}`,
  '42 (node) S',
  '42 (node) S 7 8 9',
  `(node) ${REST}`,
  `42 (node) ${REST.replace('S 7', 'S -')}`,
  `42 (node) ${REST.replace('14035471', '-1')}`,
])('%j is not read as a process', (text) => {
  expect(readStat(text)).toBeNull()
})

test('reading a process never throws', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => expect(readStat(`1 (${text}`)).toBeNull()))
})

test.skipIf(process.platform !== 'linux')('this process and those above it are found', () => {
  expect(thisProcess()).toMatchObject({ pid: process.pid, parent: process.ppid })
  const [parent, ...further] = ancestors()
  expect(parent?.pid).toBe(process.ppid)
  expect(further.length).toBeLessThan(6)
})
