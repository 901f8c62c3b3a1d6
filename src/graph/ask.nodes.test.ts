import { describe, expect, test } from 'bun:test'
import type { Reply } from './client.ts'
import { ACCOUNT, PHONE, asking, error, json, noField, type Answer, type Call } from './ask.fake.ts'
import { NO_SIGNALS } from './headers.ts'

/** Nodes and lists with unusual answers: removed fields, too much data, pages that lead nowhere. */

const WABA = 'WhatsAppBusinessAccount'

const TOO_MUCH = error(1, "Please reduce the amount of data you're asking for, then retry your request")

const ALL = ['id', 'name', 'status', 'account_review_status', 'health_status']
const WELL = { id: ACCOUNT, name: 'Fork', status: 'ACTIVE', account_review_status: 'APPROVED' }
/** Answers as a Graph that has removed these fields. */
const lacking =
  (gone: readonly string[], type?: string): Answer =>
  ({ query }) => {
    const first = query['fields']?.split(',').find((name) => gone.includes(name))
    return first === undefined ? json(WELL) : noField(first, type)
  }

describe('a removed field', () => {
  test.each([
    ['with the kind of the node', WABA],
    ['without it', undefined],
  ])('is not asked for again, %s: the rest is read', async (_what, type) => {
    const { fields, result } = asking(lacking(['account_review_status'], type))
    expect(await result('account')).toMatchObject({
      facts: { kind: 'readable', status: 'ACTIVE', unread: ['review'], isShortened: false },
    })
    await result('account')
    const rest = ALL.filter((name) => name !== 'account_review_status')
    expect(fields()).toEqual([ALL, rest, rest])
  })

  test('may be one that every account had', async () => {
    const { fields, result } = asking(lacking(['name']))
    expect(await result('account')).toMatchObject({ facts: { kind: 'readable' } })
    expect(fields().at(-1)).not.toContain('name')
  })

  test('costs one more request for each field, once', async () => {
    const { calls, result } = asking(lacking(['status', 'health_status'], WABA))
    expect(await result('account')).toMatchObject({ facts: { kind: 'readable' } })
    expect(calls.length).toBe(3)
    await result('account')
    expect(calls.length).toBe(4)
  })

  test('that Graph does not name costs all optional fields', async () => {
    const unnamed = error(100, '(#100) Tried accessing nonexisting field')
    const { fields, result } = asking(({ query }) => (query['fields'] === 'id,name' ? json(WELL) : unnamed))
    expect(await result('account')).toMatchObject({ facts: { kind: 'readable' } })
    expect(fields()).toEqual([ALL, ['id', 'name']])
  })

  test.each([
    ['each in turn', (call: Call) => noField(call.query['fields']?.split(',').at(-1) ?? 'x')],
    ['without a name', () => error(100, '(#100) Tried accessing nonexisting field')],
    ['by the name of one that was not asked for', () => noField('other')],
  ])('that is refused again and again, %s, is no answer after a bounded number of requests', async (_what, answer) => {
    const { calls, result } = asking(answer)
    expect(await result('account')).toMatchObject({ kind: 'silent' })
    expect(calls.length).toBeLessThanOrEqual(ALL.length + 1)
  })

  test('of another kind of node shows the kind of the id', async () => {
    expect(await asking(lacking(['status'], 'Business')).result('account')).toMatchObject({
      facts: { kind: 'wrong_kind', nodeType: 'Business' },
    })
  })
})

describe('too much data', () => {
  test('is asked for again with fewer fields, and with all of them the next time', async () => {
    let isBusy = true
    const { fields, result } = asking(({ query }) =>
      isBusy && query['fields'] !== 'id,name' ? TOO_MUCH : json({ ...WELL, status: 'DISABLED' }),
    )
    expect(await result('account')).toMatchObject({
      facts: { kind: 'readable', unread: ['status', 'review', 'sending'], isShortened: true },
    })
    isBusy = false
    expect(await result('account')).toMatchObject({ facts: { status: 'DISABLED', unread: [], isShortened: false } })
    expect(fields()).toEqual([ALL, ['id', 'name'], ALL])
  })

  test('even for the smallest request is no answer', async () => {
    const { calls, result } = asking(() => TOO_MUCH)
    expect(await result('account')).toMatchObject({ silence: { code: 'graph.failing', cause: 'too_much_asked' } })
    expect(calls.length).toBe(2)
  })
})

describe('the list of numbers', () => {
  const page = (ids: readonly string[], paging?: object) => json({ data: ids.map((id) => ({ id })), paging })
  test.each([
    ['names a next page and no cursor', () => page(['1'], { next: 'https://x' }), 1],
    ['repeats its cursor', () => page(['1'], { next: 'https://x', cursors: { after: 'a' } }), 2],
    [
      'goes round in a circle',
      ({ query }: Call) => page(['1'], { next: 'https://x', cursors: { after: query['after'] === 'a' ? 'b' : 'a' } }),
      3,
    ],
  ])('that %s is no answer', async (_what, answer, requests) => {
    const { calls, result } = asking(answer)
    expect(await result('numbers')).toMatchObject({ kind: 'silent', silence: { code: 'graph.nonsense' } })
    expect(calls.length).toBe(requests)
  })

  test('has one deadline for all its pages', async () => {
    let pages = 0
    const hanging = (signal: AbortSignal) =>
      new Promise<Reply>((resolve) => {
        const gone: Reply = { kind: 'unreachable', what: 'time-out: no answer in time', signals: NO_SIGNALS }
        signal.addEventListener('abort', () => resolve(gone))
      })
    const { result } = asking(
      (_call, signal) =>
        ++pages < 3 ? page(['1'], { next: 'https://x', cursors: { after: String(pages) } }) : hanging(signal),
      { listTimeoutMs: 20 },
    )
    expect(await result('numbers')).toMatchObject({ silence: { code: 'graph.unreachable' } })
    expect(pages).toBe(3)
  })

  test('shows the telephone numbers by their digits', async () => {
    const data = [{ id: PHONE, display_phone_number: '+1 555-555-0123' }, { id: '5' }]
    expect(await asking(() => json({ data })).result('numbers')).toMatchObject({
      facts: { phoneNumberIds: [PHONE, '5'], digitsOf: { [PHONE]: '15555550123' } },
    })
  })
})

describe("the app's own subscriptions", () => {
  const withSecret = { appId: '7007', appSecret: 's' }
  const subscription = (more: object = {}) => ({
    object: 'whatsapp_business_account',
    callback_url: 'https://bot.example/path/secret',
    fields: [{ name: 'messages', version: 'v25.0' }, 'flows', { name: 5 }],
    ...more,
  })

  test("are asked for with the app's token, and of an address only the host is kept", async () => {
    const { calls, result } = asking(() => json({ data: [{ object: 'page', fields: [] }, subscription()] }), withSecret)
    const given = await result('app')
    expect(given).toMatchObject({
      facts: { appId: '7007', subscription: { callback: { host: 'bot.example' }, fields: ['messages', 'flows'] } },
    })
    expect(JSON.stringify(given)).not.toContain('path')
    expect(calls).toMatchObject([{ path: '7007/subscriptions', bearer: { token: '7007|s' } }])
  })

  test('may include no subscription to WhatsApp', async () => {
    expect(await asking(() => json({ data: [] }), withSecret).result('app')).toMatchObject({
      facts: { subscription: null },
    })
  })

  test('say nothing about the token if they are refused', async () => {
    const refused = await asking(() => error(190, 'Invalid OAuth access token signature.'), withSecret).result('app')
    expect(refused).toMatchObject({ kind: 'silent', silence: { witness: null } })
  })
})

test("a read of the token's own user proves that the token is alive", async () => {
  expect(await asking(() => json({ id: '5' })).result('me')).toEqual({ kind: 'answered', facts: { about: 'me' } })
  expect(await asking(() => error(190, 'm', 466)).result('me')).toMatchObject({
    silence: { witness: { says: 'ended' } },
  })
})
