import { describe, expect, test } from 'bun:test'
import * as fc from 'fast-check'
import { after, ALL_WELL, healthOf, silence, stateOf, type Heard } from '../report/health.fake.ts'
import { CHECK_KEYS } from '../verification/codes.ts'
import { anyAnswers, anyPolicy, MARKER } from '../verification/facts.fake.ts'
import {
  account,
  accountNotShown,
  deadToken,
  IDS,
  liveToken,
  NOW_MS,
  OTHER_PHONE,
  PHONE,
  phone,
  phoneNotShown,
  policy,
} from '../verification/verification.fake.ts'
import { askOf, bodyOf, RELEASE, type Body } from './app.fake.ts'
import { healthAnswer } from './health.ts'

const bodyFor = (heard: Heard) => bodyOf(askOf({ health: () => healthOf(heard) }))
const checksOf = async (heard: Heard) => (await bodyFor(heard)).checks
const NOW = new Date(NOW_MS).toISOString()

const ALWAYS = ['token:validity', 'token:expiry', 'token:scopes', 'graph:reachability']
const NO_ASSETS = policy({ appId: null, businessAccountId: null, phoneNumberIds: [] })

describe('the body', () => {
  test('of a pass is the status, the release and a pass for each check, without text', async () => {
    const { checks, ...rest } = await bodyFor({ answers: ALL_WELL })
    expect(rest).toEqual({ status: 'pass', ...RELEASE })
    for (const entries of Object.values(checks)) expect(entries).toEqual([{ status: 'pass', time: NOW }])
  })

  test.each([
    ['warn', { answers: [liveToken({ type: 'USER' })] }],
    ['fail', { answers: [deadToken('revoked')] }],
    ['fail', { silences: { token: silence() } }],
    ['fail', {}],
  ] as readonly (readonly [string, Heard])[])('of a %s says why in a sentence', async (status, heard) => {
    const { output, ...rest } = await bodyFor(heard)
    expect(rest.status).toBe(status)
    expect(output).toMatch(/^[^\n]+[.)]$/)
  })

  test('before the first answer says that the token has not been verified', async () => {
    expect((await bodyFor({})).output).toContain('not been verified yet')
    const { output } = await bodyFor({ silences: { token: silence() } })
    expect(output).toContain('not been verified yet')
    expect(output).toContain('ECONNREFUSED')
  })
})

describe('the keys', () => {
  test.each([
    ['nothing known, nothing configured', { policy: NO_ASSETS }, ALWAYS],
    ['a dead token', { answers: [deadToken('invalid')], policy: NO_ASSETS }, ALWAYS],
    [
      'all that is configured',
      {},
      [...ALWAYS, 'token:app', 'whatsapp:business-account', 'whatsapp:phone-number', 'whatsapp:webhooks'],
    ],
  ] as readonly (readonly [string, Heard, readonly string[]])[])('%s', async (_what, heard, keys) => {
    expect(Object.keys(await checksOf(heard)).toSorted()).toEqual(keys.toSorted())
  })

  test('are those of the reference, whatever Graph says', async () => {
    const unknown = (body: Body) => Object.keys(body.checks).filter((key) => !CHECK_KEYS.some((each) => each === key))
    await fc.assert(
      fc.asyncProperty(anyAnswers, anyPolicy, async (answers, demanded) => {
        const body = await bodyFor({ answers, policy: demanded })
        expect(unknown(body)).toEqual([])
        expect(ALWAYS.filter((key) => !(key in body.checks))).toEqual([])
      }),
    )
  })
})

describe('a check', () => {
  test('that fails has its code, and what is wrong and what to do', async () => {
    const checks = await checksOf({ answers: [liveToken({ expiresAt: NOW_MS + 60_000 })] })
    expect(checks['token:expiry']).toEqual([
      {
        status: 'fail',
        time: NOW,
        code: 'token.expires',
        output: expect.stringMatching(/never.*Generate token.*step 4/),
      },
    ])
  })

  test('has an object for each finding', async () => {
    const { 'token:scopes': scopes } = await checksOf({ answers: [liveToken({ scopes: [] })] })
    expect(scopes?.map(({ code }) => code)).toEqual(Array(3).fill('scope.missing'))
    expect(new Set(scopes?.map(({ output }) => output)).size).toBe(3)
  })

  test('has an object for each number, the gravest first', async () => {
    const demanded = policy({ phoneNumberIds: ['1', PHONE, OTHER_PHONE] })
    const answers = [
      liveToken(),
      account(),
      phone({ phoneNumberId: '1' }),
      phone({ status: 'BANNED' }),
      phoneNotShown('unassigned', OTHER_PHONE),
    ]
    const { 'whatsapp:phone-number': numbers } = await checksOf({ answers, policy: demanded })
    expect(numbers?.map(({ status, code }) => [status, code])).toEqual([
      ['fail', 'phone.unassigned'],
      ['warn', 'phone.blocked'],
      ['pass', undefined],
    ])
  })

  test('without any answer is a failure for the token, a warning elsewhere, and has no time', async () => {
    const checks = await checksOf({})
    for (const [key, [entry]] of Object.entries(checks)) {
      const demanded = ['token:validity', 'token:expiry', 'token:scopes'].includes(key)
      expect([key, entry?.status]).toEqual([key, demanded ? 'fail' : 'warn'])
      expect(entry).not.toHaveProperty('time')
      expect(entry?.output).toBeString()
    }
  })

  test('whose cause is shown elsewhere keeps its last answer', async () => {
    const before = stateOf({ answers: ALL_WELL })
    const revoked = [deadToken('revoked'), accountNotShown('unassigned'), phoneNotShown('unassigned')]
    const checks = await checksOf({ before, answers: revoked })
    expect(checks['token:validity']).toMatchObject([{ status: 'fail', code: 'token.revoked' }])
    for (const key of ['token:expiry', 'token:scopes', 'whatsapp:business-account', 'whatsapp:phone-number'])
      expect([key, checks[key]]).toEqual([key, [{ status: 'pass', time: NOW }]])
  })

  test('of an asset without an answer shows why at its own key too', async () => {
    const answers = [liveToken(), phone()]
    const checks = await checksOf({ answers, silences: { account: silence({ code: 'graph.failing' }) } })
    expect(checks['whatsapp:business-account']).toMatchObject([{ status: 'warn', code: 'graph.failing' }])
    expect(checks['graph:reachability']).toMatchObject([{ status: 'warn', code: 'graph.failing' }])
    expect(checks['whatsapp:business-account']?.[0]).not.toHaveProperty('time')
  })
})

describe('silence', () => {
  test('leaves the last answer in force, and warns', async () => {
    const before = stateOf({ answers: ALL_WELL })
    const { status, checks } = await bodyFor({ before, silences: { token: silence() }, now: after(60_000) })
    expect(status).toBe('warn')
    expect(checks['graph:reachability']).toMatchObject([{ status: 'warn', code: 'graph.unreachable' }])
    expect(checks['token:validity']).toEqual([{ status: 'pass', time: NOW }])
  })

  test('does not lift a refusal: a refused token stays refused', async () => {
    const before = stateOf({ answers: [deadToken('expired')] })
    expect((await bodyFor({ before, silences: { token: silence() } })).status).toBe('fail')
  })
})

describe('the public view', () => {
  const said = { observed: `${MARKER} of Graph`, what: 'error 1 (HTTP 400)' }

  test('holds no id and no text of Graph, whatever Graph says', () => {
    fc.assert(
      fc.property(anyAnswers, anyPolicy, fc.boolean(), (answers, demanded, silent) => {
        const silences = silent ? { token: silence(said), account: silence({ ...said, code: 'graph.nonsense' }) } : {}
        const { body } = healthAnswer(healthOf({ answers, silences, policy: demanded }), RELEASE, null)
        expect([...IDS, MARKER].filter((secret) => body.includes(secret))).toEqual([])
      }),
    )
  })

  test('of a verdict is 503 if it fails, and never 200 without an answer about the token', () => {
    fc.assert(
      fc.property(anyAnswers, anyPolicy, fc.boolean(), (all, demanded, isHeard) => {
        const answers = isHeard ? all : all.slice(1)
        const { status: httpStatus, body } = healthAnswer(healthOf({ answers, policy: demanded }), RELEASE, null)
        const { status, checks } = JSON.parse(body) as Body
        const entries = Object.values(checks).flat()
        expect(httpStatus).toBe(status === 'fail' ? 503 : 200)
        if (!isHeard || entries.some((entry) => entry.status === 'fail')) expect(status).toBe('fail')
        if (status === 'pass') expect(entries.filter((entry) => entry.status !== 'pass')).toEqual([])
        for (const entry of entries) expect('output' in entry).toBe(entry.status !== 'pass')
      }),
    )
  })
})
