import { expect } from 'bun:test'
import { EventEmitter, once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { independently, independentlyOnOne } from './concurrent.ts'
import { startGraph } from './graph.ts'
import { forEachRuntime, preloadFlag, Program, temporaryFolder, type Environment } from './harness.ts'
import { startReceiver } from './receiver.ts'
import { SANDBOX_SECRETS } from './secrets.ts'

const BOOT = new URL('../../dist/boot.js', import.meta.url).pathname
const KEY = 'R0utingKeyOfTheTests0000000000000'

forEachRuntime((runtime) => {
  /** A backend behind the preload, which ends by itself. */
  async function backend(env: Environment, secrets: readonly string[]) {
    using folder = temporaryFolder()
    writeFileSync(join(folder.path, 'app.mjs'), "console.log('the app runs')\n")
    const command = [runtime.command[0] ?? '', preloadFlag(runtime), BOOT, 'app.mjs']
    await using program = new Program(command, env, { cwd: folder.path, secrets: [...SANDBOX_SECRETS, ...secrets] })
    const { code } = await program.exit
    return { code, stdout: program.stdout }
  }

  independently('a start behind the preload that would be refused sends one alert, and runs', async () => {
    await using graph = startGraph('revoked')
    await using receiver = startReceiver()
    const env = { ...graph.env, ...receiver.env, TOKEN_GUARD_MODE: 'report' }
    expect(await backend(env, receiver.secrets)).toEqual({ code: 0, stdout: 'the app runs\n' })
    expect(receiver.received.map(({ body }) => body['event'])).toEqual(['boot.would_refuse'])
  })

  independentlyOnOne(runtime)(
    'a start behind the preload opens an incident, and one that passes closes it',
    async () => {
      const actions: unknown[] = []
      const arrivals = new EventEmitter()
      await using pagerduty = Bun.serve({
        hostname: '127.0.0.1',
        port: 0,
        fetch: async (request) => {
          actions.push(((await request.json()) as { event_action: string }).event_action)
          arrivals.emit('one')
          return Response.json({ status: 'success' }, { status: 202 })
        },
      })
      await using graph = startGraph('revoked')
      const url = `pagerduty+${pagerduty.url.origin}/v2/enqueue?routing_key=${KEY}`
      const env = { ...graph.env, TOKEN_GUARD_ALERT_URL: url }
      expect((await backend(env, [KEY])).code).toBe(77)
      graph.play('permanent')
      expect((await backend(env, [KEY])).code).toBe(0)
      while (actions.length < 2) await once(arrivals, 'one')
      expect(actions).toEqual(['trigger', 'resolve'])
    },
  )
})
