import { IDLE_SECONDS, type Answering, type Bound, type Plain, type Quick } from './listening.ts'
import { pathOf } from './path.ts'
import { within } from './within.ts'

/** Listening by Bun.serve. */

export function bindBun({ handler, quick }: Answering, hostname: string, port: number): Bound {
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
