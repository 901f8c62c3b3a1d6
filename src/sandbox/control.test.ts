import { describe, expect, test } from 'bun:test'
import { createHmac } from 'node:crypto'
import { stage } from './sandbox.fake.ts'
import { SCENARIO_NAMES } from './scenarios.ts'
import { WEBHOOK_BODIES } from './webhook-bodies.ts'

describe('control', () => {
  test('changes the scenario', async () => {
    const { sandbox, ask } = stage()
    const { status, body } = await ask('/__sandbox/scenario/revoked', null, { method: 'PUT' })
    expect([status, body]).toEqual([200, { scenario: 'revoked' }])
    expect(sandbox.scenario()).toBe('revoked')
    const unknown = await ask('/__sandbox/scenario/constructor', null, { method: 'PUT' })
    expect(unknown.status).toBe(404)
    expect(unknown.body.scenarios).toEqual([...SCENARIO_NAMES])
    expect(sandbox.scenario()).toBe('revoked')
  })

  test('shows the requests, with secrets masked, and does not count its own', async () => {
    const { sandbox, appToken, ask, inspect } = stage()
    await inspect()
    await ask(`/v23.0/me?access_token=${encodeURIComponent(appToken)}&fields=id&appsecret_proof=00`, null)
    await ask(`/${sandbox.token}?x=${sandbox.token}&input%5Ftoken=abc`, null)
    await ask('/__sandbox')
    const { text, body } = await ask('/__sandbox')
    expect(body).toEqual({
      scenario: 'permanent',
      scenarios: [...SCENARIO_NAMES],
      count: 3,
      requests: [
        { at: '2026-11-20T12:00:00.000Z', method: 'GET', path: '/v23.0/debug_token?input_token=[secret]', status: 200 },
        {
          at: '2026-11-20T12:00:00.000Z',
          method: 'GET',
          path: '/v23.0/me?access_token=[secret]&fields=id&appsecret_proof=[secret]',
          status: 400,
        },
        {
          at: '2026-11-20T12:00:00.000Z',
          method: 'GET',
          path: '/[secret]?x=[secret]&input_token=[secret]',
          status: 400,
        },
      ],
    })
    expect(text).not.toContain(sandbox.token.slice(0, 30))
    expect(text).not.toContain(sandbox.appSecret)
  })

  test('keeps the last 1,000', async () => {
    const { ask } = stage()
    for (let turn = 0; turn < 1005; turn += 1) await ask(`/me?turn=${turn}`)
    const { body } = await ask('/__sandbox')
    expect(body.count).toBe(1005)
    expect(body.requests).toHaveLength(1000)
    expect(body.requests[0].path).toBe('/me?turn=5')
  })

  test('other methods get a 405 with Allow, and no answer has CORS headers', async () => {
    const { ask } = stage()
    const cases: [string, string, string][] = [
      ['/__sandbox', 'HEAD', 'GET'],
      ['/__sandbox', 'POST', 'GET'],
      ['/__sandbox/scenario/revoked', 'GET', 'PUT'],
      ['/__sandbox/webhook/message', 'GET', 'POST'],
      ['/__sandbox/scenario/revoked', 'OPTIONS', 'PUT'],
    ]
    for (const [path, method, allow] of cases) {
      const { status, headers } = await ask(path, null, { method, headers: { origin: 'http://elsewhere' } })
      expect([status, headers.get('allow')]).toEqual([405, allow])
      expect(headers.has('access-control-allow-origin')).toBe(false)
    }
    expect((await ask('/__sandbox/nothing')).status).toBe(404)
  })
})

describe('a webhook', () => {
  type Received = { readonly headers: Headers; readonly text: string }
  function receiver(status = 200) {
    const received: Received[] = []
    const server = Bun.serve({
      port: 0,
      hostname: '127.0.0.1',
      fetch: async (request) => {
        received.push({ headers: request.headers, text: await request.text() })
        return new Response(null, { status })
      },
    })
    return { received, to: `${server.url.origin}/webhook`, [Symbol.asyncDispose]: () => server.stop(true) }
  }
  const send = (name: string, to: string, headers = {}) =>
    stage().ask(`/__sandbox/webhook/${name}?to=${encodeURIComponent(to)}`, null, { method: 'POST', headers })

  test('is sent as Meta sends it, about the account of the sandbox, signed', async () => {
    await using bot = receiver(202)
    const { status, body } = await send('account-disabled', bot.to, { authorization: 'Bearer x' })
    expect([status, body]).toEqual([200, { sent: 'account-disabled', status: 202 }])
    const [{ headers, text } = { headers: new Headers(), text: '' }] = bot.received
    const { sandbox } = stage()
    const signature = createHmac('sha256', sandbox.appSecret).update(text).digest('hex')
    expect(headers.get('x-hub-signature-256')).toBe(`sha256=${signature}`)
    expect(headers.get('authorization')).toBe('Bearer x')
    expect(JSON.parse(text)).toMatchObject({
      object: 'whatsapp_business_account',
      entry: [
        { id: sandbox.businessAccountId, changes: [{ field: 'account_update', value: { event: 'DISABLED_UPDATE' } }] },
      ],
    })
  })

  test.each([
    'http://192.0.2.1/x',
    'https://127.0.0.1/x',
    'http://127.0.0.1.evil.example/x',
    'ftp://localhost/',
    'x',
    '',
  ])('is not sent to %j', async (to) => expect((await send('message', to)).status).toBe(400))

  test('that is unknown, or that reaches nothing, is said so', async () => {
    const unknown = await send('constructor', 'http://127.0.0.1:1/')
    expect([unknown.status, unknown.body.webhooks]).toEqual([404, Object.keys(WEBHOOK_BODIES)])
    expect((await send('message', 'http://127.0.0.1:1/')).status).toBe(502)
  })
})
