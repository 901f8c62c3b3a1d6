import { createHash } from 'node:crypto'
import { type Context, Hono } from 'hono'
import { BODY_BYTES_MAX, readParameters } from './body.ts'
import { bearerOf, type Call, usesSecret } from './call.ts'
import { controlRoutes, type Stage } from './control.ts'
import { envelope, errors, Refusal } from './errors.ts'
import { inspect } from './inspection.ts'
import { IDS } from './ids.ts'
import { exchange, issue, issueForBusiness, revoke } from './issuing.ts'
import { describe, download, remove, upload } from './media.ts'
import type { MediaStore } from './media-store.ts'
import { talkNonsense } from './nonsense.ts'
import { readEdge, readMe, readNode } from './reading.ts'
import type { RequestLog } from './request-log.ts'
import type { Scene } from './scene.ts'
import { sendMessage } from './sending.ts'
import { deregister, register, subscribe, unsubscribe } from './setting-up.ts'
import type { IssuedTokens } from './tokens.ts'
import { newerThan, versionedPath } from './versions.ts'

export type Surroundings = Stage & {
  readonly log: RequestLog
  readonly tokens: IssuedTokens
  readonly media: MediaStore
  readonly now: () => number
  readonly scene: () => Scene
  /** Waits as the scenario demands. */
  readonly wait: (client: AbortSignal) => Promise<'answer' | 'client gone' | 'closed'>
}

type Env = {
  Variables: { call: Call; isTooLarge: boolean; traceId: string }
  /** Where the client found the sandbox, if the request's own URL does not show it. */
  Bindings: { host?: string | null }
}

/** Looks like Graph's, yet is the same in every run. */
const traceIdOf = (serial: number) =>
  `A${createHash('sha256').update(`trace ${serial}`).digest('base64url').slice(0, 22)}`

const CLIENT_GONE = 499

function dress(response: Response, scene: Scene, version: string, traceId: string, nowMs: number): void {
  const { usagePercent: usage, headers } = scene.world.answers
  if (response.headers.get('content-type') === 'application/json') {
    response.headers.set('content-type', 'application/json; charset=UTF-8')
  }
  response.headers.set('facebook-api-version', version)
  response.headers.set('x-fb-trace-id', traceId)
  response.headers.set('x-app-usage', JSON.stringify({ call_count: usage, total_time: usage, total_cputime: usage }))
  response.headers.set('cache-control', 'private, no-cache, no-store, must-revalidate')
  response.headers.set('date', new Date(nowMs).toUTCString())
  for (const [name, value] of Object.entries(headers)) response.headers.set(name, value)
}

function answerRefusal(error: Error, c: Context<Env>): Response {
  if (!(error instanceof Refusal)) throw error // our own defect: Graph's envelope would hide it
  const body = error.error
  if (body.code === 190) {
    c.header('www-authenticate', `OAuth "Facebook Platform" "invalid_token" "${body.message}"`)
  }
  const status = body.status === 401 && bearerOf(c.req.raw) === undefined ? 400 : body.status
  return c.json(envelope(body, c.get('traceId')), status as 400)
}

/** Graph, as far as it is imitated, with the control routes in front. */
export function createApp(around: Surroundings): Hono<Env> {
  const app = new Hono<Env>({ getPath: (request) => versionedPath(new URL(request.url).pathname).path })
  app.onError(answerRefusal)
  app.route('/', controlRoutes(around, around.log))
  addSurface(app, around)
  addRoutes(app)
  return app
}

/** What every answer has in common: it is recorded, held back, dressed in Graph's headers, or refused unread. */
function addSurface(app: Hono<Env>, around: Surroundings): void {
  app.use(async (c, next) => {
    const entry = around.log.begin(c.req.method, new URL(c.req.url), around.now())
    const serial = around.log.count()
    c.set('traceId', traceIdOf(serial))
    const waited = await around.wait(c.req.raw.signal)
    if (waited === 'client gone') return c.body(null, CLIENT_GONE as 400)
    const call = await readCall(c, around, serial)
    c.set('call', call)
    if (waited === 'closed') c.res = answerRefusal(new Refusal(errors.outage()), c)
    else await next()
    if (call.scene.world.answers.nonsense) await replaceByNonsense(c)
    dress(c.res, call.scene, call.version, c.get('traceId'), around.now())
    entry.status = c.res.status
  })

  app.use(async (c, next) => {
    const call = c.get('call')
    const { scene, url } = call
    if (c.get('isTooLarge')) refuse(errors.bodyTooLarge(BODY_BYTES_MAX))
    const { refusal } = scene.world.answers
    if (refusal !== null) refuse(errors[refusal]())
    if (scene.world.app.addressDenied && usesSecret(call)) refuse(errors.addressDenied())
    if (!versionedPath(url.pathname).known) refuse(errors.unknownPath(c.req.path))
    await next()
  })
}

async function readCall(c: Context<Env>, around: Surroundings, serial: number): Promise<Call> {
  const url = new URL(c.req.url)
  url.host = c.env?.host ?? url.host
  const parameters = await readParameters(c.req.raw, url)
  c.set('isTooLarge', parameters === 'too large')
  const scene = around.scene()
  const { answeredBy } = versionedPath(url.pathname)
  return {
    scene,
    tokens: around.tokens,
    media: around.media,
    nowMs: around.now(),
    serial,
    method: c.req.method === 'HEAD' ? 'GET' : c.req.method,
    url,
    version: scene.world.answers.newerVersion ? newerThan(answeredBy) : answeredBy,
    parameters: parameters === 'too large' ? {} : parameters,
    bearer: bearerOf(c.req.raw),
  }
}

async function replaceByNonsense(c: Context<Env>): Promise<void> {
  const { scene, nowMs } = c.get('call')
  const truth: unknown = await c.res.json().catch(() => ({}))
  c.res = undefined // Hono would carry the old headers over
  c.res = talkNonsense(scene, c.req.path, truth, nowMs)
}

type Act = (call: Call, id: string) => object | Promise<object>

/** POST /{id}/{edge} */
const POSTS: Readonly<Record<string, Act>> = {
  access_tokens: issue,
  deregister,
  media: upload,
  messages: sendMessage,
  register,
  subscribed_apps: subscribe,
  system_user_access_tokens: issueForBusiness,
}

function addRoutes(app: Hono<Env>): void {
  app.get('/debug_token', (c) => c.json(inspect(c.get('call'))))
  app.get('/me', (c) => c.json(readMe(c.get('call'))))
  app.get('/app', (c) => c.json(readNode(c.get('call'), IDS.app)))
  app.on(['GET', 'POST'], '/oauth/access_token', (c) => c.json(exchange(c.get('call'))))
  app.get('/oauth/revoke', (c) => c.json(revoke(c.get('call'))))
  app.get('/whatsapp_business/attachments', (c) => download(c.get('call')))
  app.get('/:id{[0-9]+}', (c) => c.json(readNodeOrMedium(c.get('call'), c.req.param('id'))))
  app.get('/:id{[0-9]+}/:edge', (c) => c.json(readEdge(c.get('call'), c.req.param('id'), c.req.param('edge'))))
  app.delete('/:id{[0-9]+}', (c) => c.json(remove(c.get('call'), c.req.param('id'))))
  app.delete('/:id{[0-9]+}/subscribed_apps', (c) => c.json(unsubscribe(c.get('call'), c.req.param('id'))))
  for (const [edge, act] of Object.entries(POSTS)) {
    app.post(`/:id{[0-9]+}/${edge}`, async (c) => c.json(await act(c.get('call'), c.req.param('id'))))
  }

  // What exists, but not by this method.
  app.all('/debug_token', (c) => refuse(errors.unsupportedMethod(c.req.method)))
  app.all('/:id{[0-9]+}', (c) => refuse(errors.unknownObject(c.req.method, c.req.param('id'))))
  app.all('/:id{[0-9]+}/:edge', (c) => refuse(errors.unknownObject(c.req.method, c.req.param('id'))))
  app.all('/', (c) => refuse(errors.unsupportedMethod(c.req.method)))
  app.all('*', (c) => refuse(errors.unknownPath(c.req.path)))
}

const readNodeOrMedium = (call: Call, id: string): object =>
  call.media.get(id) === undefined ? readNode(call, id) : describe(call, id)

function refuse(error: Refusal['error']): never {
  throw new Refusal(error)
}
