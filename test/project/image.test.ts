import { describe, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { ROOT } from './sources.ts'

/** The values that the Dockerfile must repeat agree with their sources. */

const read = (path: string) => readFileSync(`${ROOT}${path}`, 'utf8')
const dockerfile = read('Dockerfile')
const { name, description, version, license, devDependencies } = JSON.parse(read('package.json'))

test('the labels are those of the package', () => {
  const labels = [...dockerfile.matchAll(/org\.opencontainers\.image\.(\w+)="([^"]*)"/g)].map(([, key, value]) => [
    key,
    value,
  ])
  expect(Object.fromEntries(labels)).toEqual({ title: name, description, version, licenses: license })
})

test('every stage uses the Bun of the devDependencies', () => {
  const bases = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, base]) => base)
  expect(new Set(bases)).toEqual(new Set([`oven/bun:${devDependencies.bun}-slim`]))
})

describe('.dockerignore', () => {
  const lines = read('.dockerignore')
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))

  test('includes only paths that exist, and never an .env', () => {
    expect(lines[0]).toBe('*')
    expect(lines).toContain('**/.env*')
    for (const path of lines.filter((line) => line.startsWith('!'))) expect(existsSync(ROOT + path.slice(1))).toBe(true)
  })

  test('includes what the Dockerfile copies', () => {
    const copied = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, paths = '']) => paths.split(' '))
    expect(lines.filter((line) => line.startsWith('!')).map((line) => line.slice(1))).toEqual(
      expect.arrayContaining(copied),
    )
  })
})
