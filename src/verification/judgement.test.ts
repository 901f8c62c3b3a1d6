import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { KEY_OF, type FindingCode } from './codes.ts'
import { anyAnswers, anyFacts, anyPolicy, MARKER } from './facts.fake.ts'
import type { Facts } from './facts.ts'
import { CAUSES } from './causes.ts'
import { refuses, type Finding } from './finding.ts'
import { isHidden, judge as judgeTogether } from './judgement.ts'
import { staleFinding } from '../guard/remarks.ts'
import { silenceFinding } from './silence.ts'
import {
  accountNotShown,
  because,
  codes,
  connection,
  DAY_MS,
  deadToken,
  heardAt,
  IDS,
  judge,
  liveToken,
  NOW_MS,
  numbers,
  OTHER_ID,
  OTHER_PHONE,
  phone,
  PHONE,
  phoneNotShown,
  policy,
  subscriptions,
} from './verification.fake.ts'

const GUIDE_STEPS = [1, 2, 3, 4, 5, 6]

const judgeAll = (answers: readonly Facts[], demanded = policy()) =>
  judgeTogether(
    answers.map((facts) => heardAt(facts)),
    new Map(),
    demanded,
  ).judged.map(({ finding }) => finding)
const visible = (findings: readonly Finding[]) => findings.filter((finding) => !isHidden(finding, findings))
const shown = (...answers: readonly Facts[]) => codes(visible(judgeAll(answers)))

const BLOCKED_APP: Facts = { about: 'token', kind: 'app_blocked', reason: because(200), fromReads: false }

describe('a cause hides its consequences', () => {
  const noScopes = liveToken({ scopes: [] })
  const onlyBusiness = liveToken({ scopes: ['whatsapp_business_messaging', 'whatsapp_business_management'] })
  const outlived = liveToken({ expiresAt: NOW_MS - DAY_MS, dataAccessExpiresAt: NOW_MS, type: 'USER', scopes: [] })
  const pageToken = liveToken({ type: 'PAGE', scopes: [], expiresAt: NOW_MS + DAY_MS })
  const noNumbers: Facts = numbers([])
  const noApps: Facts = subscriptions([])
  const unreadable = [accountNotShown('unassigned'), phoneNotShown('unassigned')]
  const rows: readonly (readonly [string, readonly Facts[], readonly FindingCode[]])[] = [
    ['a revoked token, all else', [deadToken('revoked'), ...unreadable, noNumbers, noApps], ['token.revoked']],
    ['an expired token, all else', [deadToken('expired'), ...unreadable, noNumbers], ['token.expired']],
    ['a blocked app, all else', [BLOCKED_APP, ...unreadable, noNumbers, noApps], ['app.blocked']],
    ['a text that is no token, all else', [deadToken('invalid'), ...unreadable], ['token.invalid']],
    ['an end that has passed, all else', [outlived, ...unreadable, noNumbers, noApps], ['token.expired']],
    ['a dead token, a blocked number', [deadToken('revoked'), phone({ status: 'BANNED' })], ['token.revoked']],
    ['a missing scope, an unreadable account', [noScopes, ...unreadable], Array(3).fill('scope.missing')],
    ['a page token, an unreadable account', [liveToken({ type: 'PAGE' }), ...unreadable], ['token.type']],
    ['a page token, what it lacks and its end', [pageToken, ...unreadable], ['token.type']],
    ['an unreadable account, its number', unreadable, ['account.unassigned']],
    ['an unreadable account, its list', [...unreadable, noNumbers], ['account.unassigned']],
    ['a number that is not shown, that it is foreign', [phoneNotShown('unassigned'), noNumbers], ['phone.unassigned']],
    ['an id of another kind, that it is foreign', [phoneNotShown('wrong_kind'), noNumbers], ['phone.wrong_kind']],
    ['a wrong account, that the number is foreign', [accountNotShown('wrong_kind'), noNumbers], ['account.wrong_kind']],
    [
      'the clock and the version are shown with a dead token',
      [deadToken('revoked'), connection('v22.0', 90_000)],
      ['token.revoked', 'graph.version_forwarded', 'clock.skewed'],
    ],
    [
      'a scope that reads no asset explains no unreadable one',
      [{ ...onlyBusiness }, accountNotShown('unassigned')],
      ['scope.missing', 'account.unassigned'],
    ],
    [
      'a warning hides nothing',
      [liveToken({ type: 'USER', scopes: [] })],
      ['token.type', ...Array(3).fill('scope.missing')],
    ],
    [
      'another app hides nothing',
      [liveToken({ appId: OTHER_ID }), ...unreadable],
      ['app.mismatch', 'account.unassigned'],
    ],
  ]
  test.each(rows)('%s', (_what, answers, expected) => {
    expect(shown(...answers)).toEqual([...expected])
  })

  test('of the same number only', () => {
    const demanded = policy({ phoneNumberIds: [PHONE, OTHER_PHONE] })
    const findings = judgeAll([liveToken(), phoneNotShown('unassigned'), numbers([])], demanded)
    expect(visible(findings).map(({ code, subject }) => [code, subject])).toEqual([
      ['phone.unassigned', PHONE],
      ['phone.foreign', OTHER_PHONE],
    ])
  })
})

describe('of any answers', () => {
  const anyFindings = fc.tuple(anyAnswers, anyPolicy).map(([answers, demanded]) => judgeAll(answers, demanded))

  test('no finding hides itself', () => {
    fc.assert(
      fc.property(anyFindings, (findings) => {
        expect(findings.filter((finding) => isHidden(finding, [finding]))).toEqual([])
      }),
    )
  })

  test('a refusal stays a refusal: hiding always leaves a failing finding', () => {
    fc.assert(
      fc.property(anyFindings, (findings) => {
        expect(visible(findings).some(refuses)).toBe(findings.some(refuses))
      }),
    )
  })

  test('the causes of a hidden finding lead to one that is shown', () => {
    fc.assert(
      fc.property(anyFindings, (findings) => {
        const shown = visible(findings)
        const explained = (known: readonly Finding[]): readonly Finding[] => {
          const next = findings.filter((finding) => known.includes(finding) || isHidden(finding, known))
          return next.length === known.length ? known : explained(next)
        }
        expect(explained(shown)).toHaveLength(findings.length)
      }),
    )
  })

  test('each finding says what was expected, what was observed and what to do, at its own key', () => {
    fc.assert(
      fc.property(anyFindings, (findings) => {
        for (const { code, key, summary, expected, observed, remedy, step } of findings) {
          expect([summary, expected, observed, remedy].filter((text) => text.trim() === '')).toEqual([])
          expect(key).toBe(KEY_OF[code])
          if (step !== null) expect(GUIDE_STEPS).toContain(step)
        }
      }),
    )
  })

  test('the public part of a finding holds no id and no text of Graph', () => {
    fc.assert(
      fc.property(anyFindings, (findings) => {
        const text = findings.map(({ summary, remedy }) => summary + remedy).join('\n')
        expect([...IDS, MARKER].filter((secret) => text.includes(secret))).toEqual([])
      }),
    )
  })

  test('a summary is one line that ends as a sentence does', () => {
    fc.assert(
      fc.property(anyFindings, (findings) => {
        expect(findings.filter(({ summary }) => !/^[^\n]+\.$/.test(summary))).toEqual([])
      }),
    )
  })
})

test('judging is pure: frozen input, the same answer twice', () => {
  fc.assert(
    fc.property(anyFacts, anyPolicy, (facts, demanded) => {
      const frozen = [deepFreeze(facts), deepFreeze(demanded), NOW_MS] as const
      expect(judge(...frozen)).toEqual(judge(...frozen))
    }),
  )
})

describe('a missing answer', () => {
  test('is unverified, and never refuses', () => {
    const finding = silenceFinding({
      code: 'graph.unreachable',
      what: 'no connection (ECONNREFUSED)',
      observed: MARKER,
    })
    expect(finding).toMatchObject({ code: 'graph.unreachable', severity: 'unverified', key: 'graph:reachability' })
    expect(refuses(finding)).toBe(false)
    expect(finding.summary).toContain('no connection (ECONNREFUSED)')
    expect(finding.summary).not.toContain(MARKER)
  })

  test.each(['warn', 'fail'] as const)('an old one is as grave as the policy says: %s', (severity) => {
    const finding = staleFinding(severity, 45 * 60_000, 30 * 60_000)
    expect(finding).toMatchObject({ code: 'graph.stale', severity, key: 'graph:reachability' })
    expect(finding.expected).toContain('30 min')
    expect(finding.observed).toContain('45 min')
  })
})

describe('a refused read', () => {
  const ended = deadToken('revoked', because(190, null, 'x', 'app_deleted'))
  const silence = { code: 'graph.unrecognised', what: 'x', observed: 'x' } as const
  test.each([
    ['of a cause that a finding gives in full', [ended], 'app_deleted', false, true],
    ['of a blocked app, and a finding says so', [BLOCKED_APP], 'app_blocked', false, true],
    ['of such a cause, and no finding says so', [liveToken()], 'app_deleted', false, false],
    ['of the same other cause as a finding', [deadToken('revoked')], 'revoked_by_call', false, false],
    ['of another cause than a finding', [ended], 'app_blocked', false, false],
    ['next to a dead token', [deadToken('revoked')], undefined, true, true],
    ['next to a token that is good', [liveToken()], undefined, true, false],
    ['next to a missing answer only', [], undefined, true, false],
    ['next to a locked account', [accountNotShown('locked')], undefined, true, true],
    ['next to a blocked number', [phone({ status: 'BANNED' })], undefined, true, false],
  ] as const)('%s', (_what, answers, cause, isRefusal, isExplained) => {
    const heard = (answers as readonly Facts[]).map((facts) => heardAt(facts))
    const given = cause === undefined ? { ...silence, isRefusal } : { ...silence, isRefusal, cause }
    const { unexplained } = judgeTogether(heard, new Map([['account', given]]), policy())
    expect(unexplained.has('account')).toBe(!isExplained)
  })
})

test.each(Object.entries(CAUSES))(
  'the cause %s has a remedy that names a step of the guide or none',
  (_name, { remedy, step }) => {
    expect(remedy).toMatch(/\S.*[.)]$/)
    expect([null, ...GUIDE_STEPS]).toContain(step)
  },
)

function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null) Object.values(value).forEach(deepFreeze)
  return Object.freeze(value)
}
