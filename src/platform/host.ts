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
