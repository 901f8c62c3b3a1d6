import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { getRequestListener, type HttpBindings } from '@hono/node-server'
import { IDLE_SECONDS, type Answering, type Bound, type Peer, type Plain } from './listening.ts'
import { within } from './within.ts'

/** Listening by node:http. */

type NodeRequest = Pick<HttpBindings['incoming'], 'socket' | 'rawHeaders'>

/** A request that drips in byte by byte is never idle: on Node it has a time of its own, as Bun gives it. */
const PROMPT = {
  headersTimeout: IDLE_SECONDS * 1000,
  requestTimeout: IDLE_SECONDS * 1000,
  connectionsCheckingInterval: 1_000,
}

export async function bindNode({ handler, quick }: Answering, host: string, port: number): Promise<Bound> {
  const listener = getRequestListener((request, { incoming }) => handler(request, peerOf(incoming)), {
    overrideGlobalObjects: false,
  })
  const headersOf = remembered(({ headers, body }: Plain) => ({
    ...headers,
    'content-length': Buffer.byteLength(body),
  }))
  const server: Server = createServer(PROMPT, (request, response) => {
    const { method, url = '' } = request
    const plain = method === 'GET' || method === 'HEAD' ? quick.get(url)?.() : null
    if (plain != null) {
      response.writeHead(plain.status, headersOf(plain))
      response.end(method === 'HEAD' ? undefined : plain.body)
      return
    }
    // Probes send HTTP/1.0 without a Host, or nonsense in it: the URL must not be made of it.
    request.headers.host = 'localhost'
    void listener(request, response)
  })
  server.setTimeout(IDLE_SECONDS * 1000)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen({ host, port }, resolve)
  })
  const closed = new Promise<void>((resolve) => server.once('close', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    // They are made for each request.
    refresh: () => {},
    close: (graceMs) => {
      server.close()
      server.closeIdleConnections()
      return within(closed, graceMs, () => server.closeAllConnections())
    },
  }
}

/** Made once for each answer: a thousand probes get the same. */
function remembered<T extends object, R>(make: (of: T) => R): (of: T) => R {
  const made = new WeakMap<T, R>()
  return (of) => {
    const known = made.get(of)
    if (known !== undefined) return known
    const fresh = make(of)
    made.set(of, fresh)
    return fresh
  }
}

function peerOf({ socket, rawHeaders }: NodeRequest): Peer {
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'host')
  return {
    address: () => socket.remoteAddress ?? null,
    host: at === -1 ? null : (rawHeaders[at + 1] ?? null),
    keepOpen: () => socket.setTimeout(0),
  }
}
