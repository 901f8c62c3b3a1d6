import { Hono } from 'hono'
import { createTokenGuard, type TokenGuard, type TokenGuardOptions } from '../../src/index.ts'
import type { ScenarioName } from '../../src/sandbox/sandbox.ts'
import { startGraph, type Graph } from '../process/graph.ts'

/** A guard with its page behind a real socket, and a Graph that plays the chosen scenario. */

export const OPERATOR = 'qK4wZt8rXb2mNv6c'

export type Served = AsyncDisposable & {
  readonly url: string
  readonly port: number
  readonly graph: Graph
  readonly guard: TokenGuard
  /** Plays another scenario and verifies. */
  readonly turn: (scenario: ScenarioName) => Promise<void>
  /** Takes the service away, as a crash does; `back` brings it again on the same port. */
  readonly vanish: () => Promise<void>
  readonly back: () => void
}

export type Setting = TokenGuardOptions & {
  /** Where the page is mounted. */
  readonly at?: string
  readonly scenario?: ScenarioName
  /** Graph's answers in the scenario's place. */
  readonly answer?: (request: Request, path: string) => Response | undefined
}

export async function serve({ at = '/', scenario = 'permanent', answer, ...options }: Setting = {}): Promise<Served> {
  const graph = startGraph(scenario, answer === undefined ? {} : { answer })
  const guard = createTokenGuard({
    token: graph.env['WHATSAPP_TOKEN'],
    appId: graph.env['META_APP_ID'],
    appSecret: graph.env['META_APP_SECRET'],
    businessAccountId: graph.env['WHATSAPP_BUSINESS_ACCOUNT_ID'],
    phoneNumberId: graph.env['WHATSAPP_PHONE_NUMBER_ID'],
    graphUrl: graph.url,
    checkInterval: '24h',
    operatorToken: OPERATOR,
    ...options,
  })
  // The page also shows why the guard does not start.
  await guard.boot().catch(() => {})
  const app = new Hono()
  for (const [path, part] of [
    ['/', guard.app],
    [at, guard.page],
    ['/', guard.metrics],
  ] as const)
    app.route(path, part)
  const listen = (port = 0) => Bun.serve({ port, hostname: '127.0.0.1', fetch: app.fetch })
  let server = listen()
  const port = server.port ?? 0
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    graph,
    guard,
    turn: async (next) => {
      graph.play(next)
      await guard.check()
    },
    vanish: () => server.stop(true),
    back: () => {
      server = listen(port)
    },
    [Symbol.asyncDispose]: async () => {
      await guard.stop()
      await server.stop(true)
      await graph[Symbol.asyncDispose]()
    },
  }
}
