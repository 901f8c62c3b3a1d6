import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { driftBetween } from './drift.ts'
import { anyAnswers, anyDeadToken, anyLiveToken, anyPolicy } from './facts.fake.ts'
import { drift, driftRows, type DriftRow } from './drift.fake.ts'
import type { Facts, LiveToken, TokenFacts } from './facts.ts'
import type { Policy } from './policy.ts'
import {
  ACCOUNT,
  APP,
  because,
  connection,
  DAY_MS,
  deadToken,
  liveToken,
  heardAt,
  NOW_MS,
  OTHER_ID,
  SCOPES,
} from './verification.fake.ts'

const targets = (...targetIds: readonly string[]) => ({
  granularScopes: [{ scope: 'whatsapp_business_messaging', targetIds }],
})
const granular = (...ids: readonly string[]) => [{ scope: 'whatsapp_business_messaging', target_ids: ids.toSorted() }]
const SOON = NOW_MS + 3 * DAY_MS
const LATER = NOW_MS + 60 * DAY_MS
const SOON_S = SOON / 1_000
const LATER_S = LATER / 1_000
const SORTED = SCOPES.toSorted()
const LESS = SORTED.slice(1)

describe('a field of the token', () => {
  type Change = Partial<LiveToken>
  const rotate = { expiry: 'rotate' } as const
  const near = { dataAccessExpiresAt: SOON }
  const far = { dataAccessExpiresAt: LATER }
  const rows: readonly (readonly [string, Change, Change, Partial<Policy>, readonly DriftRow[]])[] = [
    ['a demanded scope is lost', {}, { scopes: LESS }, {}, [['scopes', 'error', SORTED, LESS]]],
    ['a demanded scope is back', { scopes: LESS }, {}, {}, [['scopes', 'info', LESS, SORTED]]],
    [
      'a scope that is not demanded',
      {},
      { scopes: [...SORTED, 'x'] },
      {},
      [['scopes', 'warn', SORTED, [...SORTED, 'x']]],
    ],
    ['one more is lost', { scopes: LESS }, { scopes: [] }, {}, [['scopes', 'warn', LESS, []]]],
    [
      'the account leaves the targets',
      targets(ACCOUNT, OTHER_ID),
      targets(OTHER_ID),
      {},
      [['granular_scopes', 'error', granular(ACCOUNT, OTHER_ID), granular(OTHER_ID)]],
    ],
    [
      'the account is back',
      targets(OTHER_ID),
      targets(OTHER_ID, ACCOUNT),
      {},
      [['granular_scopes', 'info', granular(OTHER_ID), granular(ACCOUNT, OTHER_ID)]],
    ],
    [
      'another account leaves',
      targets(ACCOUNT, OTHER_ID),
      targets(ACCOUNT),
      {},
      [['granular_scopes', 'warn', granular(ACCOUNT, OTHER_ID), granular(ACCOUNT)]],
    ],
    ['never becomes an expiry, under never', {}, { expiresAt: LATER }, {}, [['expires_at', 'error', 0, LATER_S]]],
    ['an expiry becomes never', { expiresAt: LATER }, {}, {}, [['expires_at', 'info', LATER_S, 0]]],
    [
      'never becomes a distant expiry, under rotate',
      {},
      { expiresAt: LATER },
      rotate,
      [['expires_at', 'warn', 0, LATER_S]],
    ],
    [
      'a distant expiry becomes a near one',
      { expiresAt: LATER },
      { expiresAt: SOON },
      rotate,
      [['expires_at', 'error', LATER_S, SOON_S]],
    ],
    [
      'a near expiry becomes a distant one',
      { expiresAt: SOON },
      { expiresAt: LATER },
      rotate,
      [['expires_at', 'info', SOON_S, LATER_S]],
    ],
    ['data access gets an end', {}, near, {}, [['data_access_expires_at', 'error', 0, SOON_S]]],
    ['data access is renewed', near, far, {}, [['data_access_expires_at', 'info', SOON_S, LATER_S]]],
    ['data access gets a distant end', {}, far, {}, [['data_access_expires_at', 'warn', 0, LATER_S]]],
    ['a system user becomes a user', {}, { type: 'USER' }, {}, [['type', 'error', 'SYSTEM_USER', 'USER']]],
    ['a user becomes a page', { type: 'USER' }, { type: 'PAGE' }, {}, [['type', 'error', 'USER', 'PAGE']]],
    ['a user becomes a system user', { type: 'USER' }, {}, {}, [['type', 'info', 'USER', 'SYSTEM_USER']]],
    ['the app becomes another', {}, { appId: OTHER_ID }, {}, [['app_id', 'error', APP, OTHER_ID]]],
    ['the app becomes the configured one', { appId: OTHER_ID }, {}, {}, [['app_id', 'info', OTHER_ID, APP]]],
    ['the app, if none is configured', {}, { appId: OTHER_ID }, { appId: null }, [['app_id', 'warn', APP, OTHER_ID]]],
    ['the user', { userId: '1' }, { userId: '2' }, {}, [['user_id', 'warn', '1', '2']]],
    ['the time of issue', { issuedAtMs: 5_000 }, { issuedAtMs: 7_000 }, {}, [['issued_at', 'warn', 5, 7]]],
    [
      'two at once',
      {},
      { scopes: LESS, userId: '2' },
      { appId: null },
      [
        ['scopes', 'error', SORTED, LESS],
        ['user_id', 'warn', liveToken().userId, '2'],
      ],
    ],
  ]
  test.each(rows)('%s', (_what, before, after, demanded, expected) => {
    expect(driftRows(liveToken(before), liveToken(after), demanded)).toEqual(expected)
  })

  test.each([
    ['type', { type: null }],
    ['app_id', { appId: null }],
    ['user_id', { userId: null }],
    ['issued_at', { issuedAtMs: null }],
    ['expires_at', { expiresAt: null }],
    ['data_access_expires_at', { dataAccessExpiresAt: null }],
  ])('%s that is missing on one side is no drift', (_field, silent) => {
    expect(drift(liveToken(silent), liveToken())).toEqual([])
    expect(drift(liveToken(), liveToken(silent))).toEqual([])
  })
})

describe('validity', () => {
  const BLOCKED: TokenFacts = { about: 'token', kind: 'app_blocked', reason: because(190), fromReads: false }
  const rows: readonly (readonly [string, TokenFacts, TokenFacts, readonly DriftRow[]])[] = [
    ['is lost', liveToken(), deadToken('revoked'), [['validity', 'error', true, false]]],
    ['is back', deadToken('expired'), liveToken(), [['validity', 'info', false, true]]],
    ['does not show while the app is blocked', liveToken(), BLOCKED, [['app.blocked', 'error', false, true]]],
    ['shows again', BLOCKED, liveToken(), [['app.blocked', 'info', true, false]]],
    ['is lost behind a blocked app', BLOCKED, deadToken('revoked'), []],
    ['stays lost for another reason', deadToken('expired'), deadToken('revoked', because(190, 460)), []],
  ]
  test.each(rows)('%s', (_what, before, after, expected) => {
    expect(driftRows(before, after)).toEqual(expected)
  })

  test('is all that is compared when a token dies and when it comes back', () => {
    fc.assert(
      fc.property(anyLiveToken, anyDeadToken, anyPolicy, (live, dead, demanded) => {
        const fields = (before: Facts, after: Facts) =>
          driftBetween(before, heardAt(after), [], demanded).map(({ field }) => field)
        expect(fields(live, dead)).toEqual(['validity'])
        expect(fields(dead, live)).toEqual(['validity'])
        expect(fields(dead, deadToken('invalid', null))).toEqual([])
      }),
    )
  })
})

describe('lists are compared as sets', () => {
  test('the order of scopes and targets is no drift, nor are duplicates', () => {
    const shuffled = anyLiveToken.chain((token) =>
      fc
        .tuple(shuffle(token.scopes), shuffle(token.granularScopes), fc.boolean())
        .map(([scopes, granularScopes, twice]) => {
          const turned = granularScopes.map(({ scope, targetIds }) => ({
            scope,
            targetIds: targetIds === null ? null : [...targetIds.toReversed(), ...(twice ? targetIds : [])],
          }))
          return [token, { ...token, scopes: [...scopes, ...(twice ? scopes : [])], granularScopes: turned }] as const
        }),
    )
    fc.assert(
      fc.property(shuffled, ([before, after]) => {
        expect(drift(before, after)).toEqual([])
      }),
    )
  })

  test('entries of granular_scopes too', () => {
    const entries = [OTHER_ID, ACCOUNT].map((id) => ({ scope: 'whatsapp_business_messaging', targetIds: [id] }))
    const before = liveToken({ granularScopes: entries })
    expect(drift(before, liveToken({ granularScopes: entries.toReversed() }))).toEqual([])
    expect(drift(before, liveToken({ granularScopes: [...entries, ...entries] }))).toEqual([])
  })
})

describe('of any answers', () => {
  const anyTwo = fc.tuple(anyAnswers, anyAnswers, anyPolicy)
  const all = (before: readonly Facts[], after: readonly Facts[], demanded: Policy) =>
    before.flatMap((facts, at) => driftBetween(facts, heardAt(after[at] ?? facts), [], demanded))

  test('the same answer twice is no drift', () => {
    fc.assert(
      fc.property(anyTwo, ([answers, , demanded]) => {
        expect(all(answers, structuredClone(answers), demanded)).toEqual([])
      }),
    )
  })

  test('the way back shows the same fields the other way round', () => {
    const turned = { error: 'info', info: 'error', warn: 'warn' } as const
    fc.assert(
      fc.property(anyTwo, ([one, other, demanded]) => {
        expect(all(other, one, demanded)).toEqual(
          all(one, other, demanded).map(({ before, after, severity, ...rest }) => ({
            ...rest,
            before: after,
            after: before,
            severity: turned[severity],
          })),
        )
      }),
    )
  })

  test('a drift has two different values, and none is missing; a lock needs no other value', () => {
    fc.assert(
      fc.property(anyTwo, ([one, other, demanded]) => {
        for (const { field, before, after } of all(one, other, demanded)) {
          expect(before).not.toEqual(after)
          const isLock = field.endsWith('.can_send_message') && [before, after].includes('BLOCKED')
          if (!isLock) expect([before, after]).not.toContain(null)
        }
      }),
    )
  })

  test('the version and the clock are no drift', () => {
    expect(drift(connection('v23.0', 0), connection('v22.0', 90_000))).toEqual([])
  })
})

function shuffle<T>(list: readonly T[]): fc.Arbitrary<readonly T[]> {
  return fc.shuffledSubarray([...list], { minLength: list.length })
}
