import { describe, expect, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { VARIABLE_NAMES } from '../../src/config/variables.ts'
import { ROUTES, type RouteRow } from '../../src/http/routes.ts'
import { EVENT_MEANINGS } from '../../src/report/event-meanings.ts'
import { explainedAt } from '../../src/report/explained-at.ts'
import { FINDING_CODES } from '../../src/verification/codes.ts'
import { anchorOf } from '../reference/markdown.ts'
import { reference } from '../reference/reference.ts'
import { envExample } from '../reference/variables.ts'
import { ROOT } from './sources.ts'

/** `npm run docs` writes both from the tables. */
const WRITTEN = [
  ['docs/reference.md', await reference()],
  ['.env.example', envExample()],
] as const

const read = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8')
/** The text without the formatter's choices of white space and emphasis marks. */
const unformatted = (text: string) => text.replaceAll(/\s+/g, ' ').replaceAll('*', '_')

test.each(WRITTEN)('%s is what the tables say', (path, written) => {
  if (process.env['DOCS_WRITE'] === '1') writeFileSync(`${ROOT}${path}`, written)
  expect(unformatted(read(path))).toBe(unformatted(written))
})

describe('the reference', () => {
  const headings = [...read('docs/reference.md').matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => heading)

  test('has an anchor for each section, and none twice', () => {
    expect(new Set(headings.map(anchorOf)).size).toBe(headings.length)
  })

  test.each([
    ...VARIABLE_NAMES,
    ...FINDING_CODES,
    ...Object.keys(EVENT_MEANINGS).map((event) => `Log event ${event}`),
    ...Object.values<RouteRow>(ROUTES).map(({ method, paths }) => `${method} ${paths[0]}`),
  ])('has a section %s', (heading) => {
    expect(headings).toContain(heading)
  })

  test.each(FINDING_CODES)("is the target of the report's link for %s", (code) => {
    expect(explainedAt(code)).toBe(`docs/reference.md#${anchorOf(code)}`)
  })
})
