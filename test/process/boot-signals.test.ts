import { describe, expect } from 'bun:test'
import { spawn, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { backend } from './backend.ts'
import { independently, independentlyOn, independentlyOnOne } from './concurrent.ts'
import { startGraph, without, type Graph } from './graph.ts'
import { forEachRuntime, start, temporaryFolder, type Environment, type Program, type Runtime } from './harness.ts'
import { SANDBOX_SECRETS } from './secrets.ts'

/** Signals that do not ask to stop, while the token is being verified. */

/** A token in a file; Graph is silent, so that the boot goes on. */
function booting(graph: Graph, file: string, token: string): Environment {
  writeFileSync(file, `${token}\n`)
  return {
    ...without(graph.env, 'WHATSAPP_TOKEN'),
    WHATSAPP_TOKEN_FILE: file,
    TOKEN_GUARD_CHECK_TIMEOUT: '1s',
    TOKEN_GUARD_BOOT_TIMEOUT: '20s',
  }
}

/** Begins while Graph is silent. Resolves when the token is being verified. */
async function duringBoot(runtime: Runtime, args: readonly string[], graph: Graph, env: Environment): Promise<Program> {
  const asked = graph.further('/debug_token', 1)
  const program = start(runtime, args, { ...env, TOKEN_GUARD_CHECK_TIMEOUT: '1s' })
  await asked
  return program
}

forEachRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  describe('SIGHUP during the boot', () => {
    for (const command of ['serve', 'run'] as const)
      independentlyOn(runtime, command === 'serve')(
        `of ${command} reads the sources again, and the boot goes on with them`,
        async () => {
          using folder = temporaryFolder()
          using bot = backend()
          await using graph = startGraph()
          const [old, fresh] = [await graph.issue(), await graph.issue()]
          await graph.revoke(old)
          graph.play('hanging')
          const file = join(folder.path, 'token')
          const args = command === 'run' ? ['run', '--', ...bot.command] : ['serve']
          const secrets = [...SANDBOX_SECRETS, old, fresh]
          const asked = graph.further('/debug_token', 1)
          await using program = start(runtime, args, booting(graph, file, old), { secrets })
          await asked
          writeFileSync(file, `${fresh}\n`)
          const askedAgain = graph.further('/debug_token', 1)
          program.kill('SIGHUP')
          await askedAgain
          graph.play('permanent')
          await (command === 'run' ? bot.pid() : program.waitFor('server.listening'))
          expect(program.lines('boot.refused')).toEqual([])
          program.kill('SIGTERM')
          expect((await program.exit).code).toBe(command === 'run' ? 42 : 0)
        },
      )

    onOne('finds another token in .env, though the runtime has put the old one into the environment', async () => {
      using folder = temporaryFolder()
      await using graph = startGraph()
      const [old, fresh] = [await graph.issue(), await graph.issue()]
      await graph.revoke(old)
      graph.play('hanging')
      const file = join(folder.path, '.env')
      writeFileSync(file, `WHATSAPP_TOKEN=${old}\n`)
      const asked = graph.further('/debug_token', 1)
      const env = without({ ...graph.env, TOKEN_GUARD_BOOT_TIMEOUT: '20s' }, 'WHATSAPP_TOKEN')
      await using program = start(runtime, ['serve'], env, {
        cwd: folder.path,
        secrets: [...SANDBOX_SECRETS, old, fresh],
      })
      await asked
      writeFileSync(file, `WHATSAPP_TOKEN=${fresh}\n`)
      const askedAgain = graph.further('/debug_token', 1)
      program.kill('SIGHUP')
      await askedAgain
      graph.play('permanent')
      await program.waitFor('server.listening')
      expect(program.lines('boot.refused')).toEqual([])
    })

    onOne('goes on with what was read before where the sources are wrong now, and says so', async () => {
      using folder = temporaryFolder()
      await using graph = startGraph('hanging')
      const file = join(folder.path, 'token')
      const asked = graph.further('/debug_token', 1)
      const env = booting(graph, file, graph.env['WHATSAPP_TOKEN'] ?? '')
      await using program = start(runtime, ['serve'], env)
      await asked
      writeFileSync(file, '')
      program.kill('SIGHUP')
      const warning = await program.waitFor('config.warning', ({ name }) => name === 'WHATSAPP_TOKEN_FILE')
      expect(warning['msg']).toContain('is empty')
      expect(warning['msg']).toContain('the boot goes on with what was read before')
      expect(program.lines('config.invalid')).toEqual([])
      graph.play('permanent')
      await program.waitFor('server.listening')
    })
  })

  describe('SIGHUP during the boot with a FIFO', () => {
    /** Opens the FIFO, writes, and closes it, in a process of its own: opening waits for the reader. */
    const write = (path: string, text: string) =>
      new Promise((resolve) => {
        spawn('sh', ['-c', `printf %s "$TEXT" > "$PIPE"`], { env: { TEXT: text, PIPE: path } }).once('exit', resolve)
      })

    independently('waits for its text, which may mend a refusal, before it reports anything', async () => {
      using folder = temporaryFolder()
      await using graph = startGraph()
      const [old, fresh] = [await graph.issue(), await graph.issue()]
      await graph.revoke(old)
      graph.play('hanging')
      const path = join(folder.path, 'pipe')
      spawnSync('mkfifo', [path])
      const env = {
        ...without(graph.env, 'WHATSAPP_TOKEN'),
        WHATSAPP_TOKEN_FILE: path,
        TOKEN_GUARD_CHECK_TIMEOUT: '1s',
      }
      const asked = graph.further('/debug_token', 1)
      await using program = start(runtime, ['serve'], env, { secrets: [...SANDBOX_SECRETS, old, fresh] })
      await write(path, old)
      await asked
      program.kill('SIGHUP')
      await program.waitFor('config.waiting')
      const refused = graph.further('/debug_token', 2)
      graph.play('permanent')
      await refused
      await write(path, fresh)
      await program.waitFor('server.listening')
      expect(program.lines('boot.refused')).toEqual([])
    })

    onOne('is not passed on to the command of run', async () => {
      using folder = temporaryFolder()
      using bot = backend()
      await using graph = startGraph('hanging')
      const path = join(folder.path, 'pipe')
      const token = graph.env['WHATSAPP_TOKEN'] ?? ''
      spawnSync('mkfifo', [path])
      const env = {
        ...without(graph.env, 'WHATSAPP_TOKEN', 'TOKEN_GUARD_PORT'),
        WHATSAPP_TOKEN_FILE: path,
        TOKEN_GUARD_CHECK_TIMEOUT: '1s',
      }
      const asked = graph.further('/debug_token', 1)
      await using program = start(runtime, ['run', '--', ...bot.command], env)
      await write(path, token)
      await asked
      program.kill('SIGHUP')
      await write(path, token)
      graph.play('permanent')
      await bot.pid()
      program.kill('SIGUSR2')
      await bot.until(/SIGUSR2/)
      expect(bot.signals()).toEqual(['SIGUSR2'])
      program.kill('SIGTERM')
      expect((await program.exit).code).toBe(42)
    })
  })

  // Node's debugger listens to SIGUSR1 alone.
  describe.each(['SIGUSR1', 'SIGUSR2'] as const)('%s', (signal) => {
    const tries = independentlyOn(runtime, signal === 'SIGUSR1')
    independently('does nothing to serve, neither during the boot nor afterwards', async () => {
      await using graph = startGraph('hanging')
      await using program = await duringBoot(runtime, ['serve'], graph, graph.env)
      program.kill(signal)
      graph.play('permanent')
      await program.waitFor('server.listening')
      program.kill(signal)
      expect((await program.ask('/health/token')).status).toBe(200)
      expect(program.stderr).toBe('')
      program.kill('SIGTERM')
      expect(await program.exit).toEqual({ code: 0, signal: null })
    })

    tries('does nothing to run before its command runs', async () => {
      using bot = backend()
      await using graph = startGraph('hanging')
      const env = without(graph.env, 'TOKEN_GUARD_PORT')
      await using program = await duringBoot(runtime, ['run', '--', ...bot.command], graph, env)
      program.kill(signal)
      graph.play('permanent')
      await program.waitFor('child.started')
      await bot.pid()
      program.kill('SIGTERM')
      expect((await program.exit).code).toBe(42)
      expect(program.stderr).not.toContain('ebugger')
    })

    tries('opens no debugger in a check', async () => {
      await using graph = startGraph('hanging')
      await using program = await duringBoot(runtime, ['check'], graph, graph.env)
      program.kill(signal)
      graph.play('permanent')
      expect(await program.exit).toEqual({ code: 0, signal: null })
      expect(program.stderr).not.toContain('ebugger')
    })
  })
})
