import { afterAll, expect, test } from 'bun:test'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { TargetError } from './attempt.ts'
import { Target } from './target.ts'

const folder = mkdtempSync(join(tmpdir(), 'token-guard-target-'))
afterAll(() => rmSync(folder, { recursive: true }))

async function withNewToken(text: string) {
  const path = join(mkdtempSync(join(folder, 'x')), '.env')
  writeFileSync(path, text)
  const target = new Target({ kind: 'env-file', path }, 'EAAold', process.env['PATH'])
  target.hold(0)
  await target.reserve()
  target.claim()
  target.keep('EAAnew')
  return { path, target, names: () => readdirSync(join(path, '..')).toSorted() }
}

test('the staged file itself becomes the target: it is never removed and written again', async () => {
  const { path, target, names } = await withNewToken('WHATSAPP_TOKEN=EAAold\n')
  const { ino } = statSync(target.staged)
  await target.takePlace('EAAnew', () => {})
  target.release()
  expect([statSync(path).ino, readFileSync(path, 'utf8')]).toEqual([ino, 'WHATSAPP_TOKEN=EAAnew\n'])
  expect(names()).toEqual(['.env'])
})

test('a change by another program meanwhile stays, and so do the mode and a longer text', async () => {
  const { path, target, names } = await withNewToken('WHATSAPP_TOKEN=EAAold\n')
  const text = (token: string) => `A=${'1'.repeat(9_000)}\nWHATSAPP_TOKEN=${token}\n`
  writeFileSync(path, text('EAAold'))
  chmodSync(path, 0o600)
  await target.takePlace('EAAnew', () => {})
  target.release()
  expect([readFileSync(path, 'utf8'), statSync(path).mode & 0o777]).toEqual([text('EAAnew'), 0o600])
  expect(names()).toEqual(['.env'])
})

test("another program's token is not overwritten, and the new token is kept", async () => {
  const { path, target, names } = await withNewToken('WHATSAPP_TOKEN=EAAold\n')
  writeFileSync(path, 'WHATSAPP_TOKEN=EAAtheirs\n')
  expect(target.takePlace('EAAnew', () => {})).rejects.toThrow(TargetError)
  target.release()
  expect(readFileSync(path, 'utf8')).toBe('WHATSAPP_TOKEN=EAAtheirs\n')
  expect([names(), target.leftover()]).toEqual([['.env', '.env.token-guard-rotate'], 'EAAnew'])
})

test('the rotation of a file that has changed since it was read does not begin', async () => {
  const path = join(mkdtempSync(join(folder, 'x')), '.env')
  writeFileSync(path, 'WHATSAPP_TOKEN=EAAtheirs\n')
  const target = new Target({ kind: 'env-file', path }, 'EAAold', process.env['PATH'])
  target.hold(0)
  expect(target.reserve()).rejects.toThrow('does not hold the token any more')
  target.release()
  expect(readdirSync(join(path, '..'))).toEqual(['.env'])
})

test('a second run on the same file reports which process holds it, and can begin when that has ended', async () => {
  const { path, target } = await withNewToken('WHATSAPP_TOKEN=EAAold\n')
  const second = new Target({ kind: 'env-file', path }, 'EAAold', process.env['PATH'])
  expect(() => second.hold(0)).toThrow(`process ${process.pid} on `)
  second.release()
  target.release()
  second.hold(0)
  expect(second.leftover()).toBe('EAAnew')
  second.release()
})
