/** 4, 6, or 0 for what is no address, as node:net says it: that module costs a start on Bun 4 ms, and most need it not. */
export function isIP(text: string): number {
  if (text.includes(':')) return process.getBuiltinModule('node:net').isIP(text)
  return /^\d+(?:\.\d+){3}$/.test(text) && URL.canParse(`http://${text}`) && new URL(`http://${text}`).hostname === text
    ? 4
    : 0
}

/** A host as a URL has it: IPv6 addresses in brackets. */
export function hostInUrl(host: string): string {
  return host.includes(':') ? `[${host}]` : host
}

/**
 * Hosts of a URL that a request does not leave the machine for. `x.localhost` and `localhost.` are none: resolvers differ,
 * and some ask the network.
 */
export function isLoopbackHost(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || (hostname.startsWith('127.') && isIP(hostname) === 4)
}

/** What resolvers and routers keep within one's own network, by its name alone. A name may still lead elsewhere. */
const PRIVATE_NAME = /^(?:[a-z0-9_-]+|.+\.(?:internal|local|svc|svc\.cluster\.local))$/i
/** RFC 1918. */
const PRIVATE_IPV4 = /^(?:10|172\.(?:1[6-9]|2\d|3[01])|192\.168)\./
/** RFC 4193: fc00::/7. */
const PRIVATE_IPV6 = /^\[f[cd][0-9a-f]{2}:/i

/** Hosts of a URL that are in a private network: a name without a dot, some endings, and literal addresses. */
export function isPrivateHost(hostname: string): boolean {
  if (hostname.startsWith('[')) return PRIVATE_IPV6.test(hostname)
  return isIP(hostname) === 4 ? PRIVATE_IPV4.test(hostname) : PRIVATE_NAME.test(hostname)
}
