import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { startGraph, type Graph } from '../process/graph.ts'
import { forEachRuntime, start, type Program } from '../process/harness.ts'
import { SANDBOX_SECRETS } from '../process/secrets.ts'
import { readAnswer } from '../process/sockets.ts'
import { talk } from './talk.ts'

/** Other sites in the operator's browser, and guesses at the operator's credential. */

const OPERATOR = 'mV7xKq2RtW9zLb4c'
const CLOSE = 'Host: x\r\nConnection: close\r\n'
const get = (path: string, headers: string) => `GET ${path} HTTP/1.1\r\n${CLOSE}${headers}\r\n`

forEachRuntime((runtime) => {
  describe('an answer', () => {
    let graph: Graph
    let program: Program
    let port: number
    beforeAll(async () => {
      graph = startGraph()
      const env = { ...graph.env, TOKEN_GUARD_CHECK_INTERVAL: '24h', TOKEN_GUARD_OPERATOR_TOKEN: OPERATOR }
      program = start(runtime, ['serve'], env, { secrets: [...SANDBOX_SECRETS, OPERATOR], lifetimeMs: 120_000 })
      port = await program.port()
    })
    afterAll(async () => {
      await program[Symbol.asyncDispose]()
      await graph[Symbol.asyncDispose]()
    })

    const ROUTES = ['/', '/operator', '/health/token', '/health/ready', '/health/live', '/metrics', '/nothing']
    test.each(ROUTES)('of %s has no header that opens it to other sites or shows what serves it', async (path) => {
      const headers = `Origin: https://evil.example\r\nCookie: a=b\r\nAuthorization: Bearer ${OPERATOR}\r\n`
      const answer = readAnswer((await talk(port, get(path, headers))).heard)
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff')
      const names = [...answer.headers.keys()]
      expect(
        names.filter((name) => /^access-control-|^set-cookie$|^server$|^x-powered-by$|^location$/.test(name)),
      ).toEqual([])
    })

    test.each(['/', '/operator'])('of the page at %s forbids frames and foreign scripts', async (path) => {
      const { headers } = readAnswer((await talk(port, get(path, `Authorization: Bearer ${OPERATOR}\r\n`))).heard)
      const policy = headers.get('content-security-policy') ?? ''
      expect(policy).toContain("default-src 'none'")
      expect(policy).toContain("frame-ancestors 'none'")
      expect(policy).toContain("base-uri 'none'")
      expect(policy).toContain(`form-action ${path === '/' ? "'none'" : "'self'"}`)
      expect(policy).not.toMatch(/unsafe|\*|https?:/)
      expect([headers.get('x-frame-options'), headers.get('referrer-policy')]).toEqual(['DENY', 'same-origin'])
    })

    test('to what another site makes a browser send is 403, and nothing is done', async () => {
      const asked = graph.asked.length
      const basic = `Authorization: Basic ${Buffer.from(`x:${OPERATOR}`).toString('base64')}\r\n`
      const foreign = [
        'Origin: https://evil.example\r\n',
        'Origin: null\r\n',
        'Origin: http://x.evil.example\r\n',
        'Origin: http://x:1\r\n',
        'Origin: x\r\n',
        'Origin: \r\n',
        'Sec-Fetch-Site: cross-site\r\nOrigin: http://x\r\n',
        'Sec-Fetch-Site: same-site\r\n',
        'Sec-Fetch-Site: nonsense\r\n',
      ]
      for (const header of foreign) {
        const type = 'Content-Type: text/plain\r\nContent-Length: 0\r\n'
        const bytes = `POST /health/token/check HTTP/1.1\r\n${CLOSE}${basic}${type}${header}\r\n`
        expect([header, (await talk(port, bytes)).statuses]).toEqual([header, [403]])
      }
      expect(graph.asked.length).toBe(asked)
    })

    test('to a guessed credential says that it is wrong, and no more', async () => {
      const guesses = [
        'Bearer wrong',
        `Bearer ${OPERATOR.slice(0, -1)}x`,
        `Bearer ${OPERATOR}x`,
        `Bearer ${OPERATOR.toLowerCase()}`,
        `Token ${OPERATOR}`,
        `Bearer ${OPERATOR}\tx`,
        `Basic ${Buffer.from(`${OPERATOR}:`).toString('base64')}`,
      ]
      // Ten a minute get an answer each, and the answers do not differ.
      const answers = new Set<string>()
      for (const guess of guesses)
        answers.add(
          (await talk(port, get('/health/token', `Authorization: ${guess}\r\n`))).heard.replace(/^date:.*$/im, ''),
        )
      expect([...answers]).toHaveLength(1)
      expect([...answers][0]).toStartWith('HTTP/1.1 401')
    })

    test('to the next guesses is 429 however they are disguised, and the right credential is never locked out', async () => {
      const statuses: number[] = []
      const guess = async (path: string, at: number) => {
        const disguise = `X-Forwarded-For: 192.0.2.${at}\r\nX-Real-IP: 192.0.2.${at}\r\nForwarded: for=192.0.2.${at}\r\n`
        const bytes = get(path, `${disguise}Authorization: Bearer guess-${at}\r\n`)
        statuses.push(...(await talk(port, bytes)).statuses)
      }
      const paths = ['/health/token', '/health', '/operator']
      await Promise.all(Array.from({ length: 200 }, (_, at) => guess(paths[at % 3] ?? '', at)))
      const count = (status: number) => statuses.filter((each) => each === status).length
      expect(count(401)).toBeLessThanOrEqual(10)
      expect(count(401) + count(429)).toBe(200)
      const right = await talk(port, get('/health/token', `Authorization: Bearer ${OPERATOR}\r\n`))
      expect(right.statuses).toEqual([200])
      expect(right.heard).toContain('"fingerprint"')
    })
  })
})
