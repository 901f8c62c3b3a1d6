import type { Secret } from '../config/secret.ts'
import { requestBy, type FetchFor } from '../net/request-by.ts'
import { withinTime } from '../platform/abort.ts'
import type { Clock } from '../platform/clock.ts'
import type { Alert } from './alert.ts'
import { beginningOnly } from './answer.ts'
import type { ReceiverReply } from './attempt.ts'
import type { Post, Receiver } from './receivers/receiver.ts'
import { webhookHeaders } from './signature.ts'

/** Brings one alert to one receiver, once. */

export type DeliveryDeps = {
  /** Signs, for the receivers that want it. */
  readonly secret: () => Secret | null
  /** What is guarded (receivers/pagerduty.ts). */
  readonly subject: string
  /** The way there, with its proxy. */
  readonly fetchFor: FetchFor
  readonly userAgent: string
  readonly clock: Clock
}

export type PostResult = {
  readonly reply: ReceiverReply
  /** Of the answer as it came, whatever its text makes of it; `null`: there was none. */
  readonly status: number | null
  /** What the receiver wrote, from its beginning; `null` where it was not read. */
  readonly text: string | null
}

const ATTEMPT_MS = 5_000
/** The text of an answer may come until then. */
const TEXT_MS = 4_500
const ANSWER_BYTES_MAX = 16_384

/**
 * All requests that an alert makes there, until one fails. An answer is read only where it says more than its status, or
 * where `readsAll`.
 */
export async function deliver(
  alert: Alert,
  { url, receiver }: { readonly url: URL; readonly receiver: Receiver },
  deps: DeliveryDeps,
  signal: AbortSignal,
  readsAll = false,
): Promise<readonly PostResult[]> {
  const results: PostResult[] = []
  for (const post of receiver.render(alert, { url, subject: deps.subject })) {
    const signed = receiver.isSigned
      ? webhookHeaders(alert.id, deps.clock.nowMs(), post.body, deps.secret()?.reveal() ?? null)
      : {}
    const result = await send(post, signed, receiver, deps, signal, readsAll)
    results.push(result)
    if (result.reply.kind === 'none' || result.reply.status >= 300) break
  }
  return results
}

async function send(
  { url, body }: Post,
  signed: Readonly<Record<string, string>>,
  { reread }: Receiver,
  { fetchFor, userAgent }: DeliveryDeps,
  signal: AbortSignal,
  readsAll: boolean,
): Promise<PostResult> {
  const headers = { ...signed, 'content-type': 'application/json', 'user-agent': userAgent }
  const bytesMax = readsAll || reread !== undefined ? ANSWER_BYTES_MAX : 0
  const limits = { timeoutMs: ATTEMPT_MS, signal, bytesMax }
  const reply = await withinTime(TEXT_MS, signal, (until) =>
    requestBy(fetchFor, { method: 'POST', url, headers, body }, limits, (fetch) =>
      bytesMax === 0 ? fetch : beginningOnly(fetch, bytesMax, until),
    ),
  )
  if (reply.kind === 'none') return unanswered(reply.what)
  const { status, headers: answered, text } = reply.answer
  const answer = { status, retryAfter: answered.get('retry-after'), text }
  const { status: meant, retryAfter } = reread?.(answer) ?? answer
  return { reply: { kind: 'answer', status: meant, retryAfter }, status, text }
}

function unanswered(what: string): PostResult {
  return { reply: { kind: 'none', what }, status: null, text: null }
}
