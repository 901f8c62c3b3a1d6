import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { lifeOf, readHolder, thisHolder, writeHolder, type Holder } from './holder.ts'
import { hold, HeldByAnother } from './lock-file.ts'

const folder = mkdtempSync(join(tmpdir(), 'token-guard-lock-'))
afterAll(() => rmSync(folder, { recursive: true }))

const HERE = thisHolder(0)
const newPath = () => join(mkdtempSync(join(folder, 'x')), 'lock')
const lockOf = (change: Partial<Holder>) => writeHolder({ ...HERE, ...change }, 'x')
const DEAD = { startedAt: '1' }
const names = (path: string) => readdirSync(dirname(path)).toSorted()

test('is held once, and free after its end', () => {
  const path = newPath()
  const held = hold(path, 0)
  expect(held.isOurs()).toBe(true)
  expect(() => hold(path, 0)).toThrow(HeldByAnother)
  held.release()
  expect(names(path)).toEqual([])
  hold(path, 0).release()
})

test("a dead holder's lock is taken over, and so are those of processes that died while taking it over", () => {
  const path = newPath()
  for (const each of [path, `${path}.next`, `${path}.next.next`]) writeFileSync(each, lockOf(DEAD))
  const held = hold(path, 0)
  expect([held.isOurs(), names(path)]).toEqual([true, [basename(path)]])
  held.release()
  expect(names(path)).toEqual([])
})

test('a lock of a process that was killed before it wrote who it is, is taken over', () => {
  const path = newPath()
  writeFileSync(path, '')
  const held = hold(path, 0)
  expect([held.isOurs(), names(path)]).toEqual([true, [basename(path)]])
  held.release()
})

test('a holder may take a moment until it has written who it is', async () => {
  const path = newPath()
  writeFileSync(path, '')
  await using _writer = Bun.spawn(['sh', '-c', 'sleep 0.3; printf %s "$1" > "$2"', 'sh', lockOf({}), path])
  expect(() => hold(path, 0)).toThrow(expect.objectContaining({ path, life: 'alive' }))
})

test('while another process takes it over, that process counts as the holder', () => {
  const path = newPath()
  writeFileSync(path, lockOf(DEAD))
  const next = lockOf({})
  writeFileSync(`${path}.next`, next)
  expect(() => hold(path, 0)).toThrow(expect.objectContaining({ path: `${path}.next`, life: 'alive' }))
  expect([readFileSync(path, 'utf8'), readFileSync(`${path}.next`, 'utf8')]).toEqual([lockOf(DEAD), next])
})

test('a holder that lost its lock notices that, and removes nothing', () => {
  const path = newPath()
  const held = hold(path, 0)
  writeFileSync(path, 'of another')
  expect(held.isOurs()).toBe(false)
  held.release()
  expect(readFileSync(path, 'utf8')).toBe('of another')
})

test('a holder renews the date of its file', async () => {
  const path = newPath()
  const held = hold(path, 0)
  const before = new Date(0)
  utimesSync(path, before, before)
  held.renew()
  expect(statSync(path).mtimeMs).toBeGreaterThan(0)
  expect(held.isOurs()).toBe(true)
  held.release()
})

test('an invalid holder is read as none', () => {
  for (const text of ['', '{', 'null', '[]', '{"pid":0}', '{"pid":-1,"host":"x","since":"y"}', '{"pid":"1"}'])
    expect(readHolder(text)).toBeNull()
  expect(readHolder(lockOf({}))).toMatchObject(HERE)
})

test.each([
  ['this process', {}, 'alive'],
  ['another process with the same id', DEAD, 'dead'],
  ['one whose process id is not in use', { pid: 4_194_305 }, 'dead'],
  ['one from before a restart, or from another machine', { boot: 'x' }, 'unknown'],
  ['one from another container', { space: 'pid:[1]' }, 'unknown'],
  ['one that does not know its own start time', { startedAt: null }, 'unknown'],
] as const)('%s is %s', (_what, change, life) => {
  expect(lifeOf({ ...HERE, ...change }, HERE)).toBe(life)
})

test.each([
  ['the same host, and a process id that is not in use', { pid: 4_194_305 }, 'dead'],
  ['the same host', {}, 'unknown'],
  ['another host', { host: 'x', pid: 4_194_305 }, 'unknown'],
] as const)('if the system shows less, %s is %s', (_what, change, life) => {
  const self = { ...HERE, boot: null, space: null, startedAt: null }
  expect(lifeOf({ ...self, ...change }, self)).toBe(life)
})
