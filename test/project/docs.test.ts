import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { VARIABLE_NAMES } from '../../src/config/variables.ts'
import { ROUTES, type RouteRow } from '../../src/http/routes.ts'
import { logLine } from '../../src/report/events.ts'
import { SCENARIO_NAMES } from '../../src/sandbox/sandbox.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const readme = read('README.md')
/** The first column of its tables. */
const named = [...readme.matchAll(/^\| `([^`]+)`/gm)].map(([, name = '']) => name)

describe('the README', () => {
  test('is short', () => {
    expect(readme.split('\n').length).toBeLessThanOrEqual(170)
  })

  test('counts the scenarios and the variables right', () => {
    expect(readme).toContain(`${SCENARIO_NAMES.length} scenarios`)
    const shown = named.filter((name) => (VARIABLE_NAMES as readonly string[]).includes(name))
    expect(shown).toHaveLength(6)
    expect(readme).toContain(`the other ${VARIABLE_NAMES.length - shown.length}`)
  })

  test('names each route', () => {
    const routes = Object.values<RouteRow>(ROUTES).map(({ method, paths }) => `${method} ${paths[0]}`)
    expect(named.filter((name) => /^[A-Z]+ \//.test(name))).toEqual(routes)
  })

  test('has no table that is broken by an empty line', () => {
    expect(readme).not.toMatch(/^\|.*\n\n\|/m)
  })
})

test('a log line has its event and a sentence', () => {
  expect(logLine({ type: 'token.fresh' })).toEqual({
    level: 'info',
    fields: { event: 'token.fresh' },
    message: 'Graph answers again about the token',
  })
})

describe('the lockfiles', () => {
  const { dependencies, devDependencies } = JSON.parse(read('package.json'))
  const wanted: [string, string][] = Object.entries({ ...dependencies, ...devDependencies })
  const npm = JSON.parse(read('package-lock.json')).packages
  const bun = read('bun.lock')

  test.each(wanted)('name the same version of %s', (name, version) => {
    expect(version).toMatch(/^\d+\.\d+\.\d+$/)
    expect(npm[`node_modules/${name}`].version).toBe(version)
    expect(bun).toContain(`"${name}": ["${name}@${version}"`)
  })

  test('of npm names every binary that its packages want: otherwise npm ci refuses it', () => {
    const all = Object.values<any>(npm)
    const wantedBinaries = all.flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
    expect(wantedBinaries.length).toBeGreaterThan(10)
    expect(wantedBinaries.filter((name) => npm[`node_modules/${name}`] === undefined)).toEqual([])
  })

  test('of Bun are of version 1, which every Bun reads', () => {
    expect(bun).toMatch(/"lockfileVersion": 1,/)
  })
})
