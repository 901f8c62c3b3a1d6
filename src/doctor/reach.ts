import { hostInUrl } from '../platform/host.ts'
import { proxyFor } from '../net/fetch.ts'
import { connectPlainly, resolveName, shakeHands } from '../platform/reach.ts'
import type { Reached } from './observations.ts'

const TIMEOUT_MS = 5_000

/** Tries the way to Graph, or to the proxy before it: DNS, TCP, TLS. Sends nothing. */
export async function reach(graphUrl: string, givenMs: number | null): Promise<Reached> {
  const timeoutMs = givenMs ?? TIMEOUT_MS
  const proxy = proxyFor(graphUrl)
  const url = new URL(proxy === '' ? graphUrl : proxy)
  const isTls = url.protocol === 'https:'
  const host = url.hostname
  const port = url.port === '' ? (isTls ? 443 : 80) : Number(url.port)
  const target = { host, port }
  const dns = await resolveName(host, timeoutMs)
  const tcp = dns.ok ? await connectPlainly(target, timeoutMs) : null
  const tls = tcp?.ok === true && isTls && proxy === '' ? await shakeHands(target, timeoutMs) : null
  // Never the URL itself: a proxy's may hold credentials.
  const shown = `${hostInUrl(host.replace(/^\[|\]$/g, ''))}:${port}`
  return { target: shown, proxy: proxy === '' ? null : shown, isTls, dns, tcp, tls }
}
