import { describe, expect } from 'bun:test'
import { readFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'
import { independently } from '../process/concurrent.ts'
import { variables } from '../process/graph.ts'
import { forEachRuntime, start } from '../process/harness.ts'
import { descriptorsOf, talk } from './talk.ts'

/** A server in Graph's place whose bytes are meant to hang, fill or deceive the guard. */

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n'
const whole =
  (body: string | Uint8Array, headers = '') =>
  (socket: Socket) => {
    socket.write(`${HEAD}${headers}Content-Length: ${body.length}\r\n\r\n`)
    socket.write(body)
  }
/** Goes on for as long as the other side listens. */
const endless = (first: string, more: string) => (socket: Socket) => {
  const go = () => {
    while (!socket.destroyed && socket.write(more));
  }
  socket.on('drain', go).write(first)
  go()
}
const dripping = (first: string) => (socket: Socket) => {
  socket.write(first)
  const drip = setInterval(() => socket.write('a'), 50)
  socket.on('close', () => clearInterval(drip))
}
const GOOD = '{"is_valid":true,"type":"SYSTEM_USER","scopes":[],"expires_at":0}'

const ANSWERS: Readonly<Record<string, (socket: Socket) => void>> = {
  'nothing, for ever': () => {},
  'a status line that drips': dripping('HTTP/1.1 2'),
  'a header that drips': dripping(`${HEAD}X-Slow: `),
  'a body that drips': dripping(`${HEAD}Content-Length: 100000\r\n\r\n{"data":"`),
  'headers without an end': endless(HEAD, `X-More: ${'b'.repeat(8_000)}\r\n`),
  'one header without an end': endless(`${HEAD}X: `, 'b'.repeat(64_000)),
  'a body without an end': endless(`${HEAD}Transfer-Encoding: chunked\r\n\r\n`, `fa00\r\n${' '.repeat(64_000)}\r\n`),
  'interim answers without an end': endless('', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(1_000)),
  'a bomb of gzip': whole(gzipSync(Buffer.alloc(300_000_000)), 'Content-Encoding: gzip\r\n'),
  'gzip that is none': whole('{"data":{}}', 'Content-Encoding: gzip\r\n'),
  'lists in lists': whole('['.repeat(900_000)),
  'lists in lists, closed': whole('['.repeat(400_000) + ']'.repeat(400_000)),
  'objects in objects': whole('{"data":'.repeat(100_000) + '1' + '}'.repeat(100_000)),
  'errors in errors': whole('{"error":'.repeat(100_000) + '1' + '}'.repeat(100_000)),
  'a prototype': whole(`{"__proto__":{"data":${GOOD}},"constructor":{"prototype":{"data":${GOOD}}}}`),
  'a number beyond all': whole('{"data":{"is_valid":true,"type":"SYSTEM_USER","scopes":[],"expires_at":1e999}}'),
  'no UTF-8': whole(Buffer.from([0x7b, 0xff, 0xfe, 0x00, 0x7d])),
  'another protocol': (socket) => socket.end('220 mail.example ESMTP\r\n'),
  'a body that is cut': (socket) => socket.end(`${HEAD}Content-Length: 999\r\n\r\n{"data":`),
  'two lengths': (socket) => socket.end(`${HEAD}Content-Length: 2\r\nContent-Length: 11\r\n\r\n{}{"data":1}`),
  'a length that is no number': (socket) => socket.end(`${HEAD}Content-Length: many\r\n\r\n{}`),
}

async function graphThatAnswers(answer: (socket: Socket) => void) {
  let asked = 0
  const waiting = new Set<() => void>()
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
    socket.once('data', () => {
      asked += 1
      for (const look of waiting) look()
      answer(socket)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    further: (times: number) => {
      const goal = asked + times
      return new Promise<void>((resolve) => waiting.add(() => (asked >= goal ? resolve() : undefined)))
    },
    [Symbol.dispose]: () => {
      server.close()
      for (const socket of sockets) socket.destroy()
    },
  }
}

/** The most memory that it ever had in RAM, in MiB. */
const peakMiB = (pid: number) =>
  Number(/^VmHWM:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024

forEachRuntime((runtime) => {
  describe('in place of an answer', () => {
    for (const [what, answer] of Object.entries(ANSWERS))
      independently(`${what}: no pass, no refusal, no hang, and no room taken`, async () => {
        using graph = await graphThatAnswers(answer)
        const env = {
          ...variables(graph.url),
          TOKEN_GUARD_BOOT_UNVERIFIED: 'start',
          TOKEN_GUARD_BOOT_TIMEOUT: '1s',
          TOKEN_GUARD_CHECK_INTERVAL: '1s',
          TOKEN_GUARD_STALE_AFTER: '2s',
        }
        await using program = start(runtime, ['serve'], env, { lifetimeMs: 110_000 })
        const port = await program.port()
        await graph.further(12)
        const health = await program.ask('/health/token')
        expect([health.status, health.json.checks['token:validity'][0].status]).toEqual([503, 'fail'])
        expect(health.json.output).toContain('has not been verified yet')
        expect((await talk(port, 'GET /health/live HTTP/1.0\r\n\r\n')).statuses).toEqual([200])
        expect(program.lines('boot.refused')).toEqual([])
        expect(program.lines('defect')).toEqual([])
        // A megabyte of brackets is a hundred of lists, for each of five questions.
        expect(peakMiB(program.pid)).toBeLessThan(900)
        expect(descriptorsOf(program.pid)).toBeLessThan(60)
        program.kill('SIGTERM')
        expect((await program.exit).code).toBe(0)
      })
  })
})
