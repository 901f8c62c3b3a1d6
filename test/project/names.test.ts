import { expect, test } from 'bun:test'
import { basename } from 'node:path'
import { sourcesUnder } from './sources.ts'

/** One name has one meaning. The sandbox is separate from the rest, and may use the same names. */

const SOURCES = sourcesUnder('src').filter(({ path, isTest }) => !isTest && !path.startsWith('src/sandbox/'))

const typesOf = (declared: RegExp) =>
  SOURCES.flatMap(({ path, text }) => [...text.matchAll(declared)].map(([, name = '']) => ({ name, path })))
const exported = typesOf(/^export (?:type|class|interface) (\w+)/gm)
const local = typesOf(/^(?:type|class|interface) (\w+)/gm)

/** The names that occur more than so many times, with their files. */
function repeated(all: readonly { readonly name: string; readonly path: string }[], times: number): readonly string[] {
  const places = (of: string) => all.filter(({ name }) => name === of).map(({ path }) => path)
  return [...new Set(all.map(({ name }) => name))]
    .filter((name) => places(name).length > times)
    .map((name) => `${name}: ${places(name).join(', ')}`)
}

test('no two exported types have the same name', () => {
  expect(repeated(exported, 1)).toEqual([])
})

test('no local type has the name of an exported one', () => {
  const taken = new Set(exported.map(({ name }) => name))
  expect(local.filter(({ name }) => taken.has(name))).toEqual([])
})

test('no file name occurs in three folders', () => {
  const files = SOURCES.map(({ path }) => ({ name: basename(path).replace(/\.\w+$/, ''), path }))
  expect(
    repeated(
      files.filter(({ name }) => name !== 'index'),
      2,
    ),
  ).toEqual([])
})
