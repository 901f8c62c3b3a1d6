import { getProxyForUrl } from 'proxy-from-env'
import { isLoopbackHost } from '../platform/host.ts'
import { isBun } from '../platform/runtime.ts'
import { goDirectly } from '../platform/side-doors.ts'
import { unpacked } from './unpack.ts'

/** The part of `fetch` that is used: passed in, so that proxies and embedders can bring their own. */
export type Fetch = (url: string, init: RequestInit) => Promise<Response>

export type Transport = { readonly fetch: Fetch; readonly viaProxy: boolean }

export type FoundTransport = ({ readonly ok: true } & Transport) | { readonly ok: false; readonly problem: string }

/**
 * The runtime's fetch, with HTTPS_PROXY and NO_PROXY honoured alike: Bun would proxy loopback too, Node none at all.
 * Private CAs come by NODE_EXTRA_CA_CERTS, which both runtimes read themselves. Bun prints none of these requests,
 * whatever BUN_CONFIG_VERBOSE_FETCH says.
 */
export async function transportFor(graphUrl: string): Promise<FoundTransport> {
  const proxy = proxyFor(graphUrl)
  if (proxy !== '' && !isHttpUrl(proxy)) return { ok: false, problem: 'is not an http or https URL' }
  if (isBun) {
    if (proxy === '') goDirectly(new URL(graphUrl).hostname)
    const how = { proxy: proxy === '' ? false : proxy, verbose: false, decompress: false } as unknown as RequestInit
    const fetchUnpacked: Fetch = async (to, init) => unpacked(await fetch(to, { ...init, ...how }))
    return { ok: true, viaProxy: proxy !== '', fetch: fetchUnpacked }
  }
  if (proxy === '') return { ok: true, viaProxy: false, fetch: (to, init) => fetch(to, init) }
  const undici = await import('undici')
  const dispatcher = new undici.ProxyAgent(proxy)
  const proxied = (to: string, init: RequestInit) => undici.fetch(to, { ...(init as object), dispatcher })
  return { ok: true, viaProxy: true, fetch: proxied as unknown as Fetch }
}

/** The proxy for a URL; empty where there is none. It may hold credentials. */
export function proxyFor(graphUrl: string): string {
  const url = new URL(graphUrl)
  return isLoopbackHost(url.hostname) ? '' : getProxyForUrl(url)
}

function isHttpUrl(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol)
}
