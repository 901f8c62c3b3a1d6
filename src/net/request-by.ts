import type { Fetch, FoundTransport } from './fetch.ts'
import { request, type Limits, type Outgoing, type RequestAnswer } from './request.ts'

/** Finds the way to an address, with its proxy. */
export type FetchFor = (url: string) => Promise<FoundTransport>

/** An answer, or why there was none, in words. */
export type RequestReply =
  { readonly kind: 'answer'; readonly answer: RequestAnswer } | { readonly kind: 'none'; readonly what: string }

/** One request by the way that is found for it. `through` may change how it is fetched. Never throws. */
export async function requestBy(
  fetchFor: FetchFor,
  outgoing: Outgoing,
  limits: Limits,
  through: (fetch: Fetch) => Fetch = (fetch) => fetch,
): Promise<RequestReply> {
  const transport = await fetchFor(outgoing.url)
  if (!transport.ok) return { kind: 'none', what: `HTTPS_PROXY ${transport.problem}` }
  const outcome = await request(outgoing, { ...transport, fetch: through(transport.fetch) }, limits)
  return outcome.kind === 'none' ? { kind: 'none', what: outcome.fault.what } : outcome
}
