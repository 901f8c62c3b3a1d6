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

describe('what it is built on', () => {
  const images = Object.fromEntries(
    [...dockerfile.matchAll(/^ARG (\w+)=(\S+)$/gm)].map(([, key, image]) => [key, image]),
  )
  const [first, second, last, ...others] = [...dockerfile.matchAll(/^FROM (.+)$/gm)].map(([, from]) => from)

  test('is the Bun of the devDependencies, at the building machine, and Debian by digest', () => {
    expect(Object.keys(images)).toEqual(['BUN_IMAGE', 'DEBIAN_IMAGE'])
    // Renovate adds the digest.
    expect(images['BUN_IMAGE']).toMatch(new RegExp(`^oven/bun:${devDependencies.bun}-slim(@sha256:[0-9a-f]{64})?$`))
    expect(images['DEBIAN_IMAGE']).toMatch(/^debian:[\d.]+-slim@sha256:[0-9a-f]{64}$/)
    expect([first, second, others]).toEqual([
      '${DEBIAN_IMAGE} AS debian',
      '--platform=$BUILDPLATFORM ${BUN_IMAGE} AS build',
      [],
    ])
  })

  test('is nothing in the end, where another architecture could run nothing', () => {
    expect(last).toBe('scratch')
    const instructionsAfter = (from: string) => dockerfile.slice(dockerfile.indexOf(`FROM ${from}`)).split(/^FROM /m)[1]
    for (const stage of [first, last]) expect(instructionsAfter(stage ?? '')).not.toMatch(/^RUN /m)
  })
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
