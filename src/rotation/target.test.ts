import { afterAll, expect, test } from 'bun:test'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Target, TargetError } from './target.ts'

const folder = mkdtempSync(join(tmpdir(), 'token-guard-target-'))
afterAll(() => rmSync(folder, { recursive: true }))

function place(text: string): { readonly path: string; readonly target: Target } {
  const path = join(mkdtempSync(join(folder, 'x')), '.env')
  writeFileSync(path, text)
  return { path, target: new Target({ kind: 'env-file', path }, 'EAAold') }
}

test('what is staged takes its place as it is: it is never taken away to be written again', () => {
  const { path, target } = place('WHATSAPP_TOKEN=EAAold\n')
  target.stage('EAAnew')
  const { ino } = statSync(target.staged)
  target.takePlace('EAAnew', () => {})
  expect([statSync(path).ino, readFileSync(path, 'utf8')]).toEqual([ino, 'WHATSAPP_TOKEN=EAAnew\n'])
  expect(readdirSync(join(path, '..'))).toEqual(['.env'])
})

test('what somebody else writes meanwhile stays', () => {
  const { path, target } = place('WHATSAPP_TOKEN=EAAold\n')
  target.stage('EAAnew')
  writeFileSync(path, 'A=1\nWHATSAPP_TOKEN=EAAold\n')
  target.takePlace('EAAnew', () => {})
  expect(readFileSync(path, 'utf8')).toBe('A=1\nWHATSAPP_TOKEN=EAAnew\n')
})

test("somebody else's token is not overwritten", () => {
  const { path, target } = place('WHATSAPP_TOKEN=EAAold\n')
  target.stage('EAAnew')
  writeFileSync(path, 'WHATSAPP_TOKEN=EAAtheirs\n')
  expect(() => target.takePlace('EAAnew', () => {})).toThrow(TargetError)
  expect(readFileSync(path, 'utf8')).toBe('WHATSAPP_TOKEN=EAAtheirs\n')
})
