import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { RECIPIENTS } from '../../src/sandbox/recipients.ts'
import { ROOT } from './sources.ts'

test('docs/sandbox.md shows every recipient that fails, and no other', () => {
  const rows = readFileSync(`${ROOT}docs/sandbox.md`, 'utf8')
    .split('\n')
    .filter((line) => /^\| `\d+`/.test(line))
  const shown = rows.map((row) =>
    row
      .split('|')
      .slice(1, 4)
      .map((cell) => cell.trim().replaceAll('`', '')),
  )
  expect(shown).toEqual(RECIPIENTS.map(({ number, code, meaning }) => [number, String(code), meaning]))
})
