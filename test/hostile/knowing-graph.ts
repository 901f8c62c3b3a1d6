import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { appSecretProof } from '../../src/graph/client.ts'
import type { ScenarioName } from '../../src/sandbox/sandbox.ts'
import { startGraph, variables } from '../process/graph.ts'
import type { Environment } from '../process/harness.ts'
import { SANDBOX_SECRETS } from '../process/secrets.ts'

/** The sandbox with the given token and app secret as its own. The connection to it can go wrong. */

export type Fault = (request: Request, body: string) => Response | 'cut'

export type KnowingGraph = AsyncDisposable & {
  readonly url: string
  readonly env: Environment
  readonly play: (scenario: ScenarioName) => void
  /** Until the next one; `null` is none. */
  readonly fail: (fault: Fault | null) => void
  readonly further: (path: string, times: number) => Promise<void>
}

const PROOF = 'appsecret_proof'

export async function startGraphThatKnows(token: string, appSecret: string): Promise<KnowingGraph> {
  const [ownToken = '', ownSecret = ''] = SANDBOX_SECRETS
  const inward = (plain: string) => plain.replaceAll(token, ownToken).replaceAll(appSecret, ownSecret)
  const outward = (plain: string) => plain.replaceAll(ownToken, token).replaceAll(ownSecret, appSecret)
  const graph = startGraph()
  let fault: Fault | null = null
  const watchers = new Set<(path: string) => void>()

  async function forward(request: Request, body: string): Promise<Response> {
    const url = new URL(inward(request.url.replace(new URL(request.url).origin, graph.url)))
    const headers = new Headers([...request.headers].map(([name, value]) => [name, inward(value)]))
    const caller = (headers.get('authorization') ?? '').replace(/^Bearer /, '')
    if (url.searchParams.has(PROOF)) url.searchParams.set(PROOF, appSecretProof(caller, ownSecret))
    headers.delete('content-length')
    const sent = request.method === 'GET' ? {} : { body: inward(body) }
    const answer = await fetch(url, { method: request.method, headers, ...sent })
    const { 'content-length': _length, ...kept } = Object.fromEntries(answer.headers)
    return new Response(outward(await answer.text()), { status: answer.status, headers: kept })
  }

  async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/', headers } = incoming
    const body = await text(incoming)
    const request = new Request(`${origin}${url}`, { method, headers: headers as Record<string, string> })
    const answered = fault === null ? await forward(request, body) : fault(request, body)
    if (answered === 'cut') {
      response.writeHead(200, { 'content-length': '100000' }).write(`{"data":"${request.url}`, () => response.destroy())
    } else {
      response.writeHead(answered.status, Object.fromEntries(answered.headers)).end(await answered.text())
    }
    for (const watcher of watchers) watcher(new URL(request.url).pathname)
  }

  const server = createServer((incoming, response) => void answer(incoming, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  return {
    url: origin,
    env: { ...variables(origin), WHATSAPP_TOKEN: token, META_APP_SECRET: appSecret },
    play: graph.play,
    fail: (next) => (fault = next),
    further: (path, times) => {
      let left = times
      return new Promise((resolve) => {
        const watcher = (asked: string) => {
          if (!asked.endsWith(path) || --left > 0) return
          watchers.delete(watcher)
          resolve()
        }
        watchers.add(watcher)
      })
    },
    [Symbol.asyncDispose]: async () => {
      server.close()
      server.closeAllConnections()
      await graph[Symbol.asyncDispose]()
    },
  }
}
