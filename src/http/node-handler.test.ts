import { describe, expect, test } from 'bun:test'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect, type AddressInfo } from 'node:net'
import { Secret } from '../config/secret.ts'
import { appDeps, type Changes } from './app.fake.ts'
import { createNodeHandler, type NodeHandler } from './node-handler.ts'

/** The handler behind a real server of `node:http`. What frameworks do before it is done here by hand. */

type Framework = (handler: NodeHandler, request: IncomingMessage, response: ServerResponse) => void
const BARE: Framework = (handler, request, response) => handler(request, response)
const PASSING_ON: Framework = (handler, request, response) =>
  handler(request, response, () => response.end(`the shop at ${request.url}`))

async function served(framework: Framework, changes: Changes = {}) {
  const handler = createNodeHandler(appDeps(changes))
  const server = createServer((request, response) => framework(handler, request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  return {
    port,
    url,
    ask: (path: string, init: RequestInit = {}) => fetch(url + path, { redirect: 'manual', ...init }),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const OPERATOR = 'operator-token-of-this-test'
const asOperator = { operatorToken: () => new Secret(OPERATOR) }
const authorization = `Bearer ${OPERATOR}`

describe('without next', () => {
  test.each([
    ['GET', '/health/token', 200],
    ['GET', '/health/token?from=probe', 200],
    ['HEAD', '/health', 200],
    ['GET', '/health/ready', 200],
    ['GET', '/health/live', 200],
    ['GET', '/nothing', 404],
    ['GET', '/health/token/', 404],
    ['POST', '/health/token', 405],
    ['POST', '/health/token/check', 404],
  ])('%s %s: %d', async (method, path, status) => {
    await using server = await served(BARE)
    expect((await server.ask(path, { method })).status).toBe(status)
  })

  test('answers as the other servers do, with a length for HEAD too', async () => {
    await using server = await served(BARE)
    const [get, head] = [await server.ask('/health/token'), await server.ask('/health/token', { method: 'HEAD' })]
    const body = await get.text()
    expect(JSON.parse(body)).toMatchObject({ status: 'pass' })
    expect(await head.text()).toBe('')
    for (const { headers } of [get, head])
      expect([headers.get('content-type'), headers.get('cache-control'), headers.get('content-length')]).toEqual([
        'application/health+json',
        'no-store',
        String(body.length),
      ])
  })
})

describe('with next', () => {
  test.each([
    ['GET', '/'],
    ['POST', '/health'],
    ['GET', '/health/other'],
    ['POST', '/health/token/check'],
    ['POST', '/health/token/report'],
  ])('%s %s is left to the application', async (method, path) => {
    await using server = await served(PASSING_ON)
    expect(await (await server.ask(path, { method })).text()).toBe(`the shop at ${path}`)
  })

  test.each([
    ['/internal', '/internal/health/token'],
    ['/health', '/health/token'],
    ['/health', '/health'],
    ['', '/health/ready'],
  ])('mounted below "%s" it answers %s', async (mount, path) => {
    const mounted: Framework = (handler, request, response) => {
      const originalUrl = request.url ?? ''
      request.url = originalUrl.slice(mount.length) || '/'
      handler(Object.assign(request, { originalUrl }), response, () => response.writeHead(404).end())
    }
    await using server = await served(mounted)
    expect((await server.ask(path)).status).toBe(200)
    expect((await server.ask(`${mount}/elsewhere`)).status).toBe(404)
  })
})

describe('with an operator token', () => {
  test('verifies now, and keeps other sites and wrong credentials out', async () => {
    let checks = 0
    const check = async () => void (checks += 1)
    await using server = await served(PASSING_ON, { ...asOperator, check })
    const post = (headers: Record<string, string>) => server.ask('/health/token/check', { method: 'POST', headers })
    expect((await post({})).status).toBe(401)
    expect((await post({ authorization, origin: 'https://evil.example' })).status).toBe(403)
    expect((await post({ authorization, origin: server.url })).status).toBe(200)
    expect(checks).toBe(1)
  })

  test('counts wrong credentials for each address', async () => {
    await using server = await served(BARE, asOperator)
    const wrong = () => server.ask('/health/token', { headers: { authorization: 'Bearer wrong' } })
    const answers = await Promise.all(Array.from({ length: 12 }, wrong))
    expect(answers.map(({ status }) => status).sort()).toEqual([...Array(10).fill(401), 429, 429])
  })
})

describe('a report', () => {
  const MET = { error: { code: 190, error_subcode: 463, message: 'Session has expired' } }
  const TEXT = JSON.stringify(MET)
  const parsing =
    (parse: (text: string) => unknown): Framework =>
    async (handler, request, response) => {
      let text = ''
      for await (const chunk of request) text += String(chunk)
      handler(Object.assign(request, { body: parse(text) }), response)
    }

  test.each([
    ['before any body parser', BARE],
    ['after one for JSON', parsing(JSON.parse)],
    ['after one for text', parsing((text) => text)],
    ['after one for bytes', parsing(Buffer.from)],
    [
      'behind Express 4, which gives an empty body to what it did not read',
      ((handler, request, response) => handler(Object.assign(request, { body: {} }), response)) satisfies Framework,
    ],
  ])('is read %s', async (_, framework) => {
    const met: unknown[] = []
    await using server = await served(framework, { ...asOperator, report: (each) => void met.push(each) })
    const post = (body: RequestInit['body']) =>
      server.ask('/health/token/report', { method: 'POST', headers: { authorization }, body: body ?? null })
    expect((await post(TEXT)).status).toBe(202)
    expect((await post(new Blob([TEXT]).stream())).status).toBe(202)
    expect(met).toEqual([MET, MET])
  })

  test.each([
    ['no JSON', 'nonsense', 400],
    ['nothing', '', 400],
    ['too much', 'x'.repeat(70_000), 413],
    ['too much, of no known length', new Blob(['x'.repeat(300_000)]), 413],
  ])('of %s: %s', async (_, body, status) => {
    const met: unknown[] = []
    await using server = await served(BARE, { ...asOperator, report: (each) => void met.push(each) })
    const sent = typeof body === 'string' ? body : body.stream()
    const answer = await server.ask('/health/token/report', { method: 'POST', headers: { authorization }, body: sent })
    expect([answer.status, met]).toEqual([status, []])
  })

  test('that a parser has read and left nowhere is a bad request', async () => {
    await using server = await served(
      parsing(() => undefined),
      asOperator,
    )
    const answer = await server.ask('/health/token/report', { method: 'POST', headers: { authorization }, body: TEXT })
    expect(answer.status).toBe(400)
  })
})

describe('on its way', () => {
  test('a client that leaves during a check harms nothing', async () => {
    const [began, ends] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const check = async () => {
      began.resolve()
      await ends.promise
    }
    await using server = await served(BARE, { ...asOperator, check })
    const socket = connect(server.port, '127.0.0.1')
    socket.write(
      `POST /health/token/check HTTP/1.1\r\nHost: x\r\nAuthorization: ${authorization}\r\nContent-Length: 0\r\n\r\n`,
    )
    await began.promise
    socket.destroy()
    ends.resolve()
    expect((await server.ask('/health/live')).status).toBe(200)
  })

  test('what another middleware has answered stays its answer', async () => {
    const hasty: Framework = (handler, request, response) => {
      response.writeHead(503).end('too late')
      handler(request, response)
    }
    await using server = await served(hasty)
    const answer = await server.ask('/health/token')
    expect([answer.status, await answer.text()]).toEqual([503, 'too late'])
  })

  test('a defect is a 500, and the server goes on', async () => {
    const check = async () => {
      throw new Error('a defect')
    }
    await using server = await served(BARE, { ...asOperator, check })
    const post = { method: 'POST', headers: { authorization } }
    expect((await server.ask('/health/token/check', post)).status).toBe(500)
    expect((await server.ask('/health/token')).status).toBe(200)
  })

  test('at a stop, connections are asked to close', async () => {
    let isStopping = false
    await using server = await served(BARE, { isStopping: () => isStopping })
    expect((await server.ask('/health/ready')).headers.get('connection')).not.toBe('close')
    isStopping = true
    const answer = await server.ask('/health/ready')
    expect([answer.status, answer.headers.get('connection')]).toEqual([503, 'close'])
  })
})
