import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { ROOT, sourcesUnder, type Source } from './sources.ts'

/** The imports between folders are those that ARCHITECTURE.md permits. */

const SOURCES = sourcesUnder('src').filter(({ isTest }) => !isTest)
/** A file at the top that counts as a folder of its own. */
const LEAF = 'exit-codes'
const FOLDERS = [
  ...new Set(SOURCES.map(({ path }) => path.split('/')[1] ?? '').filter((part) => !part.includes('.'))),
  LEAF,
]

/** The rows of the table of folders: `| `graph/` | what | imports |`. */
const TABLE = new Map(
  readFileSync(`${ROOT}ARCHITECTURE.md`, 'utf8')
    .split('\n')
    .flatMap((line): readonly (readonly [string, readonly string[]])[] => {
      const [, name = '', , allowed = ''] = line.split('|').map((cell) => cell.trim())
      const folder = /^`([a-z-]+)(?:\/|\.ts)`$/.exec(name)?.[1]
      if (folder === undefined) return []
      return [
        [
          folder,
          allowed.startsWith('all') ? FOLDERS : FOLDERS.filter((each) => new RegExp(`\\b${each}\\b`).test(allowed)),
        ],
      ]
    }),
)

const IMPORT = /(?:from|import)\s*\(?'(\.[^']+\.(?:ts|tsx))'/g

function importsOf({ path, text }: Source): readonly { readonly folder: string; readonly file: string }[] {
  return [...text.matchAll(IMPORT)].map(([, target = '']) => {
    const url = new URL(target, `file:///${path}`).pathname.slice(1)
    const [, folder = '', ...file] = url.split('/')
    return { folder: folder.replace(/\.ts$/, ''), file: file.join('/') }
  })
}

const ownFolder = ({ path }: Source) => path.split('/')[1]?.replace(/\.ts$/, '') ?? ''

test('the table of ARCHITECTURE.md has a row for each folder, and none for others', () => {
  expect([...TABLE.keys()].toSorted()).toEqual([...new Set([...FOLDERS, 'cli', 'boot', 'index', 'library'])].toSorted())
})

test.each(SOURCES.map((source) => [source.path, source] as const))(
  '%s imports only what its folder may',
  (_path, source) => {
    const own = ownFolder(source)
    const foreign = importsOf(source).filter(({ folder }) => folder !== own)
    expect(foreign.filter(({ folder }) => !TABLE.get(own)?.includes(folder))).toEqual([])
  },
)

test('every folder uses every import that the table permits', () => {
  for (const [folder, allowed] of TABLE) {
    if (folder === 'commands') continue // the composition root may import all
    const used = SOURCES.filter((source) => ownFolder(source) === folder).flatMap(importsOf)
    const unused = allowed.filter((each) => each !== folder && !used.some((target) => target.folder === each))
    expect([folder, unused]).toEqual([folder, []])
  }
})

test('the sandbox is imported only by its entry and its table of scenarios', () => {
  const entries = SOURCES.filter((source) => ownFolder(source) !== 'sandbox')
    .flatMap(importsOf)
    .filter(({ folder }) => folder === 'sandbox')
  expect([...new Set(entries.map(({ file }) => file))].toSorted()).toEqual(['sandbox.ts', 'scenarios.ts'])
})

test('no two files import each other', () => {
  const targets = new Map(
    SOURCES.map((source) => [
      source.path,
      importsOf(source).map(({ folder, file }) => (file === '' ? `src/${folder}.ts` : `src/${folder}/${file}`)),
    ]),
  )
  const cycles = [...targets].flatMap(([path, files]) =>
    files.filter((file) => targets.get(file)?.includes(path) === true),
  )
  expect(cycles).toEqual([])
})
