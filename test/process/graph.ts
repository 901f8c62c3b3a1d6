import { addressOf, sandboxVariables } from '../../src/commands/sandbox.ts'
import { createSandbox, type ScenarioName } from '../../src/sandbox/sandbox.ts'
import type { Environment } from './harness.ts'

/** Graph behind a real socket: the sandbox, or what the test makes it answer. */

type Answerer = (request: Request, path: string) => Response | Promise<Response> | undefined
type GraphOptions = {
  /** Answers in the sandbox's place, where it gives something. */
  readonly answer?: Answerer
  /** What a request waits for before it is answered. */
  readonly before?: (path: string) => Promise<unknown> | undefined
  readonly port?: number
}

export type Graph = AsyncDisposable & {
  readonly url: string
  readonly play: (scenario: ScenarioName) => void
  /** The paths that were asked for, without version and query. */
  readonly asked: string[]
  /** Resolves when so many further requests for a path have come. */
  readonly further: (path: string, times: number) => Promise<void>
  /** Another token of the same system user. */
  readonly issue: (scopes?: string) => Promise<string>
  readonly revoke: (token: string) => Promise<void>
  /** Everything set, the app's secret inspects. */
  readonly env: Environment
  /** Without an app: the token inspects itself. */
  readonly selfEnv: Environment
}

const ALL_SCOPES = 'business_management,whatsapp_business_messaging,whatsapp_business_management'

const world = createSandbox()

/** The variables of the sandbox's world, wherever it listens. */
export function variables(url: string): Environment {
  return {
    ...sandboxVariables(addressOf(world, url)),
    TOKEN_GUARD_BOOT_TIMEOUT: '10s',
    TOKEN_GUARD_HOST: '127.0.0.1',
    TOKEN_GUARD_PORT: '0',
  }
}

export function without(env: Environment, ...names: readonly string[]): Environment {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !names.includes(name)))
}

export function startGraph(
  scenario: ScenarioName = 'permanent',
  { answer, before, port = 0 }: GraphOptions = {},
): Graph {
  const sandbox = createSandbox({ scenario })
  const asked: string[] = []
  const watchers = new Set<() => void>()
  const server = Bun.serve({
    port,
    hostname: '127.0.0.1',
    // Graph may hang for as long as it likes.
    idleTimeout: 0,
    fetch: (request) => {
      const path = new URL(request.url).pathname.replace(/^\/v[\d.]+/, '')
      asked.push(path)
      for (const watcher of watchers) watcher()
      const respond = () => answer?.(request, path) ?? sandbox.fetch(request)
      return before?.(path)?.then(respond) ?? respond()
    },
  })
  const env = variables(server.url.origin)
  const control = async (path: string, fields: Record<string, string>, method = 'GET'): Promise<any> => {
    const query = new URLSearchParams({ access_token: sandbox.token, ...fields }).toString()
    return (await sandbox.fetch(new Request(`${server.url.origin}/v23.0/${path}?${query}`, { method }))).json()
  }
  return {
    issue: async (scope = ALL_SCOPES) => {
      const { id } = await control('me', {})
      const issued = await control(`${id}/access_tokens`, { business_app: sandbox.appId, scope }, 'POST')
      return issued.access_token
    },
    revoke: async (token) => {
      await control('oauth/revoke', {
        client_id: sandbox.appId,
        client_secret: sandbox.appSecret,
        revoke_token: token,
      })
    },
    url: server.url.origin,
    play: sandbox.play,
    asked,
    further: (path, times) => {
      const count = () => asked.filter((each) => each === path).length
      const goal = count() + times
      return new Promise((resolve) => {
        const watcher = () => {
          if (count() < goal) return
          watchers.delete(watcher)
          resolve()
        }
        watchers.add(watcher)
      })
    },
    env,
    selfEnv: without(env, 'META_APP_ID', 'META_APP_SECRET'),
    [Symbol.asyncDispose]: async () => {
      sandbox.close()
      await server.stop(true)
    },
  }
}

/** A port at which nothing listens. */
export function freePort(): number {
  const server = Bun.serve({ port: 0, hostname: '127.0.0.1', fetch: () => new Response() })
  const { port } = server
  void server.stop(true)
  return port ?? 0
}

export function graphError(status: number, error: object, headers: Record<string, string> = {}): Response {
  return Response.json({ error: { type: 'OAuthException', fbtrace_id: 'A1', ...error } }, { status, headers })
}
