import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { EXIT } from '../../src/exit-codes.ts'
import { variable, VARIABLE_NAMES } from '../../src/config/variables.ts'
import { knownOf } from '../../src/http/app.fake.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { logLine } from '../../src/report/events.ts'
import { SCENARIO_NAMES, SCENARIOS } from '../../src/sandbox/sandbox.ts'
import { FINDING_CODES } from '../../src/verification/codes.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const readme = read('README.md')
/** The cells of the table row that begins with `name`. */
const row = (name: string) => {
  const line = readme.split('\n').find((each) => each.startsWith(`| \`${name}\``))
  return line?.split('|').map((cell) => cell.trim().replaceAll('`', '')) ?? []
}

describe('the README', () => {
  test.each(VARIABLE_NAMES)('tells the variable %s with its default', (name) => {
    const { default: value, shownDefault, file } = variable(name)
    const [, names = '', shown = ''] = row(name)
    expect(names).toBe(file ? `${name}, …_FILE` : name)
    expect(shown.replaceAll(', ', ',')).toBe((shownDefault ?? value ?? '–').replaceAll(', ', ','))
  })

  test.each(FINDING_CODES)('tells the finding %s', (code) => {
    expect(readme).toContain(`\`${code}\``)
  })

  test.each(SCENARIO_NAMES)('tells the scenario %s as --help does', (name) => {
    expect(row(name)).toContain(SCENARIOS[name].summary)
  })

  test.each(Object.values(EXIT))('tells the exit code %d', (code) => {
    expect(readme).toMatch(new RegExp(`^\\| ${code} +\\|`, 'm'))
  })

  test('tells every log event', () => {
    const source = read('src/report/events.ts')
    const events = [
      ...source.matchAll(/^ {2}'?([a-z]+(?:\.[a-z_]+)?)'?: \{$/gm),
      ...source.matchAll(/^ {2}'([a-z]+\.[a-z_]+)': \{ /gm),
    ]
    expect(events.length).toBeGreaterThanOrEqual(21)
    for (const [, event] of events) expect(readme).toContain(`\`${event}\``)
  })

  test('tells every metric', async () => {
    const { render } = createMetrics({ version: '0', runtime: 'bun' })
    const { body } = await render(knownOf({}))
    const names = [...body.matchAll(/^# HELP (\S+)/gm)].map(([, name]) => name)
    expect(names.length).toBeGreaterThan(8)
    for (const name of names) expect(readme).toMatch(new RegExp(`^\\| \`${name}[\`{]`, 'm'))
  })

  test('counts the scenarios right', () => {
    expect(readme).toContain(`${SCENARIO_NAMES.length} scenarios`)
  })
})

test('a log line tells its event and a sentence', () => {
  expect(logLine({ type: 'token.fresh' })).toEqual({
    level: 'info',
    fields: { event: 'token.fresh' },
    message: 'Graph answers again: the state is fresh',
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

  test('of npm names every binary that its packages want: npm ci refuses one that does not', () => {
    const all = Object.values<any>(npm)
    const wantedBinaries = all.flatMap(({ optionalDependencies = {} }) => Object.keys(optionalDependencies))
    expect(wantedBinaries.length).toBeGreaterThan(10)
    expect(wantedBinaries.filter((name) => npm[`node_modules/${name}`] === undefined)).toEqual([])
  })

  test('of Bun are of version 1, which every Bun reads', () => {
    expect(bun).toMatch(/"lockfileVersion": 1,/)
  })
})
