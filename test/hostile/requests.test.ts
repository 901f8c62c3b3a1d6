import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { startGraph, type Graph } from '../process/graph.ts'
import { forEachRuntime, start, type Program } from '../process/harness.ts'
import { SANDBOX_SECRETS } from '../process/secrets.ts'
import { readAnswer } from '../process/sockets.ts'
import { descriptorsOf, residentMiB, talk, until } from './talk.ts'

/** Requests that no honest client sends. */

const OPERATOR = 'mV7xKq2RtW9zLb4c'
const CLOSE = 'Host: x\r\nConnection: close\r\n'
const HIDDEN = 'GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n'
const post = (headers: string, body: string) => `POST /health/live HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n${body}`

/** Two servers could disagree where these requests end: the request hidden behind must never be answered. */
const SMUGGLING: Readonly<Record<string, string>> = {
  'CL.TE': post(`Content-Length: ${5 + HIDDEN.length}\r\nTransfer-Encoding: chunked`, `0\r\n\r\n${HIDDEN}`),
  'TE.CL': post(
    'Transfer-Encoding: chunked\r\nContent-Length: 4',
    `${HIDDEN.length.toString(16)}\r\n${HIDDEN}\r\n0\r\n\r\n`,
  ),
  'two lengths': post(`Content-Length: 0\r\nContent-Length: ${HIDDEN.length}`, HIDDEN),
  'a list of lengths': post(`Content-Length: 0, ${HIDDEN.length}`, HIDDEN),
  'a length with a sign': post('Content-Length: +0', HIDDEN),
  'a negative length': post('Content-Length: -1', HIDDEN),
  'a length in hex': post('Content-Length: 0x0', HIDDEN),
  'a length beyond all numbers': post('Content-Length: 99999999999999999999', HIDDEN),
  'an unknown coding': post('Transfer-Encoding: xchunked', HIDDEN),
  'a coding twice': post('Transfer-Encoding: chunked\r\nTransfer-Encoding: identity', `0\r\n\r\n${HIDDEN}`),
  'a blank before the colon': post('Transfer-Encoding : chunked', `0\r\n\r\n${HIDDEN}`),
  'a folded header': post('X: a\r\n Content-Length: 0', HIDDEN),
  'a header without a colon': post('Transfer-Encoding', HIDDEN),
  'a chunk of no size': post('Transfer-Encoding: chunked', `zz\r\n${HIDDEN}`),
  'a chunk beyond all numbers': post('Transfer-Encoding: chunked', `ffffffffffffffffff\r\n${HIDDEN}`),
  'a NUL in a header': post('X: a\0b', HIDDEN),
  'a bare carriage return': post('X: a\rContent-Length: 0', HIDDEN),
}

const get = (path: string, headers = '') => `GET ${path} HTTP/1.1\r\n${CLOSE}${headers}\r\n`

/** Refused, each in one answer or with none. */
const MALFORMED: Readonly<Record<string, string>> = {
  words: 'hello\r\n\r\n',
  'a TLS greeting': '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n',
  'the preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
  'HTTP/9.9': `GET /health/live HTTP/9.9\r\n${CLOSE}\r\n`,
  'a NUL in the path': get('/health\0/live'),
  'a path that is no UTF-8': get('/\xff\xfe'),
  'a small method': `get /health/live HTTP/1.1\r\n${CLOSE}\r\n`,
  'a method of 9 kB': `${'A'.repeat(9_000)} /health/live HTTP/1.1\r\n${CLOSE}\r\n`,
  'a path of 100 kB': get(`/${'a'.repeat(100_000)}`),
  'a header of 1 MB': get('/health/live', `X: ${'b'.repeat(1_000_000)}\r\n`),
  '5,000 headers': get('/health/live', Array.from({ length: 5_000 }, (_, at) => `X${at}: b\r\n`).join('')),
  'an asterisk': `OPTIONS * HTTP/1.1\r\n${CLOSE}\r\n`,
  'a tunnel': `CONNECT evil.example:443 HTTP/1.1\r\n${CLOSE}\r\n`,
}

/** Odd, but clear. */
const ODD: readonly (readonly [what: string, bytes: string, statuses: readonly number[]])[] = [
  ['an absolute URL', get('http://evil.example/health/live'), [200]],
  ['an absolute URL of another port', get('https://evil.example:99/nothing?x'), [404]],
  ['an absolute URL with a user', get('http://user:pass@evil.example/health/live'), [200]],
  ['an upgrade', get('/health/live', 'Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n'), [200]],
  ['a tracing method', `TRACE /health/live HTTP/1.1\r\n${CLOSE}Cookie: secret\r\n\r\n`, [405]],
  ['a method in a header', `POST /health/live HTTP/1.1\r\n${CLOSE}X-HTTP-Method-Override: GET\r\n\r\n`, [405]],
  ['a path in a header', get('/nothing', 'X-Original-URL: /operator\r\nX-Rewrite-URL: /operator\r\n'), [404]],
  ['a hundred ranges', get('/health/live', `Range: bytes=${'0-0,'.repeat(100)}1-1\r\n`), [200]],
  [
    'five in a row',
    `${'GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n'.repeat(4)}${get('/health/live')}`,
    [200, 200, 200, 200, 200],
  ],
]

const NOWHERE = [
  '//health/token',
  '/health//token',
  '/%2foperator',
  '/%6fperator',
  '/%256fperator',
  '/OPERATOR',
  '/operator/',
  '/operator%00',
  '/operator;x',
  '/operator.html',
  '/health%2ftoken',
  '/..%2f..%2fetc/passwd',
  '/../../etc/passwd',
  '/%c0%ae%c0%ae/etc/passwd',
  '//evil.example/operator',
  '/@evil.example/operator',
  '/.env',
  '/.git/config',
  '/%',
  '/%zz',
  '/%0d%0aSet-Cookie:%20a=b',
  '/__proto__',
  '/constructor',
  '/<script>alert(1)</script>',
]

forEachRuntime((runtime) => {
  describe('a request', () => {
    let graph: Graph
    let program: Program
    let port: number
    let before: { readonly descriptors: number; readonly memory: number }
    beforeAll(async () => {
      graph = startGraph()
      const env = { ...graph.env, TOKEN_GUARD_CHECK_INTERVAL: '24h', TOKEN_GUARD_OPERATOR_TOKEN: OPERATOR }
      program = start(runtime, ['serve'], env, { secrets: [...SANDBOX_SECRETS, OPERATOR], lifetimeMs: 120_000 })
      port = await program.port()
      expect((await talk(port, get('/health/token'))).statuses).toEqual([200])
      before = { descriptors: descriptorsOf(program.pid), memory: residentMiB(program.pid) }
    })
    afterAll(async () => {
      await program[Symbol.asyncDispose]()
      await graph[Symbol.asyncDispose]()
    })

    test.each(Object.entries(SMUGGLING))('with %s hides no other', async (_what, bytes) => {
      const { statuses, heard } = await talk(port, bytes)
      expect(statuses).not.toContain(404)
      expect(statuses).not.toContain(200)
      expect(statuses.at(-1)).toBe(400)
      expect(heard).not.toContain('hidden')
    })

    test.each(Object.entries(MALFORMED))(
      'that is malformed (%s) is refused, and the service goes on',
      async (_what, bytes) => {
        const { statuses, heard } = await talk(port, bytes)
        expect(statuses.length).toBeLessThanOrEqual(1)
        for (const status of statuses) expect(status).toBeWithin(400, 506)
        expect(heard).not.toMatch(/\n\s+at |node:|Error:|AAAA|bbbb/)
        expect((await talk(port, get('/health/token'))).statuses).toEqual([200])
      },
    )

    test.each(ODD)('with %s means what it says', async (_what, bytes, statuses) => {
      const answered = await talk(port, bytes)
      expect([...answered.statuses]).toEqual([...statuses])
      expect(answered.heard).not.toMatch(/evil|Cookie|secret/)
    })

    test.each(NOWHERE)('for %s is a 404 that does not repeat the path', async (path) => {
      const { statuses, heard } = await talk(port, get(path))
      expect(statuses).toEqual([404])
      expect(readAnswer(heard).body).toBe(
        '{"error":"there is nothing here; try /health/token, /health/ready or /health/live"}',
      )
      expect(heard).not.toMatch(/^(location|set-cookie):/im)
    })

    test('by another spelling of the path needs the credential too', async () => {
      for (const path of ['/operator', '/health/../operator', '/x/../operator', '/operator?x', '/operator#x'])
        expect((await talk(port, get(path))).statuses).toEqual([401])
    })

    test('of all these leaves nothing behind', async () => {
      await until('descriptors are back', () => descriptorsOf(program.pid) <= before.descriptors + 3)
      expect(residentMiB(program.pid) - before.memory).toBeLessThan(100)
      expect((await talk(port, get('/health/token'))).statuses).toEqual([200])
      expect(program.lines('defect')).toEqual([])
    })
  })
})
