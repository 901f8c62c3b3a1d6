import type { IncomingMessage, ServerResponse } from 'node:http'
import { PassThrough, Readable } from 'node:stream'
import { pathOf } from '../platform/path.ts'
import { toPlain, type HttpAnswer } from './answer.ts'
import {
  DEFECT,
  isHidden,
  NOTHING_HERE,
  routesOf,
  wrongMethod,
  type AppDeps,
  type Incoming,
  type ServedRoute,
} from './answering.ts'
import { readReport } from './report-route.ts'

/** A request listener of `node:http`, and a middleware of Express, Nest and whatever else passes on Node's own objects. */
export type NodeHandler = (
  request: IncomingMessage,
  response: ServerResponse,
  /** Gets every request that is not the guard's. Without it such a request is answered with 404 or 405. */
  next?: (error?: unknown) => void,
) => void

/** What frameworks add to Node's request. */
type Framed = IncomingMessage & {
  /** Express: the address before a mount path was cut off. */
  readonly originalUrl?: string
  /** What a body parser made of the body. */
  readonly body?: unknown
}

export function createNodeHandler(deps: AppDeps): NodeHandler {
  const served = routesOf(deps, ['health'])
  return (request: Framed, response, next) => {
    const method = request.method === 'HEAD' ? 'GET' : request.method
    // Below a mount path the guard's path is what is left of it (`/internal`), or the whole (`/health`).
    const paths = [request.url, request.originalUrl].flatMap((url) => (url === undefined ? [] : [pathOf(url)]))
    const [found] = paths.flatMap((path) => rowsAt(served, path).map((row) => ({ path, ...row })))
    const isOurs = found !== undefined && found.method === method && !isHidden(deps, found.path)
    if (!isOurs && next !== undefined) return next()
    if (found === undefined) return send(response, NOTHING_HERE, deps)
    if (!isOurs) return send(response, wrongMethod(deps, found.path, found.method), deps)
    void answerOf(found, incomingOf(request, found.path)).then((answer) => send(response, answer, deps))
  }
}

const rowsAt = (served: readonly ServedRoute[], path: string) => served.filter(({ paths }) => paths.includes(path))

async function answerOf({ route }: ServedRoute, incoming: Incoming): Promise<HttpAnswer> {
  try {
    return await route(incoming)
  } catch {
    return DEFECT
  }
}

function incomingOf(request: Framed, path: string): Incoming {
  // HTTP/2 adds names that are no headers: `:path`, `:authority`.
  const named = Object.entries(request.headers).filter(([name]) => !name.startsWith(':'))
  const headers = new Headers(named.flatMap(([name, value]) => (typeof value === 'string' ? [[name, value]] : [])))
  return {
    headers,
    path,
    query: '',
    peer: {
      address: () => request.socket.remoteAddress ?? null,
      host: request.headers.host ?? request.headers[':authority']?.toString() ?? null,
    },
    body: () => readReport({ headers, body: bodyOf(request) }),
  }
}

/** What a body parser has read cannot be read again. */
function bodyOf(request: Framed): ReadableStream<Uint8Array> | null {
  if (request.readableDidRead) return new Response(textOf(request.body)).body
  // To stop reading must not end the connection: the answer is still to be sent on it.
  return Readable.toWeb(request.pipe(new PassThrough())) as ReadableStream<Uint8Array>
}

function textOf(parsed: unknown): string | Uint8Array<ArrayBuffer> {
  if (typeof parsed === 'string') return parsed
  if (parsed instanceof Uint8Array) return new Uint8Array(parsed)
  return JSON.stringify(parsed) ?? ''
}

function send(response: ServerResponse, answer: HttpAnswer, { isStopping }: AppDeps): void {
  // Its client has gone, or another middleware has answered (a time-out).
  if (response.headersSent || response.destroyed) return
  const { status, headers, body } = toPlain(answer)
  response.statusCode = status
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
  if (isStopping()) response.setHeader('connection', 'close')
  response.setHeader('content-length', Buffer.byteLength(body))
  response.end(body)
}
