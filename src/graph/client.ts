import type { Clock } from '../platform/clock.ts'
import { sha256 } from '../platform/digest.ts'
import type { Transport } from '../net/fetch.ts'
import { request, type RequestAnswer, type Outgoing } from '../net/request.ts'
import type { TransportFault } from '../net/transport-fault.ts'
import type { CauseName } from '../verification/causes.ts'
import type { Clean } from './clean.ts'
import type { GraphError } from './errors.ts'
import { NO_SIGNALS, readSignals, type Signals } from './headers.ts'
import { parseJson } from './json.ts'
import { readError } from './wire.ts'

/** What came back from one request, before anybody asks what it means. */
export type Reply =
  | { readonly kind: 'json'; readonly json: unknown; readonly signals: Signals }
  | { readonly kind: 'error'; readonly error: GraphError; readonly signals: Signals }
  | {
      readonly kind: 'failing' | 'throttled' | 'nonsense' | 'unreachable'
      readonly what: string
      /** Where it is another one than the usual one. */
      readonly cause?: CauseName
      readonly signals: Signals
    }

/** Who makes the call: a token's text, and the app secret that proves it where there is one. */
export type Bearer = { readonly token: string; readonly appSecret: string | null }

export type ClientOptions = Transport & {
  readonly clock: Clock
  readonly graphUrl: string
  readonly graphVersion: string
  readonly timeoutMs: number
  readonly clean: Clean
  readonly userAgent: string
}

/** The parameters of a POST: a form, as Meta documents the token edges, or JSON, as it documents messages. */
export type Body =
  { readonly form: Readonly<Record<string, string>> } | { readonly json: Readonly<Record<string, unknown>> }

/**
 * Never throws and never takes longer than the time-out. The URL, which may hold a token, leaves for Graph only.
 * Without a bearer the call brings its credentials among its parameters.
 */
export type GraphClient = {
  readonly get: (
    path: string,
    query: Readonly<Record<string, string>>,
    bearer: Bearer | null,
    signal: AbortSignal,
  ) => Promise<Reply>
  readonly post: (path: string, body: Body, bearer: Bearer | null, signal: AbortSignal) => Promise<Reply>
}

export function createGraphClient(options: ClientOptions): GraphClient {
  return {
    get: (path, query, bearer, signal) => {
      const url = urlOf(options, path, { ...query, ...proofOf(bearer) })
      return send(options, { method: 'GET', url, headers: {} }, bearer, signal)
    },
    post: (path, body, bearer, signal) => {
      const url = urlOf(options, path, proofOf(bearer))
      return send(options, { method: 'POST', url, ...encoded(body) }, bearer, signal)
    },
  }
}

type Encoded = Pick<Outgoing, 'headers' | 'body'>

function encoded(body: Body): Encoded {
  return 'form' in body
    ? {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(body.form).toString(),
      }
    : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body.json) }
}

/** Graph's answers are a few kilobytes; a hundred numbers with their ids are not ten. */
const BODY_BYTES_MAX = 1_048_576

async function send(
  options: ClientOptions,
  { headers, ...outgoing }: Outgoing,
  bearer: Bearer | null,
  signal: AbortSignal,
): Promise<Reply> {
  const { clock, userAgent, timeoutMs } = options
  const authorization: Record<string, string> = bearer === null ? {} : { authorization: `Bearer ${bearer.token}` }
  const all = { ...headers, ...authorization, accept: 'application/json', 'user-agent': userAgent }
  const sentMs = clock.nowMs()
  const limits = { timeoutMs, signal, bytesMax: BODY_BYTES_MAX }
  // Graph wrote its date before the body, which may take its time.
  let receivedMs = sentMs
  const timed: Transport = {
    ...options,
    fetch: async (url, init) => {
      const response = await options.fetch(url, init)
      receivedMs = clock.nowMs()
      return response
    },
  }
  const outcome = await request({ ...outgoing, headers: all }, timed, limits)
  if (outcome.kind === 'none') {
    const { kind, what } = outcome.fault
    return { kind: 'unreachable', what, cause: CAUSE_OF[kind], signals: NO_SIGNALS }
  }
  const { answer } = outcome
  return read(answer, readSignals(answer.headers, sentMs, receivedMs))
}

const CAUSE_OF: Readonly<Record<TransportFault['kind'], CauseName>> = {
  'time-out': 'no_answer_in_time',
  DNS: 'dns_failed',
  TLS: 'tls_refused',
  proxy: 'proxy_failed',
  connection: 'no_connection',
  redirect: 'redirected',
}

/** hex HMAC-SHA256 of the token that makes the call, keyed with the app secret. Source: Meta, Securing Graph API calls. */
export function appSecretProof(token: string, appSecret: string): string {
  return sha256(token, appSecret)
}

const UNREADABLE = { ok: false, problem: 'in an encoding that was not asked for' } as const

function read({ status, text, isReadable }: RequestAnswer, signals: Signals): Reply {
  if (status >= 300 && status < 400)
    return { kind: 'nonsense', what: `a redirect (HTTP ${status})`, cause: 'redirected', signals }
  if (text === null) return { kind: 'nonsense', what: `an answer larger than 1 MiB (HTTP ${status})`, signals }
  const parsed = isReadable ? parseJson(text) : UNREADABLE
  const error = parsed.ok ? readError(parsed.value, status) : null
  if (error !== null) return { kind: 'error', error, signals }
  if (status === 429) return { kind: 'throttled', what: 'HTTP 429', signals }
  if (status >= 500) return { kind: 'failing', what: `HTTP ${status}`, signals }
  if (status !== 200) return { kind: 'nonsense', what: `HTTP ${status} without Graph's error`, signals }
  if (!parsed.ok)
    return { kind: 'nonsense', what: `HTTP 200 that is ${text === '' ? 'empty' : parsed.problem}`, signals }
  return { kind: 'json', json: parsed.value, signals }
}

function urlOf(
  { graphUrl, graphVersion }: ClientOptions,
  path: string,
  query: Readonly<Record<string, string>>,
): string {
  const parameters = new URLSearchParams(query).toString()
  return `${graphUrl}/${graphVersion}/${path}${parameters === '' ? '' : `?${parameters}`}`
}

function proofOf(bearer: Bearer | null): Readonly<Record<string, string>> {
  if (bearer === null || bearer.appSecret === null) return {}
  return { appsecret_proof: appSecretProof(bearer.token, bearer.appSecret) }
}
