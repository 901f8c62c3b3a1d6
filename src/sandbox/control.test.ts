import { describe, expect, test } from 'bun:test'
import { stage } from './sandbox.fake.ts'
import { SCENARIO_NAMES } from './scenarios.ts'

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
