import { describe, expect, test } from 'bun:test'
import { CHECK_KEYS, KEY_OF } from '../codes.ts'
import type { LiveToken } from '../facts.ts'
import { CHILD_OUTDATED } from '../../guard/remarks.ts'
import type { Policy } from '../policy.ts'
import {
  ACCOUNT,
  APP,
  because,
  codes,
  DAY_MS,
  deadToken,
  foreignToken,
  HOUR_MS,
  liveToken,
  NOW_MS,
  OTHER_ID,
  OTHER_PHONE,
  policy,
  SCOPES,
  judge,
} from '../verification.fake.ts'

type Row = readonly [what: string, token: Partial<LiveToken>, demanded: Partial<Policy>, found: readonly string[]]

const judgeLive = (token: Partial<LiveToken>, demanded: Partial<Policy> = {}) =>
  judge(liveToken(token), policy(demanded), NOW_MS)
const found = (token: Partial<LiveToken>, demanded: Partial<Policy>) =>
  judgeLive(token, demanded).map(({ code, severity }) => `${severity} ${code}`)
const messaging = (targetIds: readonly string[] | null) => ({
  granularScopes: [{ scope: 'whatsapp_business_messaging', targetIds }],
})

test('a token as the guide makes it has no finding', () => {
  expect(judge(liveToken(), policy(), NOW_MS)).toEqual([])
})

describe('a dead token', () => {
  test.each(['expired', 'revoked', 'invalid'] as const)('that is %s is a refusal with the codes of Graph', (cause) => {
    const findings = judge(deadToken(cause, because(190, 463)), policy(), NOW_MS)
    expect(findings).toMatchObject([
      { code: `token.${cause}`, severity: 'fail', key: 'token:validity', reason: { code: 190, subcode: 463 } },
    ])
  })

  test('needs no reason', () => {
    expect(judge(deadToken('invalid', null), policy(), NOW_MS)).toMatchObject([{ code: 'token.invalid', reason: null }])
  })

  test('has no other finding, whatever the policy', () => {
    const strict = policy({ requiredScopes: [['ads_read']], appId: OTHER_ID })
    expect(codes(judge(deadToken('revoked'), strict, NOW_MS))).toEqual(['token.revoked'])
  })
})

describe('expires_at', () => {
  const rows: readonly Row[] = [
    ['never, under never', { expiresAt: 'never' }, {}, []],
    ['never, under rotate', { expiresAt: 'never' }, { expiry: 'rotate' }, []],
    ['never, under temporary', { expiresAt: 'never' }, { expiry: 'temporary' }, []],
    ['absent, as with an app token', { expiresAt: null }, {}, []],
    ['ahead, under never', { expiresAt: NOW_MS + 60 * DAY_MS }, {}, ['fail token.expires']],
    ['one second ahead, under never', { expiresAt: NOW_MS + 1_000 }, {}, ['fail token.expires']],
    ['exactly now, under never', { expiresAt: NOW_MS }, {}, ['fail token.expired', 'fail token.expires']],
    ['60 days ahead, under rotate', { expiresAt: NOW_MS + 60 * DAY_MS }, { expiry: 'rotate' }, []],
    ['exactly ROTATE_BEFORE ahead', { expiresAt: NOW_MS + 14 * DAY_MS }, { expiry: 'rotate' }, []],
    ['just less', { expiresAt: NOW_MS + 14 * DAY_MS - 1 }, { expiry: 'rotate' }, ['warn token.expires_soon']],
    [
      'just less, under temporary',
      { expiresAt: NOW_MS + DAY_MS },
      { expiry: 'temporary' },
      ['warn token.expires_soon'],
    ],
    ['an hour ahead', { expiresAt: NOW_MS + HOUR_MS }, { expiry: 'rotate', rotateBeforeMs: HOUR_MS }, []],
  ]
  test.each(rows)('%s', (_what, token, demanded, expected) => {
    expect(found(token, demanded)).toEqual([...expected])
  })

  test.each(['never', 'rotate', 'temporary'] as const)('that has passed refuses under %s', (expiry) => {
    expect(found({ expiresAt: NOW_MS }, { expiry })).toContain('fail token.expired')
    expect(found({ expiresAt: NOW_MS - 90 * DAY_MS }, { expiry })).toContain('fail token.expired')
    expect(found({ expiresAt: NOW_MS + 1 }, { expiry })).not.toContain('fail token.expired')
  })

  test('the remedy of an expiry under never names rotate, and says that Meta no longer offers "Never" to all', () => {
    const [finding] = judgeLive({ expiresAt: NOW_MS + DAY_MS })
    expect(finding?.remedy).toContain('TOKEN_GUARD_EXPIRY=rotate')
    expect(finding?.remedy).toMatch(/no longer offers "Never"/)
  })

  test('the countdown is shown', () => {
    const [finding] = judgeLive({ expiresAt: NOW_MS + 23 * HOUR_MS }, { expiry: 'temporary' })
    expect(finding?.summary).toContain('23 hours')
  })
})

describe('data_access_expires_at', () => {
  test.each([
    ['never', 'never', []],
    ['absent', null, []],
    ['90 days ahead', NOW_MS + 90 * DAY_MS, []],
    ['just beyond 14 days', NOW_MS + 14 * DAY_MS + 1_000, []],
    ['exactly 14 days ahead', NOW_MS + 14 * DAY_MS, ['warn token.data_access_expires']],
    ['just within 14 days', NOW_MS + 14 * DAY_MS - 1_000, ['warn token.data_access_expires']],
    ['now', NOW_MS, ['warn token.data_access_expires']],
    ['long ago', NOW_MS - 90 * DAY_MS, ['warn token.data_access_expires']],
  ] as const)('%s', (_what, dataAccessExpiresAt, expected) => {
    expect(found({ dataAccessExpiresAt }, {})).toEqual([...expected])
  })

  test('that has passed is reported as ended', () => {
    expect(judgeLive({ dataAccessExpiresAt: NOW_MS })[0]?.summary).toContain('has ended')
    expect(judgeLive({ dataAccessExpiresAt: NOW_MS + DAY_MS })[0]?.summary).not.toContain('has ended')
  })
})

describe('type', () => {
  test.each([
    ['SYSTEM_USER', []],
    ['USER', ['warn token.type']],
    [null, ['warn token.type']],
    ['PAGE', ['fail token.type']],
    ['APP', ['fail token.type']],
  ])('%p', (type, expected) => {
    expect(found({ type }, {})).toEqual(expected)
  })
})

describe('scopes', () => {
  const renamed = { requiredScopes: [['new_name', 'old_name'], ['business_management']] }
  test.each([
    ['each is there', SCOPES, {}, []],
    ['more than demanded', [...SCOPES, 'email'], {}, []],
    ['in another order', SCOPES.toReversed(), {}, []],
    ['one is missing', SCOPES.slice(1), {}, ['business_management']],
    ['two are missing', SCOPES.slice(2), {}, ['business_management', 'whatsapp_business_messaging']],
    ['none is there', [], {}, SCOPES],
    ['nothing is demanded', [], { requiredScopes: [] }, []],
    ['the first of two alternatives', ['new_name', 'business_management'], renamed, []],
    ['the second of two alternatives', ['old_name', 'business_management'], renamed, []],
    ['both alternatives', ['old_name', 'new_name', 'business_management'], renamed, []],
    ['neither alternative', ['business_management'], renamed, ['new_name or old_name']],
    ['a longer name is another scope', ['whatsapp_business_management'], renamed, ['new_name or old_name', SCOPES[0]]],
  ])('%s', (_what, scopes, demanded, missing) => {
    const findings = judgeLive({ scopes }, demanded)
    expect(findings.map(({ code, severity }) => `${severity} ${code}`)).toEqual(missing.map(() => 'fail scope.missing'))
    expect(findings.map(({ expected }) => expected)).toEqual(missing as string[])
  })
})

describe('app_id', () => {
  test.each([
    ['the configured one', APP, APP, []],
    ['another one', OTHER_ID, APP, ['fail app.mismatch']],
    ['another one, and none is configured', OTHER_ID, null, []],
    ['absent', null, APP, []],
  ])('%s', (_what, appId, configured, expected) => {
    expect(found({ appId }, { appId: configured })).toEqual(expected)
  })

  test('counts as another one if Graph does not show the token to the configured app', () => {
    expect(judge(foreignToken(), policy(), NOW_MS)).toMatchObject([
      { code: 'app.mismatch', severity: 'fail', key: 'token:app', reason: { code: 100, subcode: null } },
    ])
  })
})

describe('the targets of whatsapp_business_messaging', () => {
  const rows: readonly Row[] = [
    ['hold the account', messaging([OTHER_ID, ACCOUNT]), {}, []],
    ['hold others only', messaging([OTHER_ID]), {}, ['fail account.unassigned']],
    ['are absent: proves nothing', messaging(null), {}, []],
    ['are empty: proves nothing', messaging([]), {}, []],
    ['have no entry: proves nothing', { granularScopes: [] }, {}, []],
    ['hold others, and no account is configured', messaging([OTHER_ID]), { businessAccountId: null }, []],
    ['are no numbers', messaging([ACCOUNT]), { phoneNumberIds: [OTHER_PHONE] }, []],
  ]
  test.each(rows)('%s', (_what, token, demanded, expected) => {
    expect(found(token, demanded)).toEqual([...expected])
  })

  test.each(['business_management', 'whatsapp_business_management', 'whatsapp_business_manage_events'])(
    'those of %s are not judged',
    (scope) => {
      expect(found({ granularScopes: [{ scope, targetIds: [OTHER_ID] }] }, {})).toEqual([])
    },
  )

  test('may come in several entries', () => {
    const scope = 'whatsapp_business_messaging'
    const split = [OTHER_ID, ACCOUNT].map((id) => ({ scope, targetIds: [id] }))
    expect(found({ granularScopes: split }, {})).toEqual([])
  })
})

test('each code has a place among the check keys', () => {
  expect(Object.values(KEY_OF).filter((key) => !CHECK_KEYS.includes(key))).toEqual([])
})

describe('what was observed', () => {
  const observed = (token: Partial<LiveToken>, demanded: Partial<Policy> = {}) =>
    judgeLive(token, demanded).map((finding) => finding.observed)

  test('of a type is the type, or that there is none', () => {
    expect(observed({ type: 'USER' })).toEqual(['type USER'])
    expect(observed({ type: null })).toEqual(['no type'])
  })

  test('of an end is its date, and the time until then', () => {
    expect(observed({ expiresAt: NOW_MS + 60 * DAY_MS })).toEqual([expect.stringMatching(/2026-07-31.*in 60 days\)$/)])
  })
})

test('a command with the old token is a warning: it works on', () => {
  expect(CHILD_OUTDATED).toMatchObject({ code: 'token.child_outdated', severity: 'warn' })
})
