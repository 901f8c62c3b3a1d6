export type LoggedRequest = {
  /** RFC 3339. */
  readonly at: string
  readonly method: string
  /** With its query, secrets masked. */
  readonly path: string
  /** null as long as there is no answer; it stays so when the client went before there was one. */
  status: number | null
}

const KEPT = 1_000

const SECRET_PARAMETERS = new Set([
  'access_token',
  'appsecret_proof',
  'batch',
  'client_secret',
  'fb_exchange_token',
  'input_token',
  'revoke_token',
])

// A token may be where it does not belong, in the path or under a name of the client's own.
const TOKEN_SHAPED = /EAA[A-Za-z0-9]{20,}|\d{6,}(?:\||%7C)[A-Za-z0-9_-]{8,}/gi

function maskParameter(pair: string): string {
  const name = [...new URLSearchParams(pair).keys()][0] ?? ''
  return SECRET_PARAMETERS.has(name) ? `${name}=[secret]` : pair
}

export function maskedPath(url: URL): string {
  const query = url.search.slice(1)
  const path = query === '' ? url.pathname : `${url.pathname}?${query.split('&').map(maskParameter).join('&')}`
  return path.replace(TOKEN_SHAPED, '[secret]')
}

export type RequestLog = {
  readonly count: () => number
  readonly requests: () => readonly LoggedRequest[]
  readonly begin: (method: string, url: URL, nowMs: number) => LoggedRequest
}

export function createRequestLog(): RequestLog {
  const requests: LoggedRequest[] = []
  let count = 0
  return {
    count: () => count,
    requests: () => requests,
    begin: (method, url, nowMs) => {
      const request = { at: new Date(nowMs).toISOString(), method, path: maskedPath(url), status: null }
      requests.push(request)
      if (requests.length > KEPT) requests.shift()
      count += 1
      return request
    },
  }
}
