import { describe, expect } from 'bun:test'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { independently, independentlyOn, independentlyOnOne } from './concurrent.ts'
import { startGraph } from './graph.ts'
import { forEachRuntime, start, temporaryFolder, type Program } from './harness.ts'

const SIGNALS = ['SIGTERM', 'SIGINT'] as const

/** Ready for a signal: a delay keeps the stop under way until the test has looked. */
async function listening(program: Program): Promise<Program> {
  await program.waitFor('server.listening')
  return program
}

forEachRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  describe('a signal', () => {
    for (const signal of SIGNALS)
      independentlyOn(runtime, signal === 'SIGTERM')(
        `${signal} in service ends it with 0, logged in two lines`,
        async () => {
          await using graph = startGraph()
          await using program = start(runtime, ['serve'], graph.env)
          await listening(program)
          program.kill(signal)
          expect(await program.exit).toEqual({ code: 0, signal: null })
          const [stopping, stopped] = program.lines().slice(-2)
          expect([stopping, stopped]).toMatchObject([
            { event: 'server.stopping', signal },
            { event: 'server.stopped', signal },
          ])
        },
      )

    for (const signal of SIGNALS)
      independentlyOn(runtime, signal === 'SIGINT')(`${signal} before it listens ends it by that signal`, async () => {
        await using graph = startGraph('hanging')
        await using program = start(runtime, ['serve'], graph.env)
        await graph.further('/debug_token', 1)
        program.kill(signal)
        expect(await program.exit).toEqual({ code: null, signal })
        expect(program.lines('server.listening')).toEqual([])
      })

    onOne('ends a check by that signal too', async () => {
      await using graph = startGraph('hanging')
      await using program = start(runtime, ['check'], graph.env)
      await graph.further('/debug_token', 1)
      program.kill('SIGTERM')
      expect(await program.exit).toEqual({ code: null, signal: 'SIGTERM' })
    })

    independently('turns readiness and the token to 503 at once, and serves on for the stop delay', async () => {
      await using graph = startGraph()
      await using program = start(runtime, ['serve'], { ...graph.env, TOKEN_GUARD_STOP_DELAY: '2s' })
      await listening(program)
      expect((await program.ask('/health/ready')).headers.get('connection')).not.toBe('close')
      program.kill('SIGTERM')
      await program.waitFor('server.stopping')
      const stoppedMs = performance.now()
      const answers = await Promise.all(
        ['/health/ready', '/health/token', '/health/live'].map((path) => program.ask(path)),
      )
      expect(answers.map(({ status }) => status)).toEqual([503, 503, 200])
      expect(answers.map(({ headers }) => headers.get('connection'))).toEqual(['close', 'close', 'close'])
      expect((await program.exit).code).toBe(0)
      expect(performance.now() - stoppedMs).toBeWithin(1_500, 7_500)
    })

    independently('delivered twice within a second is one', async () => {
      await using graph = startGraph()
      await using program = start(runtime, ['serve'], { ...graph.env, TOKEN_GUARD_STOP_DELAY: '500ms' })
      await listening(program)
      program.kill('SIGTERM')
      program.kill('SIGTERM')
      expect(await program.exit).toEqual({ code: 0, signal: null })
      expect(program.lines('server.stopping')).toHaveLength(1)
    })

    independently('that comes again more than a second later ends it by that signal', async () => {
      await using graph = startGraph()
      await using program = start(runtime, ['serve'], { ...graph.env, TOKEN_GUARD_STOP_DELAY: '30s' })
      await listening(program)
      program.kill('SIGTERM')
      const { time } = await program.waitFor('server.stopping')
      await program.askUntil('/health/ready', () => Date.now() - Date.parse(time) > 1_200)
      program.kill('SIGINT')
      expect(await program.exit).toEqual({ code: null, signal: 'SIGINT' })
    })

    independently('stops at once while Graph hangs', async () => {
      await using graph = startGraph()
      await using program = start(runtime, ['serve'], { ...graph.env, TOKEN_GUARD_CHECK_INTERVAL: '1s' })
      await listening(program)
      graph.play('hanging')
      await graph.further('/debug_token', 1)
      const sinceMs = performance.now()
      program.kill('SIGTERM')
      expect((await program.exit).code).toBe(0)
      expect(performance.now() - sinceMs).toBeLessThan(4_000)
    })
  })

  describe('what the machine refuses', () => {
    independently('a taken port is a clear message, and 71', async () => {
      await using graph = startGraph()
      const taken = new URL(graph.url).port
      await using program = start(runtime, ['serve', '--port', taken], graph.env)
      expect((await program.exit).code).toBe(71)
      const line = await program.waitFor('server.failed')
      expect(line['exitCode']).toBe(71)
      expect(line['msg']).toContain(taken)
      expect(program.printed).not.toMatch(/\n\s+at /)
    })

    onOne('an address that is not this machine is a clear message, and 71', async () => {
      await using graph = startGraph()
      await using program = start(runtime, ['serve', '--host', '203.0.113.7'], graph.env)
      expect((await program.exit).code).toBe(71)
      expect((await program.waitFor('server.failed'))['msg']).toContain('203.0.113.7')
    })

    independently('a closed standard output neither ends nor changes anything', async () => {
      await using graph = startGraph()
      using folder = temporaryFolder()
      const path = join(folder.path, 'out')
      Bun.spawnSync(['mkfifo', path])
      // A pipe whose reader has gone.
      const reader = openSync(path, 'r+')
      const writer = openSync(path, 'w')
      closeSync(reader)
      await using program = start(runtime, ['check'], graph.env, { stdout: writer })
      closeSync(writer)
      expect(await program.exit).toEqual({ code: 0, signal: null })
      expect(program.stderr).not.toContain('EPIPE')
    })
  })
})
