import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { startGraph, type Graph } from './graph.ts'
import { forEachRuntime, isFirst, start, type Program } from './harness.ts'
import { exchange, readAnswer } from './sockets.ts'

const ROUTES = ['/health/token', '/health', '/health/ready', '/readyz', '/health/live', '/livez', '/healthz']
const HEALTH_KEYS = [
  'token:validity',
  'token:expiry',
  'token:scopes',
  'token:app',
  'token:type',
  'whatsapp:business-account',
  'whatsapp:webhooks',
  'whatsapp:phone-number',
  'graph:reachability',
  'graph:version',
  'clock:skew',
]

/** Asks the same with a hundred connections at a time. */
async function askMany(url: string, times: number): Promise<Map<number, number>> {
  const statuses = new Map<number, number>()
  let left = times
  const worker = async () => {
    while (left-- > 0) {
      const { status, ...response } = await fetch(url)
      statuses.set(status, (statuses.get(status) ?? 0) + 1)
      void response
    }
  }
  await Promise.all(Array.from({ length: 100 }, worker))
  return statuses
}

forEachRuntime((runtime) => {
  describe('over HTTP', () => {
    let graph: Graph
    let program: Program
    let port: number
    beforeAll(async () => {
      graph = startGraph()
      program = start(runtime, ['serve'], { ...graph.env, TOKEN_GUARD_CHECK_INTERVAL: '24h' })
      port = await program.port()
    })
    afterAll(async () => {
      await program[Symbol.asyncDispose]()
      await graph[Symbol.asyncDispose]()
    })

    test.each(ROUTES)('%s answers 200 with pass, to GET and HEAD alike', async (path) => {
      const get = await program.ask(`${path}?from=probe`)
      expect([get.status, get.json.status]).toEqual([200, 'pass'])
      expect(get.headers.get('content-type')).toBe('application/health+json')
      expect(get.headers.get('cache-control')).toBe('no-store')
      const head = await program.ask(path, { method: 'HEAD' })
      expect([head.status, head.text, head.headers.get('content-type')]).toEqual([200, '', 'application/health+json'])
    })

    test('/health/token shows each check, and names nothing', async () => {
      const { json, text } = await program.ask('/health/token')
      expect(Object.keys(json.checks).toSorted()).toEqual(HEALTH_KEYS.toSorted())
      expect(json).toMatchObject({
        serviceId: 'whatsapp-token-guard',
        releaseId: expect.stringMatching(/^\d+\.\d+\.\d+/),
      })
      for (const [entry] of Object.values<any>(json.checks)) {
        expect(entry.status).toBe('pass')
        expect(Date.now() - Date.parse(entry.time)).toBeWithin(-1_000, 60_000)
      }
      const { META_APP_ID, WHATSAPP_BUSINESS_ACCOUNT_ID, WHATSAPP_PHONE_NUMBER_ID } = graph.env
      for (const id of [META_APP_ID, WHATSAPP_BUSINESS_ACCOUNT_ID, WHATSAPP_PHONE_NUMBER_ID])
        expect(text).not.toContain(id as string)
    })

    test('an Authorization header changes nothing', async () => {
      const { status } = await program.ask('/health/token', { headers: { authorization: 'Bearer wrong' } })
      expect(status).toBe(200)
    })

    test.each(['/nothing', '/health/', '/health/token/x', '/operator', '/health/token/check', '/%00', '/..;/health'])(
      '%s is a JSON 404',
      async (path) => {
        const { status, json, headers } = await program.ask(path)
        expect([status, typeof json.error, headers.get('content-type')]).toEqual([404, 'string', 'application/json'])
      },
    )

    test.each(['POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH'])(
      '%s is a 405 that shows what is allowed',
      async (method) => {
        const { status, headers } = await program.ask('/health/token', { method })
        expect([status, headers.get('allow')]).toEqual([405, 'GET, HEAD'])
      },
    )

    const probes: readonly (readonly [string, string])[] = [
      ['HTTP/1.0 without a Host', 'GET /health/token HTTP/1.0\r\n\r\n'],
      ['HTTP/1.0 with a Host', 'GET /health/token HTTP/1.0\r\nHost: x\r\n\r\n'],
      ['a malformed Host', 'GET /health/token HTTP/1.1\r\nHost: a b:c@[\r\nConnection: close\r\n\r\n'],
      ['an empty Host', 'GET /health/token HTTP/1.1\r\nHost:\r\nConnection: close\r\n\r\n'],
      ['a query', 'GET /health/token?a=b&c HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'],
    ]
    test.each(probes)('a probe with %s gets the same answer', async (_name, bytes) => {
      const { status, body, headers } = readAnswer(await exchange(port, bytes))
      expect([status, JSON.parse(body).status]).toEqual([200, 'pass'])
      expect(headers.get('cache-control')).toBe('no-store')
    })

    test.each(['GET\r\n\r\n', 'NONSENSE\r\n\r\n', '\u0016\u0003\u0001\u0002\r\n\r\n'])(
      '%j ends that connection, not the service',
      async (bytes) => {
        expect(await exchange(port, bytes).catch(() => '')).not.toContain(' 200 ')
        expect((await program.ask('/health/live')).status).toBe(200)
      },
    )

    // A probe is answered by the same code on each runtime.
    const times = isFirst(runtime) ? 10_000 : 2_000
    test(`${times} probes cause no request to Graph`, async () => {
      const before = graph.asked.length
      expect([...(await askMany(`http://127.0.0.1:${port}/health/token`, times))]).toEqual([[200, times]])
      expect(graph.asked.length).toBe(before)
    })
  })
})
