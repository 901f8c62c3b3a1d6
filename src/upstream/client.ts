import { instantOf } from '../guard/instant.ts'
import { requestBy, type FetchFor } from '../net/request-by.ts'
import type { Clock } from '../platform/clock.ts'
import { randomHex } from '../platform/random.ts'
import { UPSTREAM_ROUTE } from '../http/upstream-route.ts'
import { readAnswer, writeQuestion, type Handed, type AskedAbout } from './exchange.ts'

/** Asks another guard, which may have heard from Graph already. */

export type UpstreamDeps = {
  /** Of the other guard. */
  readonly url: string
  /** Of this process: what it answered itself is no news. */
  readonly instance: string
  readonly fetchFor: FetchFor
  readonly userAgent: string
  readonly clock: Clock
}

/** Asking Graph costs little more. */
const TIMEOUT_MS = 1_000
const BYTES_MAX = 1024 * 1024

export type UpstreamReply = Handed | { readonly problem: string }

/** What it knows of the token, or why that is of no use. Never throws. */
export async function askUpstream(
  subject: AskedAbout,
  token: string,
  { url, instance, fetchFor, userAgent, clock }: UpstreamDeps,
  signal: AbortSignal,
): Promise<UpstreamReply> {
  const nonce = randomHex(16)
  const to = `${url.replace(/\/+$/, '')}${UPSTREAM_ROUTE.path}?${writeQuestion(subject, nonce, token)}`
  const askedAt = instantOf(clock)
  const limits = { timeoutMs: TIMEOUT_MS, signal, bytesMax: BYTES_MAX }
  const reply = await requestBy(fetchFor, { method: 'GET', url: to, headers: { 'user-agent': userAgent } }, limits)
  if (reply.kind === 'none') return { problem: reply.what }
  const { status, text, headers } = reply.answer
  if (status !== 200 || text === null)
    return { problem: `it answers ${status}${status === 404 ? ', as for another token or another policy' : ''}` }
  const handed = readAnswer({ body: text, proof: headers.get(UPSTREAM_ROUTE.proofHeader) ?? '' }, nonce, token, askedAt)
  if (handed === null) return { problem: 'its answer does not prove that it holds the token' }
  return handed.instance === instance ? { problem: 'it is this guard itself' } : handed
}
