import { leadTo, proxying, resetAtOnce, WELL_BY, type Way } from './backends.ts'
import { UNREACHABLE, WELL, type Fault, type Row } from './row.ts'

/** TLS, proxies and names: the way to Graph. */

type Kind = 'TLS' | 'proxy' | 'DNS' | 'connection' | 'time-out'

const row = (way: Way, kind: Kind, name: string, fault: Fault, more: Partial<Row> = {}): Row => ({
  name: `${way}: ${name}`,
  way,
  kind,
  fault,
  expected: UNREACHABLE,
  ...more,
})
const says = (words: string): Fault => ({ onConnect: proxying(words) })
const SLOW = { isSlow: true } as const

export const WAY_ROWS: readonly Row[] = [
  { name: 'tls: a good certificate of a private CA', way: 'tls', fault: WELL_BY.tls, expected: WELL },
  row('tls', 'TLS', 'a certificate that has expired', { onConnect: leadTo('expired') }),
  row('tls', 'TLS', 'a certificate for another host', { onConnect: leadTo('wrong-host') }),
  row('tls', 'TLS', 'a certificate that signed itself', { onConnect: leadTo('self-signed') }),
  row('tls', 'TLS', 'TLS 1.1 at most', { onConnect: leadTo('old') }),
  row('tls', 'TLS', 'plain HTTP', { onConnect: (socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n') }),
  row('tls', 'time-out', 'no handshake', { onConnect: () => {} }, SLOW),
  row('tls', 'connection', 'reset within the handshake', {
    onConnect: (socket, truth) => void socket.once('data', () => resetAtOnce(socket, truth)),
  }),
  { name: 'proxy: that leads to Graph', way: 'proxy', fault: WELL_BY.proxy, expected: WELL },
  row('proxy', 'proxy', 'not there', { closed: true }),
  row('proxy', 'proxy', '403 to CONNECT', says('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n')),
  row(
    'proxy',
    'proxy',
    '407 to CONNECT',
    says('HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n'),
  ),
  row('proxy', 'proxy', '502 to CONNECT', says('HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\n\r\n')),
  row('proxy', 'proxy', 'another protocol', says('SSH-2.0-OpenSSH_9.2\r\n')),
  row('proxy', 'proxy', 'reset after CONNECT', {
    onConnect: (socket, truth) => void socket.once('data', () => resetAtOnce(socket, truth)),
  }),
  row('proxy', 'time-out', 'silent after CONNECT', { onConnect: () => {} }, SLOW),
  row('proxy', 'TLS', 'that puts in its own certificate', {
    onConnect: proxying('HTTP/1.1 200 OK\r\n\r\n', leadTo('self-signed')),
  }),
  row('dns', 'DNS', 'a name that is none', {}, { isBootOnly: true }),
]
