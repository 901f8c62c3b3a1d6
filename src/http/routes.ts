import { PROBE_PATHS } from './probe-paths.ts'
import { UPSTREAM_ROUTE } from './upstream-route.ts'

/** The routes, each with its promise: the application is built from this table, and docs/reference.md written from it. */

/** What belongs together where only some of the routes are mounted. */
export type Part = 'health' | 'aliases' | 'metrics' | 'page' | 'upstream'
export type Method = 'GET' | 'POST'

export type RouteRow = {
  readonly part: Part
  readonly method: Method
  readonly paths: readonly string[]
  /** The same answer by other names: a part of its own, since an application may have such paths already. */
  readonly aliases?: readonly string[]
  /** Only with the operator token; 404 where none is configured. */
  readonly isOperators?: true
  readonly promise: string
}

const { token: TOKEN, ready: READY, live: LIVE } = PROBE_PATHS

export const ROUTES = {
  token: {
    part: 'health',
    method: 'GET',
    paths: [TOKEN.path, ...TOKEN.aliases],
    promise:
      "Answers 200 where the status is `pass` or `warn`, and 503 where it is `fail`. The body is the health body. It comes from memory: a probe never causes a request to Graph. With the operator token the body is the operator's view; a wrong operator token is 401, and 429 after ten within a minute.",
  },
  ready: {
    part: 'health',
    method: 'GET',
    paths: [READY.path],
    aliases: READY.aliases,
    promise:
      'Answers 200 from the end of boot until a stop begins, and 503 from then on. It does not depend on the token, unless `TOKEN_GUARD_READINESS` is `token`: then it is 503 whenever `/health/token` is.',
  },
  live: {
    part: 'health',
    method: 'GET',
    paths: [LIVE.path],
    aliases: LIVE.aliases,
    promise: 'Answers 200 as long as the process serves. It never depends on the token or on Graph.',
  },
  metrics: {
    part: 'metrics',
    method: 'GET',
    paths: ['/metrics'],
    promise: "Always answers 200, with the metrics in Prometheus' text format.",
  },
  page: {
    part: 'page',
    method: 'GET',
    paths: ['/'],
    promise:
      'Always answers 200, with the status page for people in the public view. The page refreshes itself, and loads no font, script or picture from elsewhere.',
  },
  operatorPage: {
    part: 'page',
    method: 'GET',
    paths: ['/operator'],
    isOperators: true,
    promise: "The status page with the operator's view. Without the operator token it is 401.",
  },
  check: {
    part: 'health',
    method: 'POST',
    paths: [`${TOKEN.path}/check`],
    isOperators: true,
    promise:
      'Verifies now, even where the guard waits, and answers 200 with the fresh state, whatever the state is. To a form of a browser it answers 303, back to the page. It refuses requests that come from other sites with 403.',
  },
  report: {
    part: 'health',
    method: 'POST',
    paths: [`${TOKEN.path}/report`],
    isOperators: true,
    promise:
      "Takes what the backend met: a Graph error, or a webhook body of Meta's. What may concern the token, the account or a number has them verified soon (see [Reports of the backend](#reports-of-the-backend)); anything else is forgotten. It answers 202 in either case, 413 to more than 64 KiB, 400 to what is no JSON, and 403 to requests that come from other sites.",
  },
  upstream: {
    part: 'upstream',
    method: 'GET',
    paths: [UPSTREAM_ROUTE.path],
    promise:
      'For another guard that holds the same token under the same policy (`TOKEN_GUARD_UPSTREAM`): what Graph said here, with a proof. Everyone else gets 404, and 429 after ten within a minute.',
  },
} as const satisfies Readonly<Record<string, RouteRow>>

export type RouteName = keyof typeof ROUTES
