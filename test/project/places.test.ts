import { describe, expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { ROUTES, type RouteRow } from '../../src/http/routes.ts'
import { ROOT } from './sources.ts'

/** The recipes of docs/places.md are at least well-formed. test/system runs those for Compose and PM2. */

const text = readFileSync(`${ROOT}docs/places.md`, 'utf8')
const blocks = [...text.matchAll(/^```(\w+)\n(.*?)^```$/gms)].map(
  ([, language = '', code = '']) => [language, code] as const,
)
const PARSERS: Readonly<Record<string, (code: string) => unknown>> = {
  yaml: Bun.YAML.parse,
  toml: Bun.TOML.parse,
  json: JSON.parse,
}
const parsed = blocks.flatMap(([language, code]) => PARSERS[language]?.(code) ?? [])

test('each file of a recipe can be read', () => {
  expect(parsed).toHaveLength(5)
})

test('each recipe asks before the new version starts, and starts the bot behind run', () => {
  for (const { deploy, services } of parsed as any[]) {
    const { preDeployCommand, startCommand } = services?.[0] ?? deploy ?? {}
    if (startCommand === undefined) continue
    expect([preDeployCommand].flat()).toEqual(['node_modules/.bin/token-guard check'])
    expect(startCommand).toBe('node_modules/.bin/token-guard run -- node app.js')
  }
})

describe('the routes', () => {
  const paths = Object.values<RouteRow>(ROUTES).flatMap(({ paths: each }) => each)
  const named = [...new Set([...text.matchAll(/\/health\/\w+/g)].map(([path]) => path))]

  test.each(named)('%s exists', (path) => {
    expect(paths).toContain(path)
  })
})

test('each place that was not run says so, and each claim about a platform has its source', () => {
  for (const place of ['Railway', 'Render', 'Fly.io', 'Heroku', 'Dokku'])
    expect(text).toMatch(new RegExp(`^\\|.*\\b${place.replace('.', '\\.')}.*not run here`, 'm'))
  const bullets = text.slice(text.indexOf('## Railway')).match(/^- \*\*(?:Exit 77|Token):\*\* (?:.|\n {2})+/gm) ?? []
  expect(bullets.length).toBeGreaterThanOrEqual(9)
  expect(bullets.filter((bullet) => !bullet.includes('](https://'))).toEqual([])
})
