import { describe, expect, test } from 'bun:test'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { BODIES, SHOWN_FORMATS, type ShownFormat } from '../../src/alerts/receivers/bodies.fake.ts'
import { configOf, TOKEN } from '../../src/config/config.fake.ts'
import { exampleBody, examples } from '../reference/alerts.ts'
import { ROOT } from './sources.ts'

/** An example of each body is kept in `test/fixtures/alerts`, and what is seen of it in docs/alerts.md: `npm run docs`. */
const DOC = `${ROOT}docs/alerts.md`
const FOLDER = `${ROOT}test/fixtures/alerts`
const FROM = '<!-- What follows is written by `npm run docs`. -->\n'
const TO = '\n<!-- Here it ends. -->'

const isWriting = process.env['DOCS_WRITE'] === '1'
const kept = (format: ShownFormat) => JSON.parse(readFileSync(`${FOLDER}/${format}.json`, 'utf8'))
const read = () => readFileSync(DOC, 'utf8')

test.each(SHOWN_FORMATS)('the example for %s is what the tables say', (format) => {
  mkdirSync(FOLDER, { recursive: true })
  const body = exampleBody(format)
  if (isWriting) writeFileSync(`${FOLDER}/${format}.json`, `${JSON.stringify(body, null, 2)}\n`)
  expect(kept(format)).toEqual(body)
  expect(BODIES[format].safeParse(kept(format)).error).toBeUndefined()
})

test('what docs/alerts.md shows is what the tables say', () => {
  const text = read()
  const [start, end] = [text.indexOf(FROM) + FROM.length, text.indexOf(TO)]
  expect(start).toBeGreaterThan(FROM.length)
  const written = `\n${examples(kept)}\n`
  if (isWriting) writeFileSync(DOC, text.slice(0, start) + written + text.slice(end))
  expect(read().slice(start, read().indexOf(TO)).trim()).toBe(written.trim())
})

describe('docs/alerts.md', () => {
  const prose = read().slice(0, read().indexOf(FROM)) + read().slice(read().indexOf(TO))

  test('is short', () => {
    expect(prose.split(/\s+/).length).toBeLessThanOrEqual(1_400)
  })

  test.each([...prose.matchAll(/^TOKEN_GUARD_ALERT_URL='([^']+)'$/gm)].map(([, address = '']) => address))(
    'shows an address that is read as it stands there: %s',
    (address) => {
      const env = { WHATSAPP_TOKEN: TOKEN, TOKEN_GUARD_ALERT_URL: address, WHATSAPP_BUSINESS_ACCOUNT_ID: '1' }
      expect(configOf(env).alertUrl?.reveal()).toBe(address)
    },
  )

  test('shows at least an address for each receiver that needs more than what it was given', () => {
    for (const part of ['teams+https:', 'chat_id=', 'routing_key=', 'slack+https:', 'ntfy', '/notify/'])
      expect(prose).toContain(part)
  })
})
