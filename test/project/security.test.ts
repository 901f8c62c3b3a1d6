import { describe, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { ROOT } from './sources.ts'

/** SECURITY.md is right about the dependencies, and about the tests that it names. */

const read = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8')
const security = read('SECURITY.md')
const manifest = JSON.parse(read('package.json'))

type Locked = { readonly license?: string; readonly dev?: boolean; readonly hasInstallScript?: boolean }
const locked: readonly (readonly [path: string, entry: Locked])[] = Object.entries(
  JSON.parse(read('package-lock.json')).packages as Record<string, Locked>,
).filter(([path]) => path !== '')
const licenceOf = (name: string) => locked.find(([path]) => path === `node_modules/${name}`)?.[1].license
const shipped = locked.filter(([, { dev }]) => dev !== true)

/** The rows below a heading: name and licence. */
function rowsBelow(heading: string): readonly (readonly [name: string, licence: string])[] {
  const [, after = ''] = security.split(`### ${heading}\n`)
  const [section = ''] = after.split('\n#')
  return section
    .split('\n')
    .map((line) => line.split('|').map((cell) => cell.trim()))
    .filter(([, name = '-', , reason = '']) => !/^-+$|^package$/.test(name) && reason !== '')
    .map(([, name = '', licence = '']) => [name, licence])
}

describe('SECURITY.md', () => {
  test.each([
    ['Shipped', manifest.dependencies],
    ['For development', manifest.devDependencies],
  ] as const)('lists what is in package.json: %s', (heading, dependencies) => {
    const names = Object.keys(dependencies)
    expect(names.length).toBeGreaterThan(5)
    expect(rowsBelow(heading)).toEqual(names.map((name) => [name, licenceOf(name) ?? 'none']))
  })

  test('names the licence of every shipped package, direct or not', () => {
    expect(shipped.length).toBeGreaterThan(20)
    const permitted = /^(?:MIT|ISC|BSD-[23]-Clause|Apache-2\.0)$/
    expect(shipped.filter(([, { license }]) => !permitted.test(license ?? '')).map(([path]) => path)).toEqual([])
  })

  test('is right that no shipped package runs a script when it is installed', () => {
    expect(shipped.filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([path]) => path)).toEqual([])
  })

  test('names tests that exist', () => {
    const named = [...security.matchAll(/`(test\/[\w/.-]+\.test\.ts)`/g)].map(([, path]) => path)
    expect(named.length).toBeGreaterThan(8)
    expect(named.filter((path) => !existsSync(`${ROOT}${path}`))).toEqual([])
  })

  test.each([...Object.entries(manifest.dependencies), ...Object.entries(manifest.devDependencies)])(
    'is right that versions are exact: %s %s',
    (_name, version) => {
      expect(version).toMatch(/^\d+\.\d+\.\d+$/)
    },
  )
})
