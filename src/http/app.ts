/**
 * The routes, each with its promise.
 *
 *   GET /health/token, /health           200 pass or warn, 503 fail. From memory: never a request to Graph.
 *   GET /health/ready, /readyz           200 from the end of boot until a stop begins (TOKEN_GUARD_READINESS).
 *   GET /health/live, /livez, /healthz   200 as long as the process serves: never the token's, never Graph's business.
 *
 * Anything else is a JSON 404, another method a 405 with Allow. HEAD is GET without the body.
 */
import { Hono } from 'hono'
import type { Health } from '../guard/health.ts'
import { healthAnswer, type Answer, type Overriding, type Release } from './health.ts'

export type AppDeps = {
  readonly health: () => Health
  readonly release: Release
  readonly readiness: 'process' | 'token'
  /** Whether the token may be ready at all: false until it has passed once after an unverified start. */
  readonly hasBooted: () => boolean
  readonly isStopping: () => boolean
  /** Said instead of the guard's own state: nothing is verified under mode `off`. */
  readonly overriding: Overriding
}

type Render = () => Answer

const STOPPING: Overriding = { output: 'The service is stopping.' }

const LIVE: Answer = { httpStatus: 200, body: '{"status":"pass"}' }
const READY: Answer = LIVE

export function createApp(deps: AppDeps): Hono {
  const token = tokenAnswer(deps)
  const ready = () => readyAnswer(deps, token())
  const app = new Hono({ getPath: ({ url }) => pathOf(url) })
  const routes: readonly (readonly [Render, readonly string[]])[] = [
    [token, ['/health/token', '/health']],
    [ready, ['/health/ready', '/readyz']],
    [() => LIVE, ['/health/live', '/livez', '/healthz']],
  ]
  for (const [render, paths] of routes) {
    for (const path of paths) {
      app.get(path, () => respond(render(), deps.isStopping()))
      app.all(path, () => problem(405, 'this method is not allowed here', deps.isStopping(), { allow: 'GET, HEAD' }))
    }
  }
  app.notFound(() =>
    problem(404, 'there is nothing here; try /health/token, /health/ready or /health/live', deps.isStopping()),
  )
  app.onError(() => problem(500, 'a defect of this program', deps.isStopping()))
  return app
}

/** The body is written when the state changes: the guard hands out the same object until then. */
function tokenAnswer({ health, release, overriding, isStopping }: AppDeps): Render {
  let written: { readonly of: Health; readonly stopping: boolean; readonly answer: Answer } | null = null
  return () => {
    const of = health()
    const stopping = isStopping()
    if (written?.of !== of || written.stopping !== stopping) {
      written = { of, stopping, answer: healthAnswer(of, release, stopping ? STOPPING : overriding) }
    }
    return written.answer
  }
}

function readyAnswer({ readiness, hasBooted, isStopping }: AppDeps, token: Answer): Answer {
  if (isStopping()) return notReady('The service is stopping.')
  if (!hasBooted()) return notReady('The token has not been verified yet.')
  if (readiness === 'token' && token.httpStatus !== 200) return notReady('The token fails: see /health/token.')
  return READY
}

function notReady(output: string): Answer {
  return { httpStatus: 503, body: JSON.stringify({ status: 'fail', output }) }
}

function respond({ httpStatus, body }: Answer, stopping: boolean): Response {
  return new Response(body, { status: httpStatus, headers: headers('application/health+json', stopping) })
}

function problem(status: number, error: string, stopping: boolean, extra: Record<string, string> = {}): Response {
  return new Response(JSON.stringify({ error }), {
    status,
    headers: { ...headers('application/json', stopping), ...extra },
  })
}

function headers(contentType: string, stopping: boolean): Record<string, string> {
  return {
    'content-type': contentType,
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    ...(stopping ? { connection: 'close' } : {}),
  }
}

/** Bun hands out a bare path where the `Host` is missing or malformed; a query string changes nothing. */
function pathOf(url: string): string {
  const start = url.startsWith('/') ? 0 : url.indexOf('/', url.indexOf('://') + 3)
  const path = start === -1 ? '/' : url.slice(start)
  const end = path.search(/[?#]/)
  return end === -1 ? path : path.slice(0, end)
}
