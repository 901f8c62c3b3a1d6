import { afterAll, expect, test } from 'bun:test'
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TargetError } from './attempt.ts'
import { OwedHook } from './owed.ts'

const root = mkdtempSync(join(tmpdir(), 'token-guard-owed-'))
afterAll(() => rmSync(root, { recursive: true }))

const FINGERPRINT = '0123456789ab'

function owedIn() {
  const folder = mkdtempSync(join(root, 'x'))
  const owed = new OwedHook(join(folder, '.env.token-guard-rotate.hook'))
  return { folder, owed }
}

test('is owed for one token until it is settled', () => {
  const { folder, owed } = owedIn()
  expect(owed.isFor(FINGERPRINT)).toBe(false)
  owed.owe(FINGERPRINT)
  expect([owed.isFor(FINGERPRINT), owed.isFor('ba9876543210')]).toEqual([true, false])
  expect([readFileSync(owed.path, 'utf8'), statSync(owed.path).mode & 0o777]).toEqual([`${FINGERPRINT}\n`, 0o600])
  owed.settle()
  owed.settle()
  expect([owed.isFor(FINGERPRINT), readdirSync(folder)]).toEqual([false, []])
})

test.each(['', '0123', '0123456789ab', '\0\0\0\0', 'x'.repeat(100)])(
  'one that was cut off counts for any: %j',
  (text) => {
    const { owed } = owedIn()
    writeFileSync(owed.path, text)
    expect(owed.isFor(FINGERPRINT)).toBe(true)
  },
)

test('what is not ours is left alone', () => {
  const { owed } = owedIn()
  mkdirSync(owed.path)
  expect(() => owed.isFor(FINGERPRINT)).toThrow(TargetError)
  const { folder, owed: linked } = owedIn()
  symlinkSync(join(folder, 'elsewhere'), linked.path)
  expect(() => linked.isFor(FINGERPRINT)).toThrow(TargetError)
})

test('where it cannot be written, that is said before the token takes its place', () => {
  const owed = new OwedHook(join(root, 'nowhere', 'x.hook'))
  expect(() => owed.owe(FINGERPRINT)).toThrow(/cannot be written \(ENOENT\)/)
})
