import { describe, expect, test } from 'bun:test'
import { healthOf } from '../../report/health.fake.ts'
import { ALL_WELL } from '../../report/health.fake.ts'
import { APP, deadToken, liveToken, NOW_MS, policy } from '../../verification/verification.fake.ts'
import { FINGERPRINT, RELEASE } from '../app.fake.ts'
import { oneToken } from './fleet-page.fake.ts'
import { noTokenAnswer, tokenPageAnswer } from './token-page.tsx'

const DEPS = { release: RELEASE, policy: policy() }
const page = (one = oneToken()) => tokenPageAnswer(one, DEPS).body
const headline = (html: string) => /<h1[^>]*>(.*?)<\/h1>/s.exec(html)?.[1]
const EVIL = '"><img src=x onerror=alert(1)>'

describe('the page of one token', () => {
  test.each([
    ['Verified', { answers: ALL_WELL }],
    ['Warning', { answers: [liveToken({ type: 'USER' })] }],
    ['Refused', { answers: [deadToken('revoked')] }],
    ['Unverified', {}],
  ])('%s', (expected, heard) => {
    expect(headline(page(oneToken({}, heard)))).toBe(expected)
  })

  test("has what the operator's page of a single guard has, and whose token it is", () => {
    const drift = { field: 'scopes', before: ['a'], after: ['a', 'b'], severity: 'warn', checkId: '1' } as const
    const html = page({
      ...oneToken({}, { answers: [...ALL_WELL.slice(1), deadToken('expired')] }),
      past: { drifts: [{ ...drift, atMs: NOW_MS }], statuses: [{ atMs: NOW_MS, before: null, after: 'pass' }] },
    })
    for (const each of [
      'id="token.expired"',
      'What to do',
      FINGERPRINT,
      '[&quot;a&quot;,&quot;b&quot;]',
      'at the first check',
      'Next check at',
      '<form method="post" action="../fleet/tokens/customer-1/check">',
      '<a href="../?tenant=Acme#tokens">',
      `<a href="../?app=${APP}#tokens">`,
    ])
      expect(html).toContain(each)
  })

  test('says that Graph throttles its app', () => {
    expect(page({ ...oneToken(), next: { atMs: NOW_MS, isThrottled: true } })).toContain('Graph throttles this app.')
  })

  test('shows what is held, next to the state that stays', () => {
    const html = page({ ...oneToken(), held: healthOf({ answers: [deadToken('revoked')] }) })
    expect(headline(html)).toBe('Verified')
    expect(html).toMatch(/<section id="held".*The token was revoked through the API/s)
    expect(page()).not.toContain('id="held"')
  })

  test('speaks of the list, and not of variables that a fleet does not have', () => {
    const heard = { answers: ALL_WELL, policy: policy({ businessAccountId: null, phoneNumberIds: [] }) }
    const html = page(oneToken({ business_account_id: null, phone_number_id: null }, heard))
    expect(html).toContain('The account is not verified: the list names none for this token.')
    expect(html).not.toContain('is not set')
  })

  test('escapes the id and the tenant, and shortens a long id in the tab', () => {
    const html = page(oneToken({ id: EVIL + 'x'.repeat(300), tenant: EVIL, app_id: null, app: EVIL }))
    expect(html).not.toContain('<img')
    expect(html).toContain(`action="../fleet/tokens/${encodeURIComponent(EVIL)}`)
    expect(/<title>(.*?)<\/title>/s.exec(html)?.[1]?.length).toBeLessThan(160)
  })

  test('of an id that the fleet does not have says so', () => {
    const { status, body, headers } = noTokenAnswer(EVIL)
    expect([status, headline(body), body.includes('<img')]).toEqual([404, 'Not found', false])
    expect(headers?.['content-security-policy']).toContain("default-src 'none'")
  })
})
