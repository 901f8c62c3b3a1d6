import { describe, expect, test } from 'bun:test'
import { startGraph } from '../process/graph.ts'
import { forEachRuntime, start } from '../process/harness.ts'
import { held } from '../process/sockets.ts'

forEachRuntime((runtime) => {
  describe('a connection on which nothing moves', () => {
    test('is closed in time, whether it has begun a request or not', async () => {
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
