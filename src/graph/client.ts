import { withinTime } from '../platform/abort.ts'
import type { Clock } from '../platform/clock.ts'
import { sha256 } from '../platform/digest.ts'
import type { Fetch } from '../platform/fetch.ts'
import { isReadable } from '../platform/unpack.ts'
import { readCapped } from './body.ts'
import type { CauseName } from '../verification/causes.ts'
import type { Clean } from './clean.ts'
import type { GraphError } from './errors.ts'
import { NO_SIGNALS, readSignals, type Signals } from './headers.ts'
import { parseJson } from './json.ts'
import { transportFault } from './transport.ts'
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

export type ClientOptions = {
  readonly fetch: Fetch
  readonly clock: Clock
  readonly graphUrl: string
  readonly graphVersion: string
  readonly timeoutMs: number
  readonly viaProxy: boolean
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

type Encoded = { readonly headers: Readonly<Record<string, string>>; readonly body?: string }
type Outgoing = Encoded & { readonly method: 'GET' | 'POST'; readonly url: string }

function encoded(body: Body): Encoded {
  return 'form' in body
    ? {
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams(body.form).toString(),
      }
    : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body.json) }
}

function send(options: ClientOptions, outgoing: Outgoing, bearer: Bearer | null, signal: AbortSignal): Promise<Reply> {
  const sentMs = options.clock.nowMs()
  return withinTime(options.timeoutMs, signal, async (ended) => {
    try {
      // The race holds even where a given `fetch` ignores its signal: a check must not hang.
      return await Promise.race([exchange(options, outgoing, bearer, ended, sentMs), rejectOn(ended)])
    } catch (error) {
      const cause = ended.aborted ? ended.reason : error
      return { kind: 'unreachable', ...transportFault(cause, options.viaProxy), signals: NO_SIGNALS }
    }
  })
}

/** hex HMAC-SHA256 of the token that makes the call, keyed with the app secret. Source: Meta, Securing Graph API calls. */
export function appSecretProof(token: string, appSecret: string): string {
  return sha256(token, appSecret)
}

async function exchange(
  options: ClientOptions,
  { url, headers: own, ...outgoing }: Outgoing,
  bearer: Bearer | null,
  signal: AbortSignal,
  sentMs: number,
): Promise<Reply> {
  const authorization: Record<string, string> = bearer === null ? {} : { authorization: `Bearer ${bearer.token}` }
  const wanted = { accept: 'application/json', 'accept-encoding': 'identity', 'user-agent': options.userAgent }
  const headers = { ...own, ...authorization, ...wanted }
  const response = await options.fetch(url, { ...outgoing, headers, redirect: 'manual', signal })
  const signals = readSignals(response.headers, sentMs, options.clock.nowMs())
  const text = await readCapped(response)
  return read(response, text, signals)
}

const UNREADABLE = { ok: false, problem: 'in an encoding that nobody asked for' } as const

function read(response: Response, text: string | null, signals: Signals): Reply {
  const { status } = response
  if (status >= 300 && status < 400)
    return { kind: 'nonsense', what: `a redirect (HTTP ${status})`, cause: 'redirected', signals }
  if (text === null) return { kind: 'nonsense', what: `an answer larger than 1 MiB (HTTP ${status})`, signals }
  const parsed = isReadable(response) ? parseJson(text) : UNREADABLE
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

function rejectOn(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    if (signal.aborted) reject(signal.reason)
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
  })
}
