import { describe, expect, test } from 'bun:test'
import type { Question } from '../verification/facts.ts'
import type { Reply } from './client.ts'
import { PHONE, TOKEN, asking, error, json, noField, type Call } from './ask.fake.ts'
import { NO_SIGNALS } from './headers.ts'

const number = { id: PHONE, display_phone_number: '+1', verified_name: 'x', status: 'CONNECTED' }

describe('the inspector', () => {
  test('is the token itself, or the app if its secret is known', async () => {
    const alone = asking(() => error(2))
    await alone.result('token')
    expect(alone.calls[0]).toMatchObject({ path: 'debug_token', bearer: { token: TOKEN, appSecret: null } })
    const app = asking(() => error(2), { appId: '7007', appSecret: 's' })
    await app.result('token')
    await app.result('account')
    expect(app.calls.map(({ bearer }) => bearer)).toEqual([
      { token: '7007|s', appSecret: 's' },
      { token: TOKEN, appSecret: 's' },
    ])
  })

  const revoked = error(190, 'm', 460)
  test('decides what a 190 refuses: a token that inspects itself, or the inspector', async () => {
    expect(await asking(() => revoked).result('token')).toMatchObject({ facts: { kind: 'dead', ending: 'revoked' } })
    const byApp = asking(() => revoked, { appId: '7007', appSecret: 's' })
    expect(await byApp.result('token')).toMatchObject({ kind: 'silent', silence: { code: 'inspector.rejected' } })
  })

  test.each([
    ['inspector.denied', error(100, '(#100) You must provide an app access token, or')],
    ['inspector.denied', error(10)],
    ['inspector.denied', error(3)],
    ['inspector.denied', error(250)],
    ['inspector.proof_required', error(100, 'API calls from the server require an appsecret_proof argument')],
    ['inspector.rejected', error(101)],
    ['graph.version_unknown', error(2500, 'Unknown path components: /debug_token')],
    ['graph.rate_limited', error(4)],
    ['graph.failing', error(2)],
    ['graph.unrecognised', error(4_711)],
    ['graph.nonsense', json({ data: [] })],
  ])('gets %s for an answer that says nothing about the token', async (code, reply) => {
    expect(await asking(() => reply).result('token')).toMatchObject({ kind: 'silent', silence: { code } })
  })

  test('has a wrong secret if Graph demands a proof that was sent', async () => {
    const demanded = error(100, 'API calls from the server require an appsecret_proof argument')
    const app = asking(() => demanded, { appId: '7007', appSecret: 's' })
    for (const question of ['token', 'account'] as const)
      expect(await app.result(question)).toMatchObject({ silence: { code: 'inspector.rejected' } })
  })

  test("recognises another app's token if it is the app", async () => {
    const foreign = error(100, '(#100) The App_id in the input_token did not match the Viewing App')
    const app = asking(() => foreign, { appId: '7007', appSecret: 's' })
    expect(await app.result('token')).toMatchObject({ kind: 'answered', facts: { kind: 'foreign' } })
    expect(await asking(() => foreign).result('token')).toMatchObject({ silence: { code: 'inspector.denied' } })
  })
})

describe('a number', () => {
  const question = `phone:${PHONE}` as const

  test('is read with all fields in one request', async () => {
    const { calls, result } = asking(() => json(number))
    expect(await result(question)).toMatchObject({ facts: { about: 'phone', kind: 'readable' } })
    expect(calls.map(({ path, query }) => [path, query['fields']])).toEqual([
      [PHONE, 'id,display_phone_number,verified_name,status,platform_type,health_status,webhook_configuration'],
    ])
  })

  test('is read again without a refused field, and without it from the start later', async () => {
    const { calls, result } = asking(({ query }) =>
      query['fields']?.includes('health_status') === true
        ? noField('health_status', 'WhatsAppBusinessPhoneNumber')
        : json(number),
    )
    expect(await result(question)).toMatchObject({ facts: { kind: 'readable', sending: null } })
    await result(question)
    const isWhole = calls.map(({ query }) => query['fields']?.includes('health_status'))
    expect(isWhole).toEqual([true, false, false])
  })

  test.each([
    ['unassigned', error(100, 'Unsupported get request', 33)],
    ['unassigned', error(10)],
    ['unassigned', error(200)],
    ['locked', error(368)],
    ['locked', error(131_031)],
    ['wrong_kind', noField('display_phone_number', 'WhatsAppBusinessAccount')],
    ['wrong_kind', noField('health_status', 'WhatsAppBusinessAccount')],
  ])('is %s by that refusal', async (kind, reply) => {
    expect(await asking(() => reply).result(question)).toMatchObject({ kind: 'answered', facts: { kind } })
  })

  test.each([error(190, 'm', 460), error(4), error(2), error(4_711), json({ id: '1' })])(
    'is not judged by an answer that says nothing about it (%#)',
    async (reply) => {
      expect(await asking(() => reply).result(question)).toMatchObject({ kind: 'silent' })
    },
  )
})

describe('a read of the account', () => {
  const withSecret = { appId: '7007', appSecret: 's' }
  const proof = error(100, 'API calls from the server require an appsecret_proof argument')

  test('that demands a proof shows a wrong secret if a proof was sent', async () => {
    expect(await asking(() => proof).result('account')).toMatchObject({
      silence: { code: 'inspector.proof_required' },
    })
    expect(await asking(() => proof, withSecret).result('account')).toMatchObject({
      silence: { code: 'inspector.rejected' },
    })
  })

  test('means the same with an app secret as without', async () => {
    const { result } = asking(() => error(100, 'm', 33), withSecret)
    expect(await result('account')).toMatchObject({ facts: { about: 'account', kind: 'unassigned' } })
  })
})

describe('an answer that decides nothing is described', () => {
  test.each([
    [error(4, 'slow down'), 'Graph throttles us (error 4)', 'HTTP 400, error 4 "slow down"'],
    [error(4, 'slow down', 7), 'Graph throttles us (error 4/7)', 'HTTP 400, error 4/7 "slow down"'],
    [error(4_711), 'Graph answers with an error that decides nothing (error 4711)', 'HTTP 400, error 4711 "m"'],
    [{ kind: 'failing', what: 'HTTP 500', signals: NO_SIGNALS } as const, 'HTTP 500', 'HTTP 500'],
  ])('%#', async (reply, what, observed) => {
    expect(await asking(() => reply).result('token')).toMatchObject({ silence: { what, observed } })
    expect(await asking(() => reply).result('numbers')).toMatchObject({ silence: { what, observed } })
  })
})

describe('an edge', () => {
  test('that is refused decides nothing', async () => {
    for (const question of ['numbers', 'subscriptions'] as const)
      for (const reply of [
        error(100, 'm', 33),
        error(200),
        error(100, '(#100) Tried accessing nonexisting field (subscribed_apps)'),
        ...['Business', 'WhatsAppBusinessAccount'].map((type) => noField('subscribed_apps', type)),
      ])
        expect(await asking(() => reply).result(question)).toMatchObject({ silence: { isRefusal: true } })
  })

  test('of endless pages is no answer, after a bounded number of requests', async () => {
    const page = (after: string) =>
      json({ data: [{ id: PHONE }], paging: { cursors: { after: `${after}x` }, next: 'https://x' } })
    const { calls, result } = asking(({ query }) => page(query['after'] ?? ''))
    expect(await result('numbers')).toMatchObject({ silence: { code: 'graph.nonsense' } })
    expect(calls.length).toBe(50)
  })
})

describe('each request is counted once', () => {
  const page = (after: string | null) => json({ data: [{ id: PHONE }], paging: after === null ? {} : pagingTo(after) })
  const pagingTo = (after: string) => ({ cursors: { after }, next: 'https://graph.facebook.com/next' })
  const NEXT: Readonly<Record<string, string>> = { '': 'b', b: 'c' }
  const rows: readonly (readonly [string, Question, (call: Call) => Reply, readonly string[]])[] = [
    ['data', `phone:${PHONE}`, () => json(number), ['ok']],
    ['silence', 'token', () => error(4), ['rate_limited']],
    ['three pages', 'numbers', ({ query }) => page(NEXT[query['after'] ?? ''] ?? null), ['ok', 'ok', 'ok']],
    [
      'an optional field refused',
      `phone:${PHONE}`,
      ({ query }) =>
        query['fields']?.includes('health_status')
          ? noField('health_status', 'WhatsAppBusinessPhoneNumber')
          : json(number),
      ['denied', 'ok'],
    ],
    ['a definite no', 'account', () => error(100, 'm', 33), ['refused']],
  ]
  test.each(rows)('%s', async (_what, question, answer, outcomes) => {
    const counted: string[] = []
    const { calls, result } = asking(answer, { onRequest: (outcome) => counted.push(outcome) })
    await result(question)
    expect(counted).toEqual([...outcomes])
    expect(calls).toHaveLength(outcomes.length)
  })
})
