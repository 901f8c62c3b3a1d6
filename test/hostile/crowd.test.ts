import { describe, expect, test } from 'bun:test'
import { connect, type Socket } from 'node:net'
import { independently } from '../process/concurrent.ts'
import { startGraph } from '../process/graph.ts'
import { forEachRuntime, start } from '../process/harness.ts'
import { has } from '../system/programs.ts'
import { shortOrLong, logFigure } from './duration.ts'
import { descriptorsOf, residentMiB, talk, until } from './talk.ts'

/** Clients that take all connections there are. */

const LIMIT = 512
const CROWD = 2_000
const LIVE = 'GET /health/live HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'

/** Each byte on its own: never idle, never done. */
const DRIPS: Readonly<Record<string, string>> = {
  'its headers': 'GET /health/live HTTP/1.1\r\nHost: x\r\nX-Slow: ',
  'its body': 'POST /health/token/check HTTP/1.1\r\nHost: x\r\nContent-Length: 100000\r\n\r\n',
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) =>
    socket
      .on('error', () => {})
      .on('close', () => resolve())
      .resume(),
  )
}

/** Whoever finds no room is turned away, and comes back. */
function crowdAt(port: number, rounds: number) {
  let isOver = false
  const sockets = new Set<Socket>()
  const enter = (roundsLeft: number) => {
    const socket = connect(port, '127.0.0.1', () => socket.write(DRIPS['its headers'] ?? ''))
    sockets.add(socket)
    void closed(socket).then(() => {
      sockets.delete(socket)
      if (!isOver && roundsLeft > 1) enter(roundsLeft - 1)
    })
  }
  for (let at = 0; at < CROWD; at++) enter(rounds)
  return () => {
    isOver = true
    for (const socket of sockets) socket.destroy()
  }
}

forEachRuntime((runtime) => {
  describe('a client that sends byte by byte', () => {
    for (const [what, bytes] of Object.entries(DRIPS))
      independently(`${what} is cut off in time`, async () => {
        await using graph = startGraph()
        await using program = start(runtime, ['serve'], graph.env)
        const socket = connect(await program.port(), '127.0.0.1', () => socket.write(bytes))
        const drip = setInterval(() => socket.write('a'), 500)
        const startedMs = performance.now()
        await closed(socket).finally(() => clearInterval(drip))
        expect(performance.now() - startedMs).toBeLessThan(20_000)
      })
  })

  describe.skipIf(!has('prlimit'))(`${CROWD} slow clients where ${LIMIT} descriptors are allowed`, () => {
    test('end nothing, change no verdict, and leave all as it was', async () => {
      await using graph = startGraph()
      const limited = { ...runtime, command: ['prlimit', `--nofile=${LIMIT}:${LIMIT}`, ...runtime.command] }
      const env = { ...graph.env, TOKEN_GUARD_CHECK_INTERVAL: '1s' }
      await using program = start(limited, ['serve'], env, { lifetimeMs: 300_000 })
      const port = await program.port()
      expect((await talk(port, LIVE)).statuses).toEqual([200])
      const before = { descriptors: descriptorsOf(program.pid), memory: residentMiB(program.pid) }
      const leave = crowdAt(port, shortOrLong(2, 20))
      try {
        await until('no descriptor is left', () => descriptorsOf(program.pid) >= LIMIT - 2)
        await graph.further('/debug_token', shortOrLong(3, 60))
      } finally {
        leave()
      }
      const leftMs = performance.now()
      await until('a new client is answered', async () => (await talk(port, LIVE)).statuses[0] === 200)
      const recoveredMs = performance.now() - leftMs
      await until('descriptors are back', () => descriptorsOf(program.pid) <= before.descriptors + 3)
      const grownMiB = residentMiB(program.pid) - before.memory
      logFigure(
        `crowd, ${runtime.name}: answers ${recoveredMs.toFixed()} ms after it left, ${grownMiB.toFixed(1)} MiB more`,
      )
      expect(recoveredMs).toBeLessThan(15_000)
      expect(grownMiB).toBeLessThan(80)
      await program.askUntil('/health/token', ({ status, json }) => status === 200 && json.status === 'pass')
      expect(program.lines('token.refused')).toEqual([])
      expect(program.lines('defect')).toEqual([])
      program.kill('SIGTERM')
      expect((await program.exit).code).toBe(0)
    }, 300_000)
  })
})
