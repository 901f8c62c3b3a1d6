import { afterAll, describe, expect, test } from 'bun:test'
import { fakeClock } from '../platform/clock.fake.ts'
import { systemClock, type Clock } from '../platform/clock.ts'
import { appSecretProof, createGraphClient, type Reply } from './client.ts'

const TOKEN = 'Zq7Xw9Kd3Lm5Pv8Rt2YbCanary'
const SECRET = 'f00dfeed0123456789abcdef01234567'
/** The time-out for a server that never answers. Servers that answer get enough time on any machine. */
const SHORT_MS = 400
const LONG_MS = 20_000
const MEBIBYTE = 1_048_576

let respond: (request: Request) => Response | Promise<Response> = () => Response.json({})
/** Copied when the request came: Bun drops a request that is over. */
type Seen = { readonly method: string; readonly url: URL; readonly headers: Headers }
let asked: Seen[] = []
const server = Bun.serve({
  port: 0,
  hostname: '127.0.0.1',
  fetch: (request) => {
    asked.push({ method: request.method, url: new URL(request.url), headers: new Headers(request.headers) })
    return respond(request)
  },
})
afterAll(() => server.stop(true))

type Fetch = (url: string, init: RequestInit) => Promise<Response>

type More = {
  readonly signal?: AbortSignal
  readonly own?: Fetch
  readonly timeoutMs?: number
  readonly clock?: Clock
}

function get(appSecret: string | null = null, more: More = {}): Promise<Reply> {
  const { signal = new AbortController().signal, own, timeoutMs = LONG_MS, clock = systemClock } = more
  asked = []
  const client = createGraphClient({
    fetch: own ?? ((url, init) => fetch(url, init)),
    clock,
    graphUrl: server.url.origin,
    graphVersion: 'v23.0',
    timeoutMs,
    viaProxy: false,
    clean: (text) => text,
    userAgent: 'whatsapp-token-guard/test',
  })
  return client.get('debug_token', { input_token: TOKEN }, { token: TOKEN, appSecret }, signal)
}

async function answered(response: () => Response | Promise<Response>): Promise<Reply> {
  respond = response
  return get()
}

/** Sends so many bytes and leaves the rest open. */
const open = (text: string) =>
  new Response(
    new ReadableStream({
      start: (controller) => controller.enqueue(new TextEncoder().encode(text)),
    }),
  )

test("Graph's clock is compared when the headers come, however long the body takes", async () => {
  const clock = fakeClock()
  const date = new Date(Math.floor(clock.nowMs() / 1000) * 1000 - 3_000).toUTCString()
  const slowly = new ReadableStream({
    pull: async (controller) => {
      await clock.advance(8_000)
      controller.enqueue(new TextEncoder().encode('{}'))
      controller.close()
    },
  })
  const own: Fetch = () => Promise.resolve(new Response(slowly, { headers: { date } }))
  expect(await get(null, { own, clock })).toMatchObject({ kind: 'json', signals: { clockOffsetMs: -2_500 } })
})

describe('a request', () => {
  test('holds the asking token in the header, and the inspected one in the query', async () => {
    respond = () => Response.json({ data: {} })
    await get()
    const [{ method, url, headers } = {} as Seen] = asked
    expect([method, url.pathname, [...url.searchParams]]).toEqual([
      'GET',
      '/v23.0/debug_token',
      [['input_token', TOKEN]],
    ])
    expect(headers.get('authorization')).toBe(`Bearer ${TOKEN}`)
    expect(headers.get('user-agent')).toBe('whatsapp-token-guard/test')
    expect(headers.get('accept-encoding')).toBe('identity')
  })

  test('is signed if there is a secret', async () => {
    await get(SECRET)
    const proof = asked[0]?.url.searchParams.get('appsecret_proof') ?? ''
    expect(proof).toBe(new Bun.CryptoHasher('sha256', SECRET).update(TOKEN).digest('hex'))
  })

  test("the proof is Meta's", () => {
    expect(appSecretProof('EAAFAKE', 'app-secret')).toBe(
      '2c557c8224d75099a16499d087dc680019a594fa79c97040d608daafb4f190d0',
    )
  })
})

describe('an answer', () => {
  const error = { error: { code: 190, message: 'm' } }
  const rows: readonly (readonly [what: string, response: () => Response, expected: object])[] = [
    ['JSON', () => Response.json({ a: 1 }), { kind: 'json', json: { a: 1 } }],
    ["Graph's error", () => Response.json(error, { status: 400 }), { kind: 'error', error: { code: 190 } }],
    ["Graph's error with HTTP 200", () => Response.json(error), { kind: 'error', error: { code: 190 } }],
    ['a page', () => new Response('<html>'), { kind: 'nonsense', what: 'HTTP 200 that is not JSON' }],
    ['nothing', () => new Response(''), { kind: 'nonsense', what: 'HTTP 200 that is empty' }],
    ['a 204', () => new Response(null, { status: 204 }), { kind: 'nonsense' }],
    ['a 404 page', () => new Response('x', { status: 404 }), { kind: 'nonsense' }],
    ['a 401 without an error', () => new Response('{}', { status: 401 }), { kind: 'nonsense' }],
    ['a 429 page', () => new Response('slow down', { status: 429 }), { kind: 'throttled', what: 'HTTP 429' }],
    ['a 500 page', () => new Response('<html>', { status: 500 }), { kind: 'failing', what: 'HTTP 500' }],
    ['a 503', () => new Response(null, { status: 503 }), { kind: 'failing', what: 'HTTP 503' }],
    ['1 MiB', () => new Response(`"${'a'.repeat(MEBIBYTE - 2)}"`), { kind: 'json' }],
    ['one byte more', () => new Response(`"${'a'.repeat(MEBIBYTE - 1)}"`), { kind: 'nonsense' }],
    [
      'a bomb',
      () => new Response(Bun.gzipSync(Buffer.alloc(50 * MEBIBYTE)), { headers: { 'content-encoding': 'gzip' } }),
      { kind: 'nonsense' },
    ],
    [
      'an unknown encoding',
      () => new Response('{"a":1}', { headers: { 'content-encoding': 'x' } }),
      { kind: 'nonsense', what: 'HTTP 200 that is in an encoding that was not asked for' },
    ],
    [
      'a 503 in an unknown encoding',
      () => new Response('{"a":1}', { status: 503, headers: { 'content-encoding': 'x' } }),
      { kind: 'failing' },
    ],
    ['broken gzip', () => new Response('x', { headers: { 'content-encoding': 'gzip' } }), { kind: 'unreachable' }],
  ]
  test.each(rows)('%s', async (_what, response, expected) => {
    expect(await answered(response)).toMatchObject(expected)
  })

  test.each([301, 302, 303, 307, 308])('a redirect (%d) is not followed', async (status) => {
    const reply = await answered(() => new Response(null, { status, headers: { location: `/v23.0/me?t=${TOKEN}` } }))
    expect(reply).toMatchObject({ kind: 'nonsense', what: `a redirect (HTTP ${status})` })
    expect(asked.length).toBe(1)
  })

  test('that is endless is cut at the cap', async () => {
    const reply = await answered(
      () => new Response(new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) })),
    )
    expect(reply).toMatchObject({ kind: 'nonsense', what: 'an answer larger than 1 MiB (HTTP 200)' })
  })
})

describe('no answer', () => {
  test.each([
    ['no headers', () => new Promise<Response>(() => {})],
    ['half a body', () => open('{"data":')],
  ])('in time, %s, is reported as a time-out', async (_what, response) => {
    respond = response
    const reply = await get(null, { timeoutMs: SHORT_MS })
    expect(reply).toMatchObject({ kind: 'unreachable', what: 'time-out: no answer in time' })
  })

  test('from a fetch that ignores its signal', async () => {
    const reply = await get(null, { timeoutMs: SHORT_MS, own: () => new Promise(() => {}) })
    expect(reply).toMatchObject({ kind: 'unreachable', what: 'time-out: no answer in time' })
  })

  test('where no server listens', async () => {
    const gone = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
    const { origin } = gone.url
    await gone.stop(true)
    const reply = await get(null, { own: (url, init) => fetch(url.replace(server.url.origin, origin), init) })
    expect(reply).toMatchObject({ kind: 'unreachable' })
    expect((reply as { what: string }).what).toMatch(/^connection: refused \(/)
  })

  test('after a stop', async () => {
    respond = () => new Promise(() => {})
    const stop = new AbortController()
    const reply = get(null, { signal: stop.signal })
    stop.abort()
    expect(await reply).toMatchObject({ kind: 'unreachable' })
  })

  test.each([
    new Error(`failed: ${TOKEN}`),
    Object.assign(new TypeError('fetch failed'), { cause: { code: `E ${TOKEN}`, message: TOKEN } }),
    TOKEN,
    { code: TOKEN.repeat(3), name: `x ${TOKEN}` },
    null,
  ])('never shows the token, whatever error was thrown (%#)', async (thrown) => {
    const reply = await get(SECRET, { own: () => Promise.reject(thrown) })
    expect(reply.kind).toBe('unreachable')
    expect(JSON.stringify(reply)).not.toContain(TOKEN.slice(0, 8))
  })
})
