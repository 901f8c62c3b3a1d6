import { forwardTo, proxyReply, WORKING, type Way } from './backends.ts'
import { reset, UNREACHABLE, VERIFIED, type Fault, type Row } from './row.ts'

/** The way to Graph: TLS, proxies and names. */

type Kind = 'TLS' | 'proxy' | 'DNS' | 'connection' | 'time-out'

const row = (way: Way, kind: Kind, name: string, fault: Fault, more: Partial<Row> = {}): Row => ({
  name: `${way}: ${name}`,
  way,
  kind,
  fault,
  expected: UNREACHABLE,
  ...more,
})
const refuses = (words: string): Fault => ({ onConnect: proxyReply(words) })
const SLOW = { isSlow: true } as const

export const WAY_ROWS: readonly Row[] = [
  { name: 'tls: a good certificate of a private CA', way: 'tls', fault: WORKING.tls, expected: VERIFIED },
  row('tls', 'TLS', 'an expired certificate', { onConnect: forwardTo('expired') }),
  row('tls', 'TLS', 'a certificate for another host', { onConnect: forwardTo('wrong-host') }),
  row('tls', 'TLS', 'a self-signed certificate', { onConnect: forwardTo('self-signed') }),
  row('tls', 'TLS', 'TLS 1.1 at most', { onConnect: forwardTo('old') }),
  row('tls', 'TLS', 'plain HTTP', { onConnect: (socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n') }),
  row('tls', 'time-out', 'no handshake', { onConnect: () => {} }, SLOW),
  row('tls', 'connection', 'reset within the handshake', {
    onConnect: (socket, good) => void socket.once('data', () => reset(socket, good)),
  }),
  { name: 'proxy: a working one', way: 'proxy', fault: WORKING.proxy, expected: VERIFIED },
  row('proxy', 'proxy', 'a closed port', { closed: true }),
  row('proxy', 'proxy', '403 to CONNECT', refuses('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')),
  row(
    'proxy',
    'proxy',
    '407 to CONNECT',
    refuses('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n'),
  ),
  row('proxy', 'proxy', '502 to CONNECT', refuses('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n')),
  row('proxy', 'proxy', 'another protocol', refuses('SSH-2.0-OpenSSH_9.2\r\n')),
  row('proxy', 'proxy', 'reset after CONNECT', {
    onConnect: (socket, good) => void socket.once('data', () => reset(socket, good)),
  }),
  row('proxy', 'time-out', 'silent after CONNECT', { onConnect: () => {} }, SLOW),
  row('proxy', 'TLS', "its own certificate in place of Graph's", {
    onConnect: proxyReply('HTTP/1.1 200 OK\r\n\r\n', forwardTo('self-signed')),
  }),
  row('dns', 'DNS', 'a name that does not exist', {}, { isBootOnly: true }),
]
