import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import {
  answer,
  FAILING,
  head,
  NONSENSE,
  alteredAnswer,
  reset,
  UNREACHABLE,
  warned,
  VERIFIED,
  type Row,
  type Respond,
} from './row.ts'

/** What happens before an answer can be read: sockets, bytes, lengths, encodings. */

const JSON_HEAD = { 'content-type': 'application/json' }
const raw = (bytes: string): Respond => {
  return (socket) => void socket.end(Buffer.from(bytes, 'latin1'))
}

/** One byte at a time, without an end. */
const drip = (first: string, byte: string): Respond => {
  return (socket) => {
    socket.write(first)
    const timer = setInterval(() => socket.write(byte), 50)
    socket.on('close', () => clearInterval(timer))
  }
}

/** As fast as the client reads, with a pause between: this process serves other sockets too. */
const endless = (first: string, more: string): Respond => {
  return (socket) => {
    socket.write(first)
    const pour = () => {
      if (!socket.destroyed) socket.write(more, () => setImmediate(pour))
    }
    pour()
  }
}

const cut = (part: number, end: 'fin' | 'rst'): Respond => {
  return (socket, good) => {
    socket.write(head(200, { ...JSON_HEAD, 'content-length': String(good.body.length) }))
    const half = good.body.slice(0, Math.floor(good.body.length * part))
    socket.write(half, () => (end === 'fin' ? socket.end() : setTimeout(() => reset(socket, good), 20)))
  }
}

/** Small on the wire; unpacked, sixteen times what is read of an answer. */
const SPACES = Buffer.alloc(16 * 1_048_576, ' ')
const FAST = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } }
let bombs: { readonly gzip: Buffer; readonly br: Buffer } | null = null
const bomb = (encoding: 'gzip' | 'br'): Respond => {
  return (socket, good) => {
    bombs ??= { gzip: gzipSync(SPACES), br: brotliCompressSync(SPACES, FAST) }
    answer({ headers: { 'content-encoding': encoding }, body: bombs[encoding] })(socket, good)
  }
}

const coded = (encoding: string, code: (body: string) => Uint8Array): Respond =>
  alteredAnswer(({ body }) => ({ headers: { 'content-encoding': encoding }, body: code(body) }))

const before = (first: string): Respond => {
  return (socket, good) => {
    socket.write(first)
    answer({ body: good.body })(socket, good)
  }
}

const headed = (lines: string): Respond => {
  return (socket, { body }) => void socket.end(`${lines}\r\n\r\n${body}`)
}

const dated = (date: string): Respond => alteredAnswer(() => ({ headers: { date } }))
const HOUR_MS = 3_600_000

export const WIRE_ROWS: readonly Row[] = [
  { name: 'connection refused', fault: { closed: true }, expected: UNREACHABLE },
  { name: 'reset when accepted', fault: { onConnect: reset }, expected: UNREACHABLE },
  { name: 'closed when accepted', fault: { onConnect: (socket) => void socket.end() }, expected: UNREACHABLE },
  { name: 'accepted, then nothing', fault: { onConnect: () => {} }, expected: UNREACHABLE, isSlow: true },
  { name: 'reset after the request', fault: { onRequest: reset }, expected: UNREACHABLE },
  { name: 'request read, then nothing', fault: { onRequest: () => {} }, expected: UNREACHABLE, isSlow: true },
  {
    name: 'reset within the headers',
    fault: { onRequest: (socket, good) => socket.write('HTTP/1.1 200 OK\r\nX-A: ', () => reset(socket, good)) },
    expected: UNREACHABLE,
  },
  { name: 'closed within the headers', fault: { onRequest: raw('HTTP/1.1 200 OK\r\nX-A: ') }, expected: UNREACHABLE },
  { name: 'reset within the body', fault: { onRequest: cut(0.5, 'rst') }, expected: UNREACHABLE },
  { name: 'closed before the body', fault: { onRequest: cut(0, 'fin') }, expected: UNREACHABLE },
  { name: 'closed within the body', fault: { onRequest: cut(0.5, 'fin') }, expected: UNREACHABLE },
  {
    name: 'chunks without an end',
    fault: { onRequest: raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n{"dat\r\n') },
    expected: UNREACHABLE,
  },
  {
    name: 'a chunk with an invalid size',
    fault: { onRequest: raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n{}\r\n') },
    expected: UNREACHABLE,
  },
  {
    name: 'headers byte by byte, without an end',
    fault: { onRequest: drip('HTTP/1.1 200 OK\r\nX-A: ', 'a') },
    expected: UNREACHABLE,
    isSlow: true,
  },
  {
    name: 'a body byte by byte, without an end',
    fault: { onRequest: drip(head(200, JSON_HEAD), ' ') },
    expected: UNREACHABLE,
    isSlow: true,
  },
  {
    name: 'headers without an end',
    fault: { onRequest: endless('HTTP/1.1 200 OK\r\n', `X-A: ${'a'.repeat(1_000)}\r\n`) },
    expected: UNREACHABLE,
  },
  {
    name: 'a body without an end',
    fault: { onRequest: endless(head(200, JSON_HEAD), ' '.repeat(65_536)) },
    expected: NONSENSE,
  },
  { name: 'a gzip bomb', fault: { onRequest: bomb('gzip') }, expected: NONSENSE },
  { name: 'a brotli bomb', fault: { onRequest: bomb('br') }, expected: NONSENSE },
  { name: 'gzip', fault: { onRequest: coded('gzip', (body) => gzipSync(body)) }, expected: VERIFIED },
  { name: 'brotli', fault: { onRequest: coded('br', (body) => brotliCompressSync(body)) }, expected: VERIFIED },
  {
    name: 'plain text called gzip',
    fault: { onRequest: coded('gzip', (body) => Buffer.from(body)) },
    expected: UNREACHABLE,
  },
  {
    name: 'gzip, cut off',
    fault: { onRequest: coded('gzip', (body) => gzipSync(body).subarray(0, 60)) },
    expected: NONSENSE,
  },
  {
    name: 'Content-Length too small',
    fault: { onRequest: headed('HTTP/1.1 200 OK\r\nContent-Length: 20\r\nConnection: close') },
    expected: NONSENSE,
  },
  {
    name: 'Content-Length too large',
    fault: { onRequest: headed('HTTP/1.1 200 OK\r\nContent-Length: 99999\r\nConnection: close') },
    expected: UNREACHABLE,
  },
  {
    name: 'Content-Length that is not a number',
    fault: { onRequest: headed('HTTP/1.1 200 OK\r\nContent-Length: many') },
    expected: UNREACHABLE,
  },
  {
    name: 'no length, closed at the end',
    fault: { onRequest: headed('HTTP/1.1 200 OK\r\nConnection: close') },
    expected: VERIFIED,
  },
  { name: 'HTTP/1.0', fault: { onRequest: headed('HTTP/1.0 200 OK') }, expected: VERIFIED },
  { name: 'HTTP/0.9', fault: { onRequest: (socket, { body }) => void socket.end(body) }, expected: UNREACHABLE },
  { name: 'HTTP/3.7', fault: { onRequest: headed('HTTP/3.7 200 OK') }, expected: UNREACHABLE },
  { name: 'another protocol', fault: { onRequest: raw('SSH-2.0-OpenSSH_9.2\r\n') }, expected: UNREACHABLE },
  { name: 'no status', fault: { onRequest: headed('HTTP/1.1 \r\nContent-Length: 0') }, expected: UNREACHABLE },
  {
    name: '100 Continue first',
    fault: { onRequest: before('HTTP/1.1 100 Continue\r\n\r\n') },
    expected: VERIFIED,
    // Node's fetch takes it for a broken answer: the request did not ask for it.
    onNode: UNREACHABLE,
  },
  {
    name: '103 Early Hints first',
    fault: { onRequest: before('HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n') },
    expected: VERIFIED,
  },
  {
    name: '100 Continue without an end',
    fault: { onRequest: drip('HTTP/1.1 100 Continue\r\n\r\n', 'HTTP/1.1 100 Continue\r\n\r\n') },
    expected: UNREACHABLE,
    isSlow: true,
  },
  {
    name: '101 to a protocol that was not requested',
    fault: { onRequest: raw('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n') },
    expected: UNREACHABLE,
  },
  {
    name: "Graph's clock a day ahead",
    fault: {
      onRequest: alteredAnswer(() => ({ headers: { date: new Date(Date.now() + 24 * HOUR_MS).toUTCString() } })),
    },
    expected: warned('clock.skewed'),
  },
  {
    name: "Graph's clock a year behind",
    fault: {
      onRequest: alteredAnswer(() => ({ headers: { date: new Date(Date.now() - 8_760 * HOUR_MS).toUTCString() } })),
    },
    expected: warned('clock.skewed'),
  },
  { name: 'an invalid Date', fault: { onRequest: dated('yesterday') }, expected: VERIFIED },
  {
    name: 'one connection reset among good ones',
    fault: { onRequest: reset, only: 'subscribed_apps' },
    expected: warned('graph.unreachable'),
  },
  {
    name: '500 with half a body',
    fault: { onRequest: raw('HTTP/1.1 500 Oh\r\nContent-Length: 5\r\nConnection: close\r\n\r\nabcde') },
    expected: FAILING,
  },
]
