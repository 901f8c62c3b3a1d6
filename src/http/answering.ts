import type { Clock } from '../platform/clock.ts'
import type { Peer } from '../platform/listening.ts'
import { createFailures, createJudge, isForeign, type Access } from './access.ts'
import { healthJson, problem, type HttpAnswer } from './answer.ts'
import { httpStatusOf } from './health.ts'
import type { Metrics } from './metrics.ts'
import { operatorBody, type Known } from './operator.ts'
import { backToPage, isForm, placesFrom } from './page/places.ts'
import type { PageConfig, View } from './page/words.ts'
import { PROBE_PATHS } from './probe-paths.ts'
import { ROUTES, type Method, type Part, type RouteName, type RouteRow } from './routes.ts'
import { reportAnswer, type ReportBody } from './report-route.ts'
import { UPSTREAM_ROUTE } from './upstream-route.ts'
import { createProbes, STOPPING, VARY, type ProbeDeps } from './probes.ts'

/** What answers each route, before anything of a server. */

export type AppDeps = Omit<ProbeDeps, 'known'> & {
  readonly known: () => Known
  /** Verifies now. */
  readonly check: () => Promise<void>
  /** What the backend met. */
  readonly report: (met: unknown) => void
  readonly metrics: Pick<Metrics, 'render'>
  readonly config: PageConfig
  /** What another guard of the same token gets; `null` for everyone else. */
  readonly upstream?: (query: string) => Promise<{ readonly body: string; readonly proof: string } | null>
  readonly clock: Clock
}

/** What an answer depends on. */
export type Incoming = {
  readonly headers: Headers
  /** Read no further than it is of use. */
  readonly body: () => Promise<ReportBody>
  readonly path: string
  /** Without the question mark. */
  readonly query: string
  readonly peer: Partial<Peer>
}
type Route = (request: Incoming) => HttpAnswer | Promise<HttpAnswer>

const CHALLENGE = { ...VARY, 'www-authenticate': 'Basic realm="whatsapp-token-guard", charset="UTF-8"' }
export const DEFECT = problem(500, 'a defect of this program')
const { token: TOKEN, ready: READY, live: LIVE } = PROBE_PATHS
export const NOTHING_HERE = problem(404, `there is nothing here; try ${TOKEN.path}, ${READY.path} or ${LIVE.path}`)

/** One row of the table of routes, with what answers it. */
export type ServedRoute = { readonly method: Method; readonly paths: readonly string[]; readonly route: Route }

export function routesOf(deps: AppDeps, parts: readonly Part[]): readonly ServedRoute[] {
  const answers = routes(deps)
  return (Object.keys(ROUTES) as RouteName[]).flatMap((name) => {
    const { part, method, paths, aliases = [] }: RouteRow = ROUTES[name]
    return [
      ...(parts.includes(part) ? [{ method, paths, route: answers[name] }] : []),
      ...(parts.includes('aliases') && aliases.length > 0 ? [{ method, paths: aliases, route: answers[name] }] : []),
    ]
  })
}

/** Where there is no operator token, its paths are an application's own. */
export const isHidden = ({ operatorToken }: AppDeps, path: string) =>
  OPERATOR_PATHS.includes(path) && operatorToken() === null

const OPERATOR_PATHS = Object.values<RouteRow>(ROUTES).flatMap(({ isOperators, paths }) =>
  isOperators === true ? paths : [],
)

function routes(deps: AppDeps): Readonly<Record<RouteName, Route>> {
  const access = accessOf(deps)
  const probes = createProbes(deps)
  const { known, release, overriding, metrics } = deps
  const stated = () => (deps.isStopping() ? STOPPING : overriding)
  const token: Route = (request) =>
    guarded(access(request), {
      public: probes.token,
      operator: () =>
        healthJson(httpStatusOf(known().health, stated()), operatorBody(known(), release, stated()), VARY),
    })
  const operatorOnly = (answer: Route): Route => {
    const isConfigured = () => deps.operatorToken() !== null
    return (request) =>
      isConfigured()
        ? guarded(access(request), { public: () => UNAUTHORIZED, operator: () => answer(request) })
        : NOTHING_HERE
  }
  const check = async ({ headers, peer }: Incoming) => {
    peer.keepOpen?.()
    await deps.check()
    return isForm(headers) ? backToPage(headers) : healthJson(200, operatorBody(known(), release, stated()), VARY)
  }
  const page =
    (view: View): Route =>
    async ({ path }) => {
      // Loaded on first use: most instances never serve the page.
      const { pageAnswer } = await import('./page.tsx')
      return pageAnswer({
        known: known(),
        release,
        overriding: stated(),
        config: deps.config,
        view,
        hasOperator: deps.operatorToken() !== null,
        nowMs: deps.clock.nowMs(),
        places: placesFrom(path, view),
      })
    }
  return {
    token,
    ready: probes.ready,
    live: probes.live,
    metrics: () => metrics.render(known()),
    page: page('public'),
    operatorPage: operatorOnly(page('operator')),
    check: operatorOnly(sameSite(check)),
    report: operatorOnly(sameSite(async ({ body }) => reportAnswer(await body(), deps.report))),
    upstream: upstreamRoute(deps),
  }
}

const UNAUTHORIZED = problem(401, 'this needs the operator token, as Bearer or as the password of Basic', CHALLENGE)
const TOO_OFTEN = problem(429, 'too many wrong credentials from this address: wait a minute', {
  ...VARY,
  'retry-after': '60',
})

/** A wrong question counts as a wrong credential does. */
function upstreamRoute({ upstream, clock }: AppDeps): Route {
  const failures = createFailures(clock)
  return async ({ query, peer }) => {
    const answer = (await upstream?.(query)) ?? null
    if (answer !== null)
      return {
        status: 200,
        type: 'application/json',
        body: answer.body,
        headers: { [UPSTREAM_ROUTE.proofHeader]: answer.proof },
      }
    const isKnown = upstream !== undefined
    return isKnown && failures.isOneTooMany(peer.address?.() ?? 'unknown') ? TOO_OFTEN : NOTHING_HERE
  }
}

function accessOf({ operatorToken, clock }: AppDeps): (request: Incoming) => Access {
  const judge = createJudge(clock)
  return ({ headers, peer }) => {
    const expected = operatorToken()
    return expected === null ? 'public' : judge(headers.get('authorization'), expected, peer.address?.() ?? 'unknown')
  }
}

function guarded(
  access: Access,
  views: { readonly public: () => HttpAnswer; readonly operator: () => HttpAnswer | Promise<HttpAnswer> },
): HttpAnswer | Promise<HttpAnswer> {
  switch (access) {
    case 'public':
      return views.public()
    case 'operator':
      return views.operator()
    case 'wrong':
      return UNAUTHORIZED
    case 'too_often':
      return TOO_OFTEN
  }
}

/** A browser that knows the credential sends it for any site that asks. */
function sameSite(route: Route): Route {
  return (request) =>
    isForeign(request.headers, request.peer.host ?? null)
      ? problem(403, 'this is not for other sites (Origin, Sec-Fetch-Site)', VARY)
      : route(request)
}

export function wrongMethod(deps: AppDeps, path: string, method: Method): HttpAnswer {
  if (isHidden(deps, path)) return NOTHING_HERE
  return problem(405, 'this method is not allowed here', { allow: method === 'GET' ? 'GET, HEAD' : method })
}
