import { describe, expect, test } from 'bun:test'
import { startGraph } from '../process/graph.ts'
import { forEachRuntime, start } from '../process/harness.ts'
import { startReceiver } from '../process/receiver.ts'
import { SANDBOX_SECRETS } from '../process/secrets.ts'

/** How long the guard takes to react after Graph revokes the token. */

const INTERVAL_MS = 1_000
/** An interval with its jitter, the second question a second later, and what a busy machine takes. */
const REACTION_MS = INTERVAL_MS * 1.1 + 1_000 + 3_000

forEachRuntime((runtime) => {
  describe('after the token is revoked', () => {
    test('the probe fails before the log says so, and the alert follows', async () => {
      await using graph = startGraph()
      await using receiver = startReceiver()
      const env = { ...graph.env, ...receiver.env, TOKEN_GUARD_CHECK_INTERVAL: `${INTERVAL_MS}ms` }
      await using service = start(runtime, ['serve'], env, { secrets: [...SANDBOX_SECRETS, ...receiver.secrets] })
      await service.waitFor('server.listening')
      const revokedMs = performance.now()
      graph.play('revoked')
      await service.waitFor('token.refused')
      const loggedMs = performance.now() - revokedMs
      const { status } = await service.ask('/health/token')
      const probedMs = performance.now() - revokedMs
      await receiver.until(1)
      const alertedMs = performance.now() - revokedMs
      expect(status).toBe(503)
      expect(loggedMs).toBeLessThan(REACTION_MS)
      expect(alertedMs).toBeLessThan(REACTION_MS + 3_000)
      process.stderr.write(
        `${runtime.name}: logged after ${Math.round(loggedMs)} ms, 503 after ${Math.round(probedMs)}, alert after ${Math.round(alertedMs)}\n`,
      )
    })
  })
})
