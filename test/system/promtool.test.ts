import { describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { startGraph } from '../process/graph.ts'
import { forEachRuntime, start } from '../process/harness.ts'
import { has } from './programs.ts'

forEachRuntime((runtime) => {
  describe.skipIf(!has('promtool'))('promtool', () => {
    test('has nothing to say about /metrics, at the start and after a drift', async () => {
      await using graph = startGraph()
      await using program = start(runtime, ['serve'], { ...graph.env, TOKEN_GUARD_CHECK_INTERVAL: '1s' })
      const lint = async () => {
        const { text } = await program.ask('/metrics')
        const { status, stdout, stderr } = spawnSync('promtool', ['check', 'metrics'], { input: text })
        return [status, String(stdout), String(stderr)]
      }
      expect(await lint()).toEqual([0, '', ''])
      graph.play('revoked')
      await program.waitFor('token.refused')
      expect(await lint()).toEqual([0, '', ''])
    })
  })
})
