import { describe, expect, test } from 'bun:test'
import { createHash } from 'node:crypto'
import type { Counts, OpenIncident } from '../../fleet/reading.ts'
import type { LastChange } from '../../fleet/worst-first.ts'
import { NOW_MS } from '../../verification/verification.fake.ts'
import { NO_SEARCH } from './addresses.ts'
import { counts, fleetShown, listed } from './fleet-page.fake.ts'
import { fleetPageAnswer, type FleetPageShown } from './fleet-page.tsx'

const page = (changes: Partial<FleetPageShown> = {}) => fleetPageAnswer(fleetShown(changes)).body
const textOf = (html = '') =>
  html
    .replaceAll(/<[^>]*>/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim()
const headline = (html: string) => textOf(/<h1[^>]*>.*?<\/h1>/s.exec(html)?.[0])
const section = (html: string, id: string) => new RegExp(`<section id="${id}".*?</section>`, 's').exec(html)?.[0] ?? ''
const EVIL = '</script><script>alert(1)</script><img src=x onerror=alert(1)>"\'&amp;'

const change: LastChange = {
  seq: '7',
  tokenId: 'customer-1',
  tenant: 'Acme',
  appId: null,
  atMs: NOW_MS - 5_000,
  event: 'status.changed',
  previousStatus: 'pass',
  status: 'fail',
  findings: [],
  count: null,
}

describe('the page of a fleet', () => {
  const tokens = { unknown: 0, pass: 9_000, warn: 0, fail: 0 }
  const suspect = { appId: '1', kind: 'suspect', held: 3 } as const
  const rows: readonly (readonly [string, Partial<Counts>, string])[] = [
    ['All 9,000 pass', { tokens }, 'Of 9,000 tokens, 9,000 pass.'],
    ['1 of 9,001 fails', { tokens: { ...tokens, fail: 1 } }, 'Of 9,001 tokens, 1 fails, 9,000 pass.'],
    [
      '2 of 9,003 fail',
      { tokens: { ...tokens, fail: 2, unknown: 1 } },
      'Of 9,003 tokens, 2 fail, 1 has no verdict yet, 9,000 pass.',
    ],
    ['5 of 9,005 warn', { tokens: { ...tokens, warn: 5 } }, 'Of 9,005 tokens, 5 warn, 9,000 pass.'],
    ['4 of 9,004 not verified yet', { tokens: { ...tokens, unknown: 4 } }, '4 have no verdict yet'],
    ['An incident', { tokens, incidents: [suspect] }, '9,000 pass'],
    ['2 incidents', { tokens, incidents: [suspect, { ...suspect, appId: '2' }] }, '9,000 pass'],
    ['Checks are late', { tokens, lagSeconds: 7_201 }, 'Checks are 2 hours late.'],
    ['Throttled', { tokens, pausedApps: 1 }, 'Graph throttles 1 app.'],
  ]
  test.each(rows)('says in few words: %s', (words, changes, says) => {
    const html = page({ counts: counts(changes) })
    expect(headline(html)).toBe(words)
    expect(html).toContain(`${words} – WhatsApp tokens</title>`)
    expect(textOf(section(html, 'status'))).toContain(says)
  })

  test('says that an empty fleet is empty, and whether its list was read', () => {
    const none = { tokens: { unknown: 0, pass: 0, warn: 0, fail: 0 } }
    const list = { rows: [], hasBefore: false, hasAfter: false }
    const unread = page({ counts: counts({ ...none, listedAtMs: null }), list })
    expect([headline(unread), unread.includes('The list of tokens has not been read yet.')]).toEqual([
      'No tokens',
      true,
    ])
    const empty = page({ counts: counts(none), list })
    expect(textOf(section(empty, 'status'))).toContain('The list of tokens is empty.')
    expect(textOf(section(empty, 'tokens'))).toContain('There is no token here.')
  })

  test('allows nothing but its own style and script', () => {
    const { body, headers } = fleetPageAnswer(fleetShown())
    const policy = headers?.['content-security-policy'] ?? ''
    expect(policy).toStartWith("default-src 'none'")
    expect(policy).not.toContain('unsafe')
    for (const tag of ['style', 'script']) {
      const [, text = ''] = new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(body) ?? []
      expect(text.length).toBeGreaterThan(50)
      expect(policy).toContain(`${tag}-src 'sha256-${createHash('sha256').update(text).digest('base64')}'`)
    }
    expect(body).not.toMatch(/ style=| on[a-z]+=|https?:\/\//)
    expect(headers).toMatchObject({ vary: 'Authorization', 'x-frame-options': 'DENY' })
  })

  test('never loads itself anew while somebody types', () => {
    expect(page()).not.toContain('http-equiv')
  })

  test('leads from each number and each finding to its tokens, and says what a finding means', () => {
    const html = page({
      counts: counts({ tokens: { unknown: 1, pass: 2, warn: 3, fail: 4 } }),
      wrong: [
        { code: 'token.revoked', tokens: 1_200, failing: 1_200 },
        { code: 'phone.blocked', tokens: 2, failing: 1 },
        { code: 'of.a_newer_version', tokens: 1, failing: 0 },
      ],
    })
    expect([...html.matchAll(/id="count-(\w+)" href="([^"]+)"/g)].map(([, ...each]) => each)).toEqual(
      ['fail', 'warn', 'unknown', 'pass'].map((status) => [status, `?status=${status}#tokens`]),
    )
    const wrong = section(html, 'wrong')
    expect(wrong).toContain('<a href="?code=token.revoked#tokens">1,200 tokens</a>')
    expect(textOf(wrong)).toMatch(/token\.revoked .*The token was ended.* phone\.blocked .* 1 of them fail\./)
    expect(wrong).toContain('of.a_newer_version')
  })

  test('shows how the work goes', () => {
    const busy = { lagSeconds: 8_000, pausedApps: 2, unsentChanges: 3, listedAtMs: null }
    expect(textOf(section(page({ counts: counts(busy) }), 'work'))).toMatch(
      /2 hours .*late .*2 apps .*3 changes .*not yet/,
    )
    expect(textOf(section(page(), 'work'))).toMatch(/in time .*no app .*nothing .*60 s ago|1 min ago/)
  })

  test('shows ten incidents, what took effect before what is held', () => {
    const incidents = Array.from({ length: 10 }, (_, n): OpenIncident => {
      const kind = n === 9 ? 'confirmed' : n % 2 === 0 ? 'suspect' : 'watched'
      return { appId: `app-${n}`, kind, held: n }
    })
    const html = section(page({ counts: counts({ incidents }) }), 'incidents')
    expect([...html.matchAll(/id="incident-(app-\d)"/g)].map(([, app]) => app)).toEqual(
      [9, 8, 6, 4, 2, 0, 7, 5, 3, 1].map((n) => `app-${n}`),
    )
    expect(html).toContain('<a href="?code=fleet.suspect&amp;app=app-8#tokens">8 refusals held</a>')
  })

  test('counts the incidents beyond twenty', () => {
    const incidents = Array.from({ length: 23 }, (_, n) => ({ appId: `${n}`, kind: 'suspect' as const, held: 1 }))
    const html = section(page({ counts: counts({ incidents }) }), 'incidents')
    expect([html.match(/<article/g)?.length, textOf(html).endsWith('And 3 more apps.')]).toEqual([20, true])
  })

  test('shows the last changes, of tokens and of apps', () => {
    const ofApp = { ...change, tokenId: null, tenant: null, appId: '77', event: 'fleet.confirmed', count: 37 }
    const html = section(page({ changes: [change, { ...ofApp, previousStatus: null }] }), 'last')
    expect(html).toContain('<a href="tokens/customer-1">')
    expect(textOf(html)).toMatch(/customer-1 of Acme .*status\.changed after pass, .*App 77 , 37 tokens .*fleet\.conf/)
    expect(textOf(section(page(), 'last'))).toContain('None yet.')
  })
})

describe('the list', () => {
  test('has the rows in the order in which they come, each with its page', () => {
    const rows = [
      listed({ id: 'b', status: 'fail', codes: ['token.revoked'] }),
      listed({ id: 'a/..', checkedAt: null }),
    ]
    const html = section(page({ list: { rows, hasBefore: false, hasAfter: false } }), 'tokens')
    expect([...html.matchAll(/<a href="tokens\/([^"]+)"/g)].map(([, id]) => id)).toEqual(['b', 'a%2F..'])
    expect(textOf(html)).toMatch(/fail b Acme .*token\.revoked .*pass a\/\.\. Acme .*not yet/)
    expect(html).not.toContain('rel=')
  })

  test('goes on and back from the rows at its ends, and keeps what was searched for', () => {
    const rows = [listed({ id: 'a', status: 'warn' }), listed({ id: 'b c' })]
    const search = { ...NO_SEARCH, text: 'x&y', tenant: 'Acme' }
    const html = section(page({ search, list: { rows, hasBefore: true, hasAfter: true } }), 'tokens')
    expect(html).toContain('<a href="?q=x%26y&amp;tenant=Acme&amp;before=warn%3Aa#tokens" rel="prev">')
    expect(html).toContain('<a href="?q=x%26y&amp;tenant=Acme&amp;after=pass%3Ab%20c#tokens" rel="next">')
    expect(html).toContain('<input type="hidden" name="tenant" value="Acme"/>')
    expect(html).toContain('value="x&amp;y"')
  })

  test('says that nothing is like what was searched for, and keeps a finding that nothing has', () => {
    const search = { ...NO_SEARCH, code: 'token.expired' }
    const html = section(page({ search, list: { rows: [], hasBefore: false, hasAfter: false } }), 'tokens')
    expect(textOf(html)).toContain('No token is like this.')
    expect(html).toMatch(/<option value="token\.expired" selected/)
  })
})

describe("strangers' texts", () => {
  test('are escaped wherever they are', () => {
    const html = page({
      counts: counts({ incidents: [{ appId: EVIL, kind: 'suspect', held: 1 }] }),
      wrong: [{ code: EVIL, tokens: 1, failing: 0 }],
      list: { rows: [listed({ id: EVIL, tenant: EVIL, appId: EVIL, codes: [EVIL] })], hasBefore: true, hasAfter: true },
      changes: [
        { ...change, tokenId: EVIL, tenant: EVIL, event: EVIL },
        { ...change, tokenId: null, appId: EVIL },
      ],
      search: { status: EVIL, code: EVIL, app: EVIL, tenant: EVIL, text: EVIL },
    })
    expect(html).not.toContain('<img')
    expect(html.match(/<script/g)).toHaveLength(1)
    expect(html).toContain('&lt;img src=x')
    // No quote of theirs ends an attribute.
    expect(html).not.toMatch(/="[^"]*<\/script>/)
  })

  test('turn nothing around, and hide nothing', () => {
    const html = page({
      list: { rows: [listed({ id: 'a\u202Eb\u2066', tenant: 'شركة' })], hasBefore: false, hasAfter: false },
    })
    expect(html).toContain('<bdi class="stranger">a\\u{202e}b\\u{2066}</bdi>')
    expect(html).toContain('<bdi class="stranger">شركة</bdi>')
    expect(html).toContain(`href="tokens/${encodeURIComponent('a\u202Eb\u2066')}"`)
  })
})
