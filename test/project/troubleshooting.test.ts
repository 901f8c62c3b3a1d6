import { describe, expect, test } from 'bun:test'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { EXIT } from '../../src/exit-codes.ts'
import { EXPLAINED_CODES, explainFailure } from '../../src/sending/failures.ts'
import { CAUSES } from '../../src/verification/causes.ts'
import { anchorOf } from '../reference/markdown.ts'
import { ROOT } from './sources.ts'

const read = (path: string) => readFileSync(join(ROOT, path), 'utf8')
const withoutCode = (text: string) => text.replaceAll(/^```[\s\S]*?^```/gm, '')

const anchorsOf = (path: string) =>
  [...withoutCode(read(path)).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) => anchorOf(heading))

const DOC = 'docs/troubleshooting.md'
const doc = read(DOC)
const sections = [...doc.matchAll(/^### (.+)$/gm)].map(([, heading]) => heading ?? '')
/** Besides those of the program itself: what `run` passes on from its command. */
const EXITS = [...Object.values(EXIT), 126, 127, '128+n'].map((code) => `Exit ${code}`)

const ERROR = { httpStatus: 400, subcode: null, type: 'OAuthException', message: '', isTransient: false }

describe('the troubleshooting', () => {
  test('has a section for each exit code, and none for others', () => {
    expect(sections.toSorted()).toEqual(EXITS.toSorted())
  })

  test('is short', () => {
    expect(doc.split(/\s+/).length).toBeLessThan(1_800)
  })

  test('leaves what to do about a cause or an error to the pages that are written from the tables', () => {
    const remedies = [
      ...Object.values(CAUSES).map(({ remedy }) => remedy),
      ...EXPLAINED_CODES.map((code) => explainFailure({ ...ERROR, code }).toDo),
    ]
    const text = doc.replaceAll('`', '').replaceAll(/\s+/g, ' ')
    expect(remedies.filter((remedy) => text.includes(remedy))).toEqual([])
    expect(['reference.md#', 'causes.md', 'sending.md'].filter((page) => !doc.includes(`](${page}`))).toEqual([])
  })

  test('is in the package', () => {
    expect(JSON.parse(read('package.json')).files).toContain('docs')
  })
})

const PAGES = [
  'README.md',
  ...readdirSync(join(ROOT, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => `docs/${name}`),
]
const LINKS = PAGES.flatMap((page) =>
  [...withoutCode(read(page)).matchAll(/\]\((?!\w+:)([^)\s]+)\)/g)].map(([, link = '']) => [page, link] as const),
)

test.each(LINKS)('%s links to %s, which exists', (page, link) => {
  const [target = '', anchor] = link.split('#')
  const path = target === '' ? page : join(dirname(page), target)
  expect(existsSync(join(ROOT, path))).toBe(true)
  if (anchor !== undefined) expect(anchorsOf(path)).toContain(anchor)
})
