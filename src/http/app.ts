import { Hono, type Context } from 'hono'
import type { Peer } from '../platform/listening.ts'
import { pathOf } from '../platform/path.ts'
import { toResponse, type HttpAnswer } from './answer.ts'
import { DEFECT, isHidden, NOTHING_HERE, routesOf, wrongMethod, type AppDeps } from './answering.ts'
import type { Part } from './routes.ts'
import { readReport } from './report-route.ts'

const EVERY_PART: readonly Part[] = ['health', 'aliases', 'metrics', 'page', 'upstream']
const queryOf = (url: string) => url.split('?').slice(1).join('?')

/** A whole application. An unknown path is a JSON 404; another method is a 405 with Allow; HEAD is GET without the body. */
export function createApp(deps: AppDeps, parts = EVERY_PART): Hono<{ Bindings: Peer }> {
  const app = new Hono<{ Bindings: Peer }>({ getPath: ({ url }) => pathOf(url) })
  const respond = (answer: HttpAnswer) => toResponse(answer, deps.isStopping())
  const requestOf = ({ req, env }: Context<{ Bindings: Peer }>) => ({
    headers: req.raw.headers,
    body: () => readReport(req.raw),
    path: req.path,
    query: queryOf(req.raw.url),
    peer: env ?? {},
  })
  for (const { method, paths, route } of routesOf(deps, parts)) {
    for (const path of paths) {
      app.on(method, path, async (context) => respond(await route(requestOf(context))))
      app.all(path, () => respond(wrongMethod(deps, path, method)))
    }
  }
  app.notFound(() => respond(NOTHING_HERE))
  app.onError(() => respond(DEFECT))
  return app
}

/** Routes to be mounted in another application, which keeps all other paths and methods. */
export function createMountable(deps: AppDeps, part: Part): Hono {
  const app = new Hono()
  const respond = (answer: HttpAnswer) => toResponse(answer, deps.isStopping())
  for (const { method, paths, route } of routesOf(deps, [part]))
    for (const path of paths.filter((each) => !isHidden(deps, each)))
      app.on(method, path, async ({ req, env }) =>
        respond(
          await route({
            headers: req.raw.headers,
            // The application may have read it already, by Hono.
            body: async () => readReport(req.raw.bodyUsed ? new Response(await req.text()) : req.raw),
            path: req.path,
            query: queryOf(req.raw.url),
            peer: peerBehind(env, req.raw),
          }),
        ),
      )
  app.onError(() => respond(DEFECT))
  return app
}

/** The address of the other side, as the application's server gives it: Bun by itself, @hono/node-server by its request. */
function peerBehind(env: unknown, request: Request): Partial<Peer> {
  const { requestIP, incoming } = (env ?? {}) as {
    readonly requestIP?: (request: Request) => { readonly address: string } | null
    readonly incoming?: { readonly socket?: { readonly remoteAddress?: string } }
  }
  return {
    address: () => requestIP?.call(env, request)?.address ?? incoming?.socket?.remoteAddress ?? null,
    host: request.headers.get('host') ?? new URL(request.url).host,
  }
}
