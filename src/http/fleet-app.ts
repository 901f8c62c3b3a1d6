import { Hono, type Context } from 'hono'
import type { Secret } from '../config/secret.ts'
import { inFleet } from '../fleet/advice.ts'
import { changesAfter, countsOf, isLate, oneToken, tokensOf, type Counts, type OneToken } from '../fleet/reading.ts'
import { isAway, type Database } from '../fleet/database.ts'
import type { Clock } from '../platform/clock.ts'
import type { Peer } from '../platform/listening.ts'
import { pathOf } from '../platform/path.ts'
import { findingFields } from '../report/finding-fields.ts'
import type { Policy } from '../verification/policy.ts'
import { createJudge, isForeign } from './access.ts'
import { healthJson, problem, toResponse, type HttpAnswer } from './answer.ts'
import { httpStatusOf, type Release } from './health.ts'
import { operatorBody } from './operator.ts'
import { backToPage, isForm } from './page/places.ts'
import { STOPPING } from './probes.ts'

/** The routes of a fleet. All but the probes and the metrics need the operator token. */

export type FleetAppDeps = {
  readonly database: Database
  readonly policy: Policy
  readonly intervalMs: number
  readonly release: Release
  /** `null`: there are the probes and the metrics alone. */
  readonly operatorToken: Secret | null
  readonly clock: Clock
  /** When the database answered last, by the monotonic clock; `null`: never. */
  readonly answeredAtMs: () => number | null
  readonly isStopping: () => boolean
  /** Verifies one token now. `late`: it goes on, and what it gives comes later. */
  readonly check: (id: string) => Promise<'checked' | 'late' | 'unknown'>
  readonly metrics: (counts: Counts) => Promise<HttpAnswer>
}

type Env = { Bindings: Partial<Peer> }
type Route = (context: Context<Env>) => HttpAnswer | Promise<HttpAnswer>

/** A database that was silent for so long takes the worker out of service. */
const SILENCE_MS_MAX = 30_000
const LIMIT = { usual: 100, max: 500 }
const STATUSES = ['unknown', 'pass', 'warn', 'fail']

const NOTHING_HERE = problem(404, 'there is nothing here; try /health/fleet or /fleet')
const UNKNOWN_ID = problem(404, 'the fleet has no token with this id')
const DEFECT = problem(500, 'a defect of this program')
const AWAY = problem(503, 'the database does not answer', { 'retry-after': '5' })
const UNAUTHORIZED = problem(401, 'this needs the operator token, as Bearer or as the password of Basic', {
  'www-authenticate': 'Basic realm="whatsapp-token-guard", charset="UTF-8"',
})
const TOO_OFTEN = problem(429, 'too many wrong credentials from this address: wait a minute', { 'retry-after': '60' })
const FOREIGN = problem(403, 'this is not for other sites (Origin, Sec-Fetch-Site)')

export function createFleetApp(deps: FleetAppDeps): Hono<Env> {
  const app = new Hono<Env>({ getPath: ({ url }) => pathOf(url) })
  const judge = createJudge(deps.clock)
  const respond = (answer: HttpAnswer) => toResponse(answer, deps.isStopping())
  const open = (method: 'GET' | 'POST', path: string, route: Route) => {
    app.on(method, path, async (context) => respond(await route(context)))
    app.all(path, () => respond(problem(405, 'this method is not allowed here', { allow: method })))
  }
  const closed = (method: 'GET' | 'POST', path: string, route: Route) =>
    open(method, path, (context) => {
      const { req, env } = context
      if (deps.operatorToken === null) return NOTHING_HERE
      const access = judge(req.header('authorization') ?? null, deps.operatorToken, env?.address?.() ?? 'unknown')
      if (access === 'too_often') return TOO_OFTEN
      if (access !== 'operator') return UNAUTHORIZED
      return method === 'POST' && isForeign(req.raw.headers, env?.host ?? null) ? FOREIGN : route(context)
    })
  open('GET', '/health/live', () => healthJson(200, { status: 'pass' }))
  open('GET', '/health/ready', () => readyAnswer(deps))
  open('GET', '/metrics', async () => deps.metrics(await countsOf(deps.database, deps.intervalMs)))
  closed('GET', '/health/fleet', () => fleetHealth(deps))
  closed('GET', '/fleet', async () => json(countsBody(await countsOf(deps.database, deps.intervalMs))))
  closed('GET', '/fleet/tokens', (context) => tokensAnswer(deps, context))
  closed('GET', '/fleet/tokens/:id', (context) => tokenAnswer(deps, context.req.param('id') ?? ''))
  closed('POST', '/fleet/tokens/:id/check', async ({ req }) => {
    const id = req.param('id') ?? ''
    const answer = await checkAnswer(deps, id)
    return isForm(req.raw.headers) ? backToPage(req.raw.headers, `../../../tokens/${encodeURIComponent(id)}`) : answer
  })
  closed('GET', '/fleet/changes', (context) => changesAnswer(deps, context))
  // Loaded on first use: many workers never serve a page.
  closed('GET', '/', async ({ req }) =>
    (await import('./fleet-page/pages.ts')).fleetPage(deps, (name) => req.query(name)),
  )
  closed('GET', '/tokens/:id', async ({ req }) =>
    (await import('./fleet-page/pages.ts')).tokenPage(deps, req.param('id') ?? ''),
  )
  app.notFound(() => respond(NOTHING_HERE))
  app.onError((error) => respond(isAway(error) ? AWAY : DEFECT))
  return app
}

function json(body: object, status = 200): HttpAnswer {
  return { status, type: 'application/json', body: JSON.stringify(body) }
}

function isSilent({ answeredAtMs, clock }: FleetAppDeps): boolean {
  const atMs = answeredAtMs()
  return atMs === null || clock.monotonicMs() - atMs > SILENCE_MS_MAX
}

function readyAnswer(deps: FleetAppDeps): HttpAnswer {
  const output = deps.isStopping() ? STOPPING?.output : isSilent(deps) ? 'The database does not answer.' : null
  return output == null ? healthJson(200, { status: 'pass' }) : healthJson(503, { status: 'fail', output })
}

/** Never `fail` for a token: a load balancer that asks must not lose the whole fleet with one of them. */
async function fleetHealth({ database, intervalMs, release }: FleetAppDeps): Promise<HttpAnswer> {
  const counts = await countsOf(database, intervalMs)
  const reasons = [
    ...counts.incidents.map(({ appId, kind }) => `An incident of the app ${appId}: ${kind}.`),
    ...(isLate(counts, intervalMs) ? [`Checks are ${Math.round(counts.lagSeconds)} s late.`] : []),
    ...(counts.pausedApps > 0 ? [`Graph throttles ${counts.pausedApps} of the apps.`] : []),
  ]
  const status = reasons.length === 0 ? 'pass' : 'warn'
  return healthJson(200, {
    status,
    ...release,
    ...(status === 'warn' && { output: reasons.join(' ') }),
    ...countsBody(counts),
  })
}

function countsBody({ listedAtMs, ...counts }: Counts): object {
  return { ...counts, listedAt: listedAtMs === null ? null : new Date(listedAtMs).toISOString() }
}

async function tokensAnswer({ database }: FleetAppDeps, { req }: Context<Env>): Promise<HttpAnswer> {
  const limit = limitIn(req.query('limit'))
  const status = req.query('status') ?? null
  if (limit === null) return LIMIT_EXPECTED
  if (status !== null && !STATUSES.includes(status)) return problem(400, `status is one of ${STATUSES.join(', ')}`)
  const filter = {
    status,
    code: req.query('code') ?? null,
    app: req.query('app') ?? null,
    tenant: req.query('tenant') ?? null,
  }
  const tokens = await tokensOf(database, filter, req.query('after') ?? null, limit)
  return json({ tokens, next: tokens.length < limit ? null : (tokens.at(-1)?.id ?? null) })
}

async function changesAnswer({ database }: FleetAppDeps, { req }: Context<Env>): Promise<HttpAnswer> {
  const limit = limitIn(req.query('limit'))
  const after = req.query('after') ?? '0'
  if (limit === null) return LIMIT_EXPECTED
  if (!/^\d{1,18}$/.test(after)) return problem(400, 'after is the seq of a change')
  const changes = await changesAfter(database, after, limit)
  return json({ changes, next: changes.at(-1)?.seq ?? after })
}

const LIMIT_EXPECTED = problem(400, `limit is a number from 1 to ${LIMIT.max}`)

function limitIn(text = String(LIMIT.usual)): number | null {
  const limit = /^\d{1,4}$/.test(text) ? Number(text) : 0
  return limit >= 1 && limit <= LIMIT.max ? limit : null
}

/** The body and the code of `/health/token`, in the operator's view. */
async function tokenAnswer({ database, policy, clock, release }: FleetAppDeps, id: string): Promise<HttpAnswer> {
  const one = await oneToken(database, id, policy, clock)
  if (one === null) return UNKNOWN_ID
  const { tenant, app_id: appId } = one.row
  const body = { tokenId: id, tenant, appId, ...operatorBody(one, release, null), held: heldBody(one) }
  const answer = healthJson(httpStatusOf(one.health, null), body)
  return { ...answer, body: inFleet(answer.body) }
}

function heldBody({ held }: OneToken): object | null {
  return held === null ? null : { findings: held.findings.map(findingFields) }
}

async function checkAnswer(deps: FleetAppDeps, id: string): Promise<HttpAnswer> {
  const ended = await deps.check(id)
  if (ended === 'unknown') return UNKNOWN_ID
  if (ended === 'late') return json({ accepted: true }, 202)
  const fresh = await tokenAnswer(deps, id)
  return { ...fresh, status: fresh.status === 404 ? 404 : 200 }
}
