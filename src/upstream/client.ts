import { instantOf } from '../guard/instant.ts'
import type { FoundTransport } from '../net/fetch.ts'
import { request } from '../net/request.ts'
import type { Clock } from '../platform/clock.ts'
import { PROOF_HEADER } from '../http/proof.ts'
import { readAnswer, UPSTREAM_PATH, writeQuestion, type Handed, type AskedAbout } from './exchange.ts'

/** Asks another guard, which may have heard from Graph already. */

export type UpstreamDeps = {
  /** Of the other guard. */
  readonly url: string
  /** Of this process: what it answered itself is no news. */
  readonly instance: string
  readonly fetchFor: (url: string) => Promise<FoundTransport>
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
  const nonce = Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('hex')
  const to = `${url.replace(/\/+$/, '')}${UPSTREAM_PATH}?${writeQuestion(subject, nonce, token)}`
  const transport = await fetchFor(to)
  if (!transport.ok) return { problem: `HTTPS_PROXY ${transport.problem}` }
  const askedAt = instantOf(clock)
  const limits = { timeoutMs: TIMEOUT_MS, signal, bytesMax: BYTES_MAX }
  const outcome = await request({ method: 'GET', url: to, headers: { 'user-agent': userAgent } }, transport, limits)
  if (outcome.kind === 'none') return { problem: outcome.fault.what }
  const { status, text, headers } = outcome.answer
  if (status !== 200 || text === null)
    return { problem: `it answers ${status}${status === 404 ? ', as for another token or another policy' : ''}` }
  const handed = readAnswer({ body: text, proof: headers.get(PROOF_HEADER) ?? '' }, nonce, token, askedAt)
  if (handed === null) return { problem: 'its answer does not prove that it holds the token' }
  return handed.instance === instance ? { problem: 'it is this guard itself' } : handed
}
