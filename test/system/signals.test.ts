import { describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startGraph } from '../process/graph.ts'
import { forEachRuntime, Program, temporaryFolder } from '../process/harness.ts'
import { has } from './programs.ts'

const canUnshare = spawnSync('unshare', ['--pid', '--fork', 'true']).status === 0
const NEVER = { TOKEN_GUARD_CHECK_INTERVAL: '24h' }

forEachRuntime(({ command }) => {
  describe.skipIf(!canUnshare)('as PID 1', () => {
    /** In a PID namespace of its own, as in a container without an init. */
    const startAsInit = (env: Record<string, string>) =>
      new Program(['unshare', '--pid', '--fork', '--kill-child', ...command, 'serve'], env, {})
    const inner = ({ pid }: Program) => Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim())

    test('a signal before it listens ends it with 128 and the signal, never with 0', async () => {
      await using graph = startGraph('hanging')
      await using program = startAsInit(graph.env)
      await graph.further('/debug_token', 1)
      process.kill(inner(program), 'SIGTERM')
      expect((await program.exit).code).toBe(143)
    })

    test('SIGTERM in service ends it with 0', async () => {
      await using graph = startGraph()
      await using program = startAsInit({ ...graph.env, ...NEVER })
      await program.waitFor('server.listening')
      process.kill(inner(program), 'SIGTERM')
      expect((await program.exit).code).toBe(0)
    })

    test('a second signal more than a second later ends it with 128 and that signal', async () => {
      await using graph = startGraph()
      await using program = startAsInit({ ...graph.env, ...NEVER, TOKEN_GUARD_STOP_DELAY: '30s' })
      await program.waitFor('server.listening')
      const pid = inner(program)
      process.kill(pid, 'SIGTERM')
      const { time } = await program.waitFor('server.stopping')
      await program.askUntil('/health/ready', () => Date.now() - Date.parse(time) > 1_200)
      process.kill(pid, 'SIGINT')
      expect((await program.exit).code).toBe(130)
    })
  })

  describe.skipIf(!has('script'))('in a terminal', () => {
    test('that is closed it stops as by SIGTERM, and leaves no ghost', async () => {
      using folder = temporaryFolder()
      const log = join(folder.path, 'log')
      const said = () => (existsSync(log) ? readFileSync(log, 'utf8') : '')
      await using graph = startGraph()
      const serve = `exec ${command.join(' ')} serve > ${log}`
      await using terminal = new Program(['script', '-qec', serve, '/dev/null'], { ...graph.env, ...NEVER }, {})
      await appears(said, 'server.listening')
      terminal.kill('SIGKILL')
      await appears(said, 'server.stopped')
      expect(said()).toMatch(/"event":"server.stopping","signal":"SIGHUP"/)
    })
  })
})

async function appears(said: () => string, event: string): Promise<void> {
  const endMs = Date.now() + 15_000
  while (!said().includes(event)) {
    if (Date.now() > endMs) throw new Error(`no ${event} in: ${said()}`)
    await Bun.sleep(25)
  }
}
