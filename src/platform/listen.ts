import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { HttpBindings } from '@hono/node-server'
import { hostInUrl } from './host.ts'
import { pathOf } from './path.ts'
import { isBun } from './runtime.ts'

/** Where a server answers. */
export type Listening = {
  /** One that can be opened on this machine: `http://localhost:3000`. */
  readonly url: string
  readonly port: number
  /** Sends what the quick answers are now: to be called whenever one may have changed. */
  readonly refresh: () => void
  /** Takes no more connections, lets requests under way finish for `graceMs`, then cuts them. */
  readonly close: (graceMs: number) => Promise<void>
}

/** An answer as it is sent. */
export type Plain = {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/**
 * Answers by path that are the same whoever asks by GET or HEAD. The server sends them by itself, in half the time of a
 * handler; `null` leaves a path to the handler for now.
 */
export type Quick = ReadonlyMap<string, () => Plain | null>

type Answering = { readonly handler: Handler; readonly quick: Quick }

export type Handler = (request: Request, peer: Peer) => Response | Promise<Response>

/** What a request does not tell of itself. */
export type Peer = {
  /** The other side's IP address; `null` where it has gone already. */
  readonly address: () => string | null
  /** The `Host` header as it came. */
  readonly host: string | null
  /** This answer may take longer than an idle connection may. */
  readonly keepOpen: () => void
}

/** A port that cannot be had: foreseeable, and told in one sentence. */
export class ListenError extends Error {
  override readonly name = 'ListenError'
}

type NodeRequest = Pick<HttpBindings['incoming'], 'socket' | 'rawHeaders'>

/** A connection on which nothing moves for so long is closed: Bun's own default, and Node's from now on. */
const IDLE_SECONDS = 10

/** A request that drips in byte by byte is never idle: on Node it has a time of its own, as Bun gives it. */
const PROMPT = {
  headersTimeout: IDLE_SECONDS * 1000,
  requestTimeout: IDLE_SECONDS * 1000,
  connectionsCheckingInterval: 1_000,
}

/** One bound socket. */
type Bound = Pick<Listening, 'port' | 'refresh' | 'close'>

/** `null`: every address of this machine. `loopback`: 127.0.0.1, and ::1 where there is one. */
export type Host = string | null

/**
 * Listens with Bun.serve or node:http. The handler sees every request alike: whatever its `Host`, even none.
 * Throws ListenError.
 */
export async function listen(answering: Answering, host: Host, port: number): Promise<Listening> {
  const bound = await bind(answering, host, port)
  const [first] = bound
  return {
    url: `http://${urlHost(host)}:${first.port}`,
    port: first.port,
    refresh: () => bound.forEach((socket) => socket.refresh()),
    close: async (graceMs) => {
      await Promise.all(bound.map((socket) => socket.close(graceMs)))
    },
  }
}

async function bind(answering: Answering, host: Host, port: number): Promise<readonly [Bound, ...Bound[]]> {
  if (host === null) return [(await tryBind(answering, '::', port)) ?? (await bindOne(answering, '0.0.0.0', port))]
  if (host !== 'localhost') return [await bindOne(answering, host, port)]
  // A name with two addresses: one socket would be deaf to half of those who use it.
  const first = await bindOne(answering, '127.0.0.1', port)
  try {
    const second = await tryBind(answering, '::1', first.port)
    return second === null ? [first] : [first, second]
  } catch (error) {
    await first.close(0)
    throw error
  }
}

/** `null` where the machine has no such address: no IPv6, most often. */
async function tryBind(answering: Answering, host: string, port: number): Promise<Bound | null> {
  try {
    return await bindOne(answering, host, port)
  } catch (error) {
    if (error instanceof ListenError && /EAFNOSUPPORT|EADDRNOTAVAIL|EINVAL/.test(String(error.cause))) return null
    throw error
  }
}

async function bindOne(answering: Answering, host: string, port: number): Promise<Bound> {
  try {
    return isBun ? bindBun(answering, host, port) : await bindNode(answering, host, port)
  } catch (error) {
    const code = (error as { code?: unknown }).code
    throw new ListenError(whyNot(String(code), host, port), { cause: String(code) })
  }
}

function bindBun({ handler, quick }: Answering, hostname: string, port: number): Bound {
  let sent = plainsOf(quick)
  const isSent = ({ method, url }: Request) =>
    method === 'GET' && sent.some(([path, plain]) => plain !== null && path === pathOf(url))
  const options = {
    hostname,
    port,
    idleTimeout: IDLE_SECONDS,
    fetch: (request: Request, socket: Bun.Server<undefined>) =>
      handler(isSent(request) ? unknownMethod(request) : request, {
        address: () => socket.requestIP(request)?.address ?? null,
        host: request.headers.get('host'),
        keepOpen: () => socket.timeout(request, 0),
      }),
    error: () => new Response(null, { status: 500 }),
  }
  const server = Bun.serve({ ...options, routes: staticRoutes(sent) })
  return {
    port: server.port ?? port,
    refresh: () => {
      const now = plainsOf(quick)
      if (now.every(([, plain], at) => plain === sent[at]?.[1])) return
      sent = now
      server.reload({ ...options, routes: staticRoutes(now) })
    },
    close: (graceMs) => within(server.stop(false), graceMs, () => server.stop(true)),
  }
}

/** What comes here for a path that is sent by itself has a method that Bun does not know, and calls GET. */
function unknownMethod({ url }: Request): Request {
  return new Request(`http://localhost${pathOf(url)}`, { method: 'OPTIONS' })
}

type Plains = readonly (readonly [path: string, plain: Plain | null])[]

function plainsOf(quick: Quick): Plains {
  return [...quick].map(([path, plain]) => [path, plain()] as const)
}

/** By method: a route without would answer every one of them. */
function staticRoutes(plains: Plains) {
  return Object.fromEntries(
    plains.flatMap(([path, plain]) => {
      if (plain === null) return []
      const response = () => new Response(plain.body, { status: plain.status, headers: plain.headers })
      return [[path, { GET: response(), HEAD: response() }] as const]
    }),
  )
}

async function bindNode({ handler, quick }: Answering, host: string, port: number): Promise<Bound> {
  // Here, since Bun has no need of it.
  const [{ createServer }, { getRequestListener }] = await Promise.all([
    import('node:http'),
    import('@hono/node-server'),
  ])
  const listener = getRequestListener((request, { incoming }) => handler(request, peerOf(incoming)), {
    overrideGlobalObjects: false,
  })
  const server: Server = createServer(PROMPT, (request, response) => {
    const { method, url = '' } = request
    const plain = method === 'GET' || method === 'HEAD' ? quick.get(url)?.() : null
    if (plain != null) {
      response.writeHead(plain.status, { ...plain.headers, 'content-length': Buffer.byteLength(plain.body) })
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

function peerOf({ socket, rawHeaders }: NodeRequest): Peer {
  const at = rawHeaders.findIndex((name, index) => index % 2 === 0 && name.toLowerCase() === 'host')
  return {
    address: () => socket.remoteAddress ?? null,
    host: at === -1 ? null : (rawHeaders[at + 1] ?? null),
    keepOpen: () => socket.setTimeout(0),
  }
}

async function within(done: Promise<void>, graceMs: number, force: () => unknown): Promise<void> {
  const timer = setTimeout(force, graceMs)
  const cut = new Promise<void>((resolve) => setTimeout(resolve, graceMs + 100).unref())
  await Promise.race([done, cut])
  clearTimeout(timer)
}

function whyNot(code: string, host: string, port: number): string {
  const where = `${hostInUrl(host)}:${port}`
  switch (code) {
    case 'EADDRINUSE':
      return `port ${port} is taken: another program listens at ${where}. Stop it, or choose another with --port or TOKEN_GUARD_PORT (0 is any free one).`
    case 'EACCES':
      return `this user may not listen at ${where}: ports below 1024 need a privilege. Choose another with --port or TOKEN_GUARD_PORT.`
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `this machine has no address ${host}. Correct --host or TOKEN_GUARD_HOST (:: is every address, 127.0.0.1 this machine only).`
    default:
      return `cannot listen at ${where} (${code}).`
  }
}

function urlHost(host: Host): string {
  if (host === null || host === '::' || host === 'localhost') return 'localhost'
  if (host === '0.0.0.0') return '127.0.0.1'
  return hostInUrl(host)
}
