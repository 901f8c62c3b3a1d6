import { describe, expect } from 'bun:test'
import { independently } from '../process/concurrent.ts'
import { startGraph } from '../process/graph.ts'
import { forEachRuntime, start } from '../process/harness.ts'
import { held } from '../process/sockets.ts'

forEachRuntime((runtime) => {
  describe('a connection on which nothing moves', () => {
    independently('is kept for a client that waits for a verification', async () => {
      const OPERATOR = 'wY6mQf2tNb8sLd4j'
      await using graph = startGraph()
      const env = { ...graph.env, TOKEN_GUARD_OPERATOR_TOKEN: OPERATOR, TOKEN_GUARD_CHECK_TIMEOUT: '14s' }
      await using program = start(
        runtime,
        ['serve'],
        { ...env, TOKEN_GUARD_BOOT_TIMEOUT: '14s' },
        { secrets: [OPERATOR] },
      )
      await program.port()
      graph.play('hanging')
      const init = { method: 'POST', headers: { authorization: `Bearer ${OPERATOR}` } }
      const { status, json } = await program.ask('/health/token/check', init)
      expect([status, json.checks['graph:reachability'][0].code]).toEqual([200, 'graph.unreachable'])
    })

    independently('is closed in time, whether it has begun a request or not', async () => {
      await using graph = startGraph()
      await using program = start(runtime, ['serve'], graph.env)
      const port = await program.port()
      const sockets = [...(await held(port, 1, '')), ...(await held(port, 1, 'GET / HTTP/1.1\r\nHost: x\r\nX-Slow: '))]
      const startedMs = performance.now()
      await Promise.all(sockets.map((socket) => new Promise((resolve) => socket.on('close', resolve).resume())))
      expect(performance.now() - startedMs).toBeWithin(5_000, 25_000)
    })
  })
})
