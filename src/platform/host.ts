/** 4, 6, or 0 for what is no address. Late: most starts judge none, and on Bun the module costs them 5 ms. */
export function isIP(text: string): number {
  return process.getBuiltinModule('node:net').isIP(text)
}

/** A host as it stands in a URL: IPv6 addresses in brackets. */
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
