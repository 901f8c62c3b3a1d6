import { describe, expect, test } from 'bun:test'
import { createSandbox } from '../../src/sandbox/sandbox.ts'
import { answerThatHolds } from '../hostile/words-of-secrets.ts'
import { independently } from './concurrent.ts'
import { freePort, graphError, startGraph, variables } from './graph.ts'
import { forEachRuntime, run, start, type Environment } from './harness.ts'
import { expectNoSecret } from './secrets.ts'

const canary = (prefix: string) =>
  `${prefix}${Array.from(crypto.getRandomValues(new Uint8Array(20)), (byte) => byte.toString(36).padStart(2, 'Q')).join('')}`

const TOKEN = canary('EAA')
const APP_SECRET = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('hex')
const OPERATOR = canary('op')
const ALERT = canary('hook')
/** The path of an address, whose host is no secret. */
const WEBHOOK = canary('in')
const WEBHOOK_HOST = 'messages.example'
const OTHER_HOST = 'old-tunnel.example'
const SECRETS = [TOKEN, APP_SECRET, OPERATOR, ALERT, WEBHOOK]

const secretive = (url: string): Environment => ({
  ...variables(url),
  WHATSAPP_TOKEN: TOKEN,
  META_APP_SECRET: APP_SECRET,
  TOKEN_GUARD_OPERATOR_TOKEN: OPERATOR,
  TOKEN_GUARD_ALERT_URL: `http://127.0.0.1:${freePort()}/${ALERT}`,
  WHATSAPP_WEBHOOK_URL: `https://${WEBHOOK_HOST}/${WEBHOOK}`,
  TOKEN_GUARD_BOOT_TIMEOUT: '1s',
  LOG_LEVEL: 'trace',
})

/** Those that a word of Graph's vocabulary may consist of. */
const PARTS = [
  ['a half', TOKEN.slice(4, 40)],
  ['eight characters', TOKEN.slice(3, 40).match(/[A-Za-z][A-Za-z0-9]{7}/)?.[0] ?? ''],
] as const

/** The sandbox knows its own token. */
const sandbox = createSandbox()
const inward = (request: Request) => new Request(request.url, { headers: { authorization: `Bearer ${sandbox.token}` } })

/** What Graph and whoever stands between can send back of what they were sent. */
const ECHOES: Readonly<Record<string, (request: Request) => Response>> = {
  'an error that quotes the request': (request) => graphError(400, { code: 100, message: `Bad ${request.url}` }),
  'an error that quotes the header': (request) =>
    graphError(401, { code: 190, message: `Cannot parse access token ${request.headers.get('authorization')}` }),
  'an error that quotes all secrets': () => graphError(400, { code: 1, message: SECRETS.join(' ') }),
  'a redirect': (request) => new Response(null, { status: 302, headers: { location: request.url } }),
  'a page': (request) => new Response(`<p>${request.url}</p>`, { headers: { 'content-type': 'text/html' } }),
  'a field of the token': (request) =>
    Response.json({ data: { is_valid: true, type: TOKEN, scopes: [TOKEN], expires_at: 0, app_id: request.url } }),
  'a header': () => new Response('{}', { headers: { 'facebook-api-version': TOKEN, 'retry-after': TOKEN } }),
}

test('a search for secrets finds a part of one', () => {
  expect(() => expectNoSecret(`x ${TOKEN.slice(7, 15)} x`, SECRETS)).toThrow('a part of a secret shows')
  expect(() => expectNoSecret('nothing here', SECRETS)).not.toThrow()
})

forEachRuntime((runtime) => {
  describe('no secret shows in any output', () => {
    const options = { secrets: SECRETS }

    for (const [what, answer] of Object.entries(ECHOES))
      independently(`where Graph answers with ${what}`, async () => {
        await using graph = startGraph('permanent', { answer })
        for (const args of [['check', '--json'], ['check'], ['serve']])
          expect((await run(runtime, args, secretive(graph.url), options)).code).toBeOneOf([75, 77, 78])
      })

    independently('where messages go elsewhere: the hosts show, and no path', async () => {
      const overridden = (request: Request, path: string) =>
        path.endsWith('/subscribed_apps')
          ? subscribed(`https://${OTHER_HOST}/${WEBHOOK}`)
          : path === '/debug_token'
            ? good()
            : sandbox.fetch(inward(request))
      await using graph = startGraph('permanent', { answer: overridden })
      const env = { ...secretive(graph.url), META_APP_SECRET: '', META_APP_ID: '', TOKEN_GUARD_BOOT_TIMEOUT: '15s' }
      const { code, stdout } = await run(runtime, ['check', '--json'], env, options)
      const [finding] = JSON.parse(stdout).findings
      expect([code, finding.code]).toEqual([0, 'account.webhook_elsewhere'])
      expect(finding.expected).toContain(WEBHOOK_HOST)
      expect(finding.observed).toContain(OTHER_HOST)
    })

    for (const [what, word] of PARTS)
      independently(`where a word of Graph's is ${what} of the token`, async () => {
        await using graph = startGraph('permanent', {
          answer: (request) => answerThatHolds(request, { word, address: `https://${OTHER_HOST}/${WEBHOOK}` }),
        })
        const env = { ...secretive(graph.url), TOKEN_GUARD_BOOT_TIMEOUT: '15s', TOKEN_GUARD_MODE: 'report' }
        await using program = start(runtime, ['serve'], env, options)
        // All is read and kept, but for the words.
        const { json } = await program.ask('/health/token')
        expect(json.checks['whatsapp:phone-number']).toMatchObject([{ status: 'warn', code: 'phone.blocked' }])
        for (const path of ['/', '/operator', '/health/token', '/metrics'])
          for (const headers of [{}, { authorization: `Bearer ${OPERATOR}` }]) await program.ask(path, { headers })
        for (const args of [['check', '--json'], ['check'], ['doctor', '--json']])
          await run(runtime, args, env, options)
      })

    independently('where nobody answers', async () => {
      const env = secretive(`http://127.0.0.1:${freePort()}`)
      expect((await run(runtime, ['check'], env, options)).code).toBe(75)
    })

    independently('in service, at every level and route, while Graph echoes', async () => {
      let echo: ((request: Request) => Response) | undefined
      await using graph = startGraph('permanent', {
        answer: (request, path) => echo?.(request) ?? (path === '/debug_token' ? good() : undefined),
      })
      const env = { ...secretive(graph.url), TOKEN_GUARD_CHECK_INTERVAL: '1s', TOKEN_GUARD_MODE: 'report' }
      await using program = start(runtime, ['serve'], env, options)
      await program.waitFor('server.listening')
      for (const each of Object.values(ECHOES)) {
        echo = each
        await graph.further('/debug_token', 1)
        for (const path of ['/health/token', '/health/ready', '/health/live', `/${TOKEN}`])
          await program.ask(path, { headers: { authorization: `Bearer ${OPERATOR}` } })
      }
    })

    independently('of a wrong configuration', async () => {
      const texts = { WHATSAPP_TOKEN: `"${TOKEN}"`, META_APP_SECRET: `${APP_SECRET} `, TOKEN_GUARD_ALERT_URL: ALERT }
      expect((await run(runtime, ['check'], { ...texts, GRAPH_API_URL: 'ftp://x' }, options)).code).toBe(78)
    })
  })
})

const subscribed = (override: string) =>
  Response.json({
    data: [
      {
        whatsapp_business_api_data: { id: variables('')['META_APP_ID'], name: 'x', link: override },
        override_callback_uri: override,
      },
    ],
  })

function good(): Response {
  const scopes = ['business_management', 'whatsapp_business_messaging', 'whatsapp_business_management']
  const { META_APP_ID } = variables('')
  return Response.json({ data: { is_valid: true, type: 'SYSTEM_USER', scopes, expires_at: 0, app_id: META_APP_ID } })
}
