import { expect, test } from 'bun:test'
import { ALERT_EVENTS } from '../../src/alerts/alert.ts'
import { VARIABLE_NAMES } from '../../src/config/variables.ts'
import { knownOf } from '../../src/http/app.fake.ts'
import { createMetrics } from '../../src/http/metrics.ts'
import { ROUTES, type RouteRow } from '../../src/http/routes.ts'
import { EVENT_MEANINGS } from '../../src/report/event-meanings.ts'
import { SCENARIO_NAMES } from '../../src/sandbox/sandbox.ts'
import { FINDING_CODES } from '../../src/verification/codes.ts'
import { NOTE_CODES } from '../../src/verification/notes.ts'
import { sourcesUnder } from './sources.ts'

/** Each name that docs/reference.md promises occurs in a test: a walk over a table alone does not show what a name does. */

/** What writes documents from the tables, and this file. */
const NO_TESTS = /^test\/reference\/|\/held\.test\.ts$/
const TESTS = [...sourcesUnder('src').filter(({ path }) => path.endsWith('.test.ts')), ...sourcesUnder('test')]
  .filter(({ path }) => !NO_TESTS.test(path))
  .map(({ text }) => text)

const { body: scrape } = await createMetrics({ version: '0', runtime: 'bun' }).render(knownOf({}))
const METRICS = [...scrape.matchAll(/^# TYPE (\S+) (\S+)/gm)].map(([, name = '', kind]) => ({ name, kind }))
const PATHS = Object.values<RouteRow>(ROUTES).flatMap(({ paths, aliases = [] }) => [...paths, ...aliases])

const escaped = (name: string) => name.replaceAll(/[.+*?]/g, '\\$&')
/** `token.expires` is not in `token.expires_soon`. */
const word = (name: string) => new RegExp(`(?<![\\w.-])${escaped(name)}(?![\\w-])`)
/** A path is a whole text, or follows an address in one. */
const path = (name: string) => new RegExp(`['"\`}]${escaped(name)}['"\`?]`)
const histogram = (name: string) => new RegExp(`\\b${name}_(bucket|sum|count)\\b`)

const EVENTS = [...Object.keys(EVENT_MEANINGS), ...Object.keys(ALERT_EVENTS)]
const PROMISED: readonly (readonly [name: string, pattern: RegExp])[] = [
  ...[...VARIABLE_NAMES, ...FINDING_CODES, ...NOTE_CODES, ...EVENTS, ...SCENARIO_NAMES].map(
    (name) => [name, word(name)] as const,
  ),
  ...METRICS.map(({ name, kind }) => [name, kind === 'histogram' ? histogram(name) : word(name)] as const),
  ...PATHS.map((name) => [name, path(name)] as const),
]

test('the search finds whole names', () => {
  const within = ["'token.expires_soon'", "'x.token.expires'", "'token.expires'", '/token.expires\\{/']
  expect(within.map((text) => word('token.expires').test(text))).toEqual([false, false, true, true])
  const paths = ["'/health/live'", '`${url}/health?x`', "'/health'"]
  expect(paths.map((text) => path('/health').test(text))).toEqual([false, true, true])
})

test.each(PROMISED)('%s occurs in a test', (_name, pattern) => {
  expect(TESTS.some((text) => pattern.test(text))).toBe(true)
})
