import { describe, expect } from 'bun:test'
import type { Socket } from 'node:net'
import { independently } from './concurrent.ts'
import { startGraph } from './graph.ts'
import { forEachRuntime, start } from './harness.ts'
import { held } from './sockets.ts'

/** Clients that do harm, on purpose or not. */

const IDLE = 300
const HALF = 'GET /health/token HTTP/1.1\r\nHost: x\r\nX-Slow: '

function drop(sockets: readonly Socket[]): void {
  for (const socket of sockets) socket.on('error', () => {}).destroy()
}

forEachRuntime((runtime) => {
  describe('hundreds of idle connections and slow clients', () => {
    independently('keep no other client from an answer, and do not delay a stop', async () => {
      await using graph = startGraph()
      await using program = start(runtime, ['serve'], graph.env)
      const port = await program.port()
      const sockets = [...(await held(port, IDLE, '')), ...(await held(port, 30, HALF))]
      try {
        const startedMs = performance.now()
        const answers = await Promise.all(Array.from({ length: 20 }, () => program.ask('/health/token')))
        expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]))
        expect(performance.now() - startedMs).toBeLessThan(5_000)
        const stoppedMs = performance.now()
        program.kill('SIGTERM')
        expect(await program.exit).toEqual({ code: 0, signal: null })
        expect(performance.now() - stoppedMs).toBeLessThan(6_000)
      } finally {
        drop(sockets)
      }
    })
  })

  describe('a request under way', () => {
    independently('is answered when a stop begins', async () => {
      await using graph = startGraph()
      const OPERATOR = 'hT5wPz1kVx9cRb3q'
      await using program = start(
        runtime,
        ['serve'],
        { ...graph.env, TOKEN_GUARD_OPERATOR_TOKEN: OPERATOR, TOKEN_GUARD_CHECK_INTERVAL: '24h' },
        { secrets: [OPERATOR] },
      )
      await program.port()
      graph.play('hanging')
      const asked = graph.further('/debug_token', 1)
      const answer = program.ask('/health/token/check', {
        method: 'POST',
        headers: { authorization: `Bearer ${OPERATOR}` },
      })
      await asked
      program.kill('SIGTERM')
      expect((await answer).status).toBe(200)
      expect((await program.exit).code).toBe(0)
    })
  })
})
