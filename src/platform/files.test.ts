import { afterAll, describe, expect, test } from 'bun:test'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readTextFile } from './files.ts'

const folder = mkdtempSync(join(tmpdir(), 'files-'))
afterAll(() => rmSync(folder, { recursive: true }))

const at = (name: string) => join(folder, name)
const put = (name: string, content: string | Uint8Array) => {
  writeFileSync(at(name), content)
  return at(name)
}
const problemOf = (path: string, maxBytes = 64 * 1024) => {
  const file = readTextFile(path, { maxBytes })
  return file.ok ? null : file.problem
}

describe('readTextFile', () => {
  test('reads bytes as they are', () => {
    expect(readTextFile(put('plain', 'abc\n'), { maxBytes: 10 })).toEqual({ ok: true, bytes: Buffer.from('abc\n') })
  })

  test('follows links, as Kubernetes swaps them', () => {
    symlinkSync(put('target', 'x'), at('link'))
    expect(readTextFile(at('link'), { maxBytes: 10 }).ok).toBe(true)
  })

  test('reads a file of exactly the allowed size, and refuses one byte more', () => {
    expect(problemOf(put('full', 'x'.repeat(1024)), 1024)).toBeNull()
    expect(problemOf(put('over', 'x'.repeat(1025)), 1024)).toBe('is larger than 1 KiB')
  })

  test('does not read 10 MB', () => {
    expect(problemOf(put('big', Buffer.alloc(10_000_000)))).toBe('is larger than 64 KiB')
  })

  test('distinguishes a missing file', () => {
    const none = readTextFile(at('none'), { maxBytes: 10 })
    expect(none).toEqual({ ok: false, problem: 'does not exist', missing: true })
    expect(readTextFile(join(put('file', ''), 'below'), { maxBytes: 10 })).toMatchObject({ missing: true })
    expect(readTextFile(folder, { maxBytes: 10 })).toMatchObject({ missing: false })
  })

  test('refuses anything but a regular file, without waiting', () => {
    execFileSync('mkfifo', [at('fifo')])
    expect(problemOf(at('fifo'))).toBe('is a FIFO, not a regular file')
    expect(problemOf(folder)).toBe('is a folder')
    expect(problemOf('/dev/zero')).toBe('is a device, not a regular file')
  })

  test('never throws for odd paths', () => {
    for (const path of ['', '\0', 'a\0b', 'x'.repeat(10_000), '\uD800']) expect(problemOf(path)).toBeString()
  })

  test('reads a file that states no size', () => {
    if (process.platform === 'linux') expect(readTextFile('/proc/self/status', { maxBytes: 64 * 1024 }).ok).toBe(true)
  })
})
