import { expect, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { EXPLAINED_CODES } from '../../src/sending/failures.ts'
import { sending } from '../reference/sending.ts'
import { ROOT } from './sources.ts'

/** Written from the tables of failures: `npm run docs`. */
const DOC = `${ROOT}docs/sending.md`

test('docs/sending.md is what the tables say', () => {
  const written = sending()
  if (process.env['DOCS_WRITE'] === '1') writeFileSync(DOC, written)
  expect(readFileSync(DOC, 'utf8').replaceAll(/\s+/g, ' ')).toBe(written.replaceAll(/\s+/g, ' '))
})

test('docs/sending.md has every code that send-test explains, once', () => {
  const headings = [...readFileSync(DOC, 'utf8').matchAll(/^### (.+)$/gm)].flatMap(([, codes = '']) =>
    codes.split(', '),
  )
  expect(headings.toSorted()).toEqual(EXPLAINED_CODES.map(String).toSorted())
})
