import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { dropStateFile, isReplaceable, readStateFile, removeLeftovers, replaceStateFile } from './state-file.ts'

let folder = ''
const at = (name: string) => join(folder, name)
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'token-guard-state-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('a state file', () => {
  test('is replaced as a whole, and only its owner may read it', () => {
    replaceStateFile(at('state'), 'one')
    replaceStateFile(at('state'), 'two')
    expect([readFileSync(at('state'), 'utf8'), statSync(at('state')).mode & 0o777]).toEqual(['two', 0o600])
    expect(readdirSync(folder)).toEqual(['state'])
    expect(readStateFile(at('state'))).toEqual({ kind: 'text', text: 'two' })
  })

  test('that is not there is none, also below a file', () => {
    writeFileSync(at('file'), '')
    for (const path of [at('state'), at('no/state'), at('file/state')]) expect(readStateFile(path).kind).toBe('none')
  })

  test.each<[string, (path: string) => unknown]>([
    ['a link', (path) => symlinkSync(at('target'), path)],
    ['a folder', (path) => mkdirSync(path)],
    ['a FIFO', (path) => spawnSync('mkfifo', [path])],
    ['a large file', (path) => writeFileSync(path, Buffer.alloc(5 * 1024 * 1024))],
  ])('that is %s is foreign', (_what, make) => {
    make(at('state'))
    expect(readStateFile(at('state')).kind).toBe('foreign')
  })

  test('stays as it was where no other can be written', () => {
    expect(() => replaceStateFile(at('no/state'), 'x')).toThrow('ENOENT')
    mkdirSync(at('state'))
    expect(() => replaceStateFile(at('state'), 'x')).toThrow()
    expect(readdirSync(folder)).toEqual(['state'])
  })

  test('is removed', () => {
    writeFileSync(at('state'), 'x')
    expect([dropStateFile(at('state')), readStateFile(at('state')).kind]).toEqual([true, 'none'])
  })

  test('cannot be replaced in a folder that may not be written', () => {
    expect(isReplaceable(at('state'))).toBe(true)
    expect(isReplaceable(at('no/state'))).toBe(false)
    // Root may write everywhere.
    if (process.getuid?.() === 0) return
    chmodSync(folder, 0o500)
    expect(isReplaceable(at('state'))).toBe(false)
  })
})

test('what a killed process left is removed once it is old, and nothing else is', () => {
  const names = [
    '.state.0123456789abcdef.new',
    '.state.fedcba9876543210.new',
    '.state.x.new',
    '.other.0123456789abcdef.new',
  ]
  for (const name of names) writeFileSync(at(name), '')
  const nowMs = Date.now()
  for (const name of names.slice(0, 1)) utimesSync(at(name), new Date(nowMs - 120_000), new Date(nowMs - 120_000))
  removeLeftovers(at('state'), nowMs)
  expect(readdirSync(folder).toSorted()).toEqual(names.slice(1).toSorted())
})
