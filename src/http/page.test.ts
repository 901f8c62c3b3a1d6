import { describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { ALL_WELL, silence } from '../report/health.fake.ts'
import { anyAnswers, anyPolicy, MARKER } from '../verification/facts.fake.ts'
import {
  ACCOUNT,
  because,
  deadToken,
  IDS,
  liveToken,
  NOW_MS,
  PHONE,
  policy,
} from '../verification/verification.fake.ts'
import { CONFIG, FINGERPRINT, knownOf, RELEASE } from './app.fake.ts'
import type { Known } from './operator.ts'
import { pageAnswer } from './page.tsx'
import { placesFrom } from './page/places.ts'
import type { Shown, View } from './page/words.ts'

function shown(known: Known, changes: Partial<Shown> = {}): Shown {
  const { view = 'public' } = changes
  const places = placesFrom(view === 'public' ? '/' : '/operator', view)
  const defaults = { release: RELEASE, overriding: null, config: CONFIG, hasOperator: false, nowMs: NOW_MS }
  return { known, view, places, ...defaults, ...changes }
}
const page = (known: Known, view: View = 'public') => pageAnswer(shown(known, { view })).body
const headline = (html: string) =>
  /<h1[^>]*>(.*?)<\/h1>/s
    .exec(html)?.[1]
    ?.replaceAll(/<[^>]*>/g, '')
    .trim()
const EVIL = '</script><script>alert(1)</script><img src=x onerror=alert(1)>"\'&amp;'

describe('the page', () => {
  test.each([
    ['Verified', { answers: ALL_WELL }],
    ['Warning', { answers: [liveToken({ type: 'USER' })] }],
    ['Refused', { answers: [deadToken('revoked')] }],
    ['Unverified', { silences: { token: silence() } }],
  ])('%s', (expected, heard) => {
    const html = page(knownOf(heard))
    expect(html).toStartWith('<!doctype html>')
    expect(headline(html)).toBe(expected)
  })

  test('of a stop says so', () => {
    const { status, body } = pageAnswer(shown(knownOf({ answers: ALL_WELL }), { overriding: { output: 'Stopping.' } }))
    expect([status, headline(body)]).toEqual([200, 'Stopping'])
    expect(body).toContain('Stopping.')
  })

  test('allows nothing but its own style and script', () => {
    const { body, headers } = pageAnswer(shown(knownOf({ answers: ALL_WELL })))
    const policy = headers?.['content-security-policy'] ?? ''
    expect(policy).toStartWith("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    for (const tag of ['style', 'script']) {
      const [, text = ''] = new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(body) ?? []
      expect(text.length).toBeGreaterThan(50)
      expect(policy).toContain(`${tag}-src 'sha256-${createHash('sha256').update(text).digest('base64')}'`)
    }
    expect(body).not.toMatch(/ style=| on[a-z]+=|https?:\/\//)
  })

  test('refreshes itself without script', () => {
    expect(page(knownOf({}))).toMatch(/<noscript><meta http-equiv="refresh" content="\d+"/)
  })

  test('shows what to do about each finding, in both views', () => {
    const known = knownOf({ answers: [liveToken({ scopes: [] })] })
    for (const view of ['public', 'operator'] as const) {
      const html = page(known, view)
      for (const { code, remedy } of known.health.findings) {
        expect(html).toContain(`<code>${code}</code>`)
        expect(html).toContain(remedy.split('"')[0] ?? '')
      }
    }
  })
})

describe('what the guard waits for', () => {
  const waiting = (reason: 'throttled' | null) => {
    const known = knownOf({ answers: ALL_WELL })
    return page({ ...known, health: { ...known.health, plan: { nextCheckAtMs: NOW_MS + 3_600_000, reason } } })
  }

  test('is shown, and until when', () => {
    expect(waiting('throttled')).toContain('Graph throttles this app. Next check at')
    expect(waiting(null)).not.toContain('throttles')
    for (const html of [waiting(null), waiting('throttled')]) expect(html).toContain('2026-06-01 01:00:00 UTC')
    expect(page(knownOf({ answers: ALL_WELL }))).not.toContain('Next check')
  })
})

test('notes have a section of their own', () => {
  const heard = { answers: ALL_WELL, policy: policy({ phoneNumberIds: [] }) }
  expect(page(knownOf(heard))).toContain(
    '<p>The phone number is not verified: WHATSAPP_PHONE_NUMBER_ID is not set.</p>',
  )
  expect(page(knownOf({ answers: ALL_WELL }))).not.toContain('Worth knowing')
})

describe('the public page', () => {
  test('holds no id, no fingerprint and no text of Graph, whatever Graph says', () => {
    fc.assert(
      fc.property(anyAnswers, anyPolicy, (answers, policy) => {
        const config = { ...CONFIG, ...policy }
        const html = pageAnswer(shown(knownOf({ answers, policy }), { config, hasOperator: true })).body
        expect([...IDS, MARKER, FINGERPRINT].filter((each) => html.includes(each))).toEqual([])
      }),
      { numRuns: 50 },
    )
  })
})

describe("the operator's page", () => {
  test('has the fingerprint and the drift', () => {
    const drift = { field: 'scopes', before: ['a'], after: ['a', 'b'], severity: 'warn', checkId: 'c1' } as const
    const html = page(
      knownOf(
        { answers: ALL_WELL },
        { drifts: [{ ...drift, atMs: NOW_MS }], statuses: [{ atMs: NOW_MS, before: 'pass', after: 'warn' }] },
      ),
      'operator',
    )
    expect(html).toContain(FINGERPRINT)
    expect(html).toContain('[&quot;a&quot;,&quot;b&quot;]')
    expect(html).toContain(new Date(NOW_MS).toISOString())
    expect(html).toContain('after pass')
  })

  test('names the account and the number by their ids', () => {
    const html = page(knownOf({ answers: ALL_WELL }), 'operator')
    for (const title of [`<dt>Messaging account ${ACCOUNT}</dt>`, `<dt>Number ${PHONE}</dt>`])
      expect(html).toContain(title)
  })

  test('escapes every text of Graph', () => {
    const answers = [deadToken('revoked', because(190, null, EVIL))]
    const drift = { field: EVIL, before: EVIL, after: [EVIL], severity: 'warn', checkId: 'c1' } as const
    const html = page(
      knownOf({ answers }, { drifts: [{ ...drift, atMs: NOW_MS, phoneNumberId: EVIL }], statuses: [] }),
      'operator',
    )
    expect(html).not.toContain('<img')
    expect(html.match(/<script/g)).toHaveLength(1)
    expect(html).toContain('&lt;img src=x')
  })
})
