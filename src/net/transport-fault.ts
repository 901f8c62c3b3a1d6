/**
 * Why a request got no answer, read from what `fetch` threw. Bun puts the code on the error, Node on its cause; the
 * messages of both may hold the URL, so only codes are read.
 */

export type TransportFault = {
  readonly kind: 'time-out' | 'DNS' | 'TLS' | 'proxy' | 'connection' | 'redirect'
  /** `DNS: the host name was not resolved (ENOTFOUND)` */
  readonly what: string
}

type Kind = TransportFault['kind']

const CODES: readonly (readonly [RegExp, Kind, string])[] = [
  [
    /^(TimeoutError|ETIMEDOUT|ESOCKETTIMEDOUT|UND_ERR_(CONNECT|HEADERS|BODY)_TIMEOUT|ConnectionTimeout|23)$/,
    'time-out',
    'no answer in time',
  ],
  [/^(ENOTFOUND|EAI_\w+|DNSException|DNS_\w+)$/, 'DNS', 'the host name was not resolved'],
  [
    /CERT|SSL|TLS|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|^EPROTO$/i,
    'TLS',
    'the certificate or the TLS handshake was refused',
  ],
  [/PROXY|^UND_ERR_PRX|ConnectionRefusedByProxy/i, 'proxy', 'the proxy refused or failed'],
  [/^(ECONNREFUSED|ConnectionRefused)$/, 'connection', 'refused'],
  [
    /^(ECONNRESET|EPIPE|ConnectionClosed|UND_ERR_SOCKET|UND_ERR_RES_CONTENT_LENGTH_MISMATCH)$/,
    'connection',
    'broken off',
  ],
  [/^UnexpectedRedirect$/, 'redirect', 'a redirect'],
]

/** Never has the runtime's own message. Where a proxy is in between, the proxy was not reached. */
export function transportFault(error: unknown, viaProxy: boolean): TransportFault {
  const code = codeOf(error)
  const [, found, words] = CODES.find(([pattern]) => pattern.test(code)) ?? [null, 'connection', 'failed']
  const kind = viaProxy && (found === 'connection' || found === 'DNS') ? 'proxy' : found
  const what = code === 'TimeoutError' ? `${kind}: ${words}` : `${kind}: ${words} (${code})`
  return { kind, what }
}

function codeOf(error: unknown): string {
  for (const link of chain(error)) {
    const { code, name } = link as { code?: unknown; name?: unknown }
    if (name === 'TimeoutError') return 'TimeoutError'
    if (typeof code === 'string' && /^[A-Za-z][\w-]{1,63}$/.test(code)) return code
  }
  const { name } = (error ?? {}) as { name?: unknown }
  return typeof name === 'string' && /^\w{1,64}$/.test(name) ? name : 'unknown'
}

function* chain(error: unknown): Generator<object> {
  let link = error
  for (let depth = 0; depth < 5 && typeof link === 'object' && link !== null; depth++) {
    yield link
    link = (link as { cause?: unknown }).cause
  }
}
