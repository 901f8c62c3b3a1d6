import { describe, expect } from 'bun:test'
import { spawn, spawnSync } from 'node:child_process'
import { closeSync, constants, openSync, writeFileSync, writeSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprintOf } from '../../src/assembly/assemble.ts'
import { independently, independentlyOn, independentlyOnOne } from './concurrent.ts'
import { startGraph, without, type Graph } from './graph.ts'
import { forEachRuntime, isFirst, run, start, temporaryFolder, type Environment } from './harness.ts'
import { SANDBOX_SECRETS } from './secrets.ts'

/** Secrets that another program writes into a FIFO, as 1Password and Doppler do. */

const tokenOf = ({ env }: Graph) => env['WHATSAPP_TOKEN'] ?? ''
const envLine = (token: string) => `WHATSAPP_TOKEN=${token}\n`

function folderWithFifos(...names: readonly string[]) {
  const folder = temporaryFolder()
  for (const name of names) spawnSync('mkfifo', [join(folder.path, name)])
  return folder
}

/** Whoever opens a FIFO to write must find a reader: `null` where there is none. */
function tryToOpen(path: string): number | null {
  try {
    return openSync(path, constants.O_WRONLY | constants.O_NONBLOCK)
  } catch {
    return null
  }
}

/** As soon as the program reads it. */
async function openToWrite(path: string): Promise<number> {
  const endMs = Date.now() + 20_000
  for (;;) {
    const descriptor = tryToOpen(path)
    if (descriptor !== null) return descriptor
    if (Date.now() > endMs) throw new Error(`no program reads ${path}`)
    await Bun.sleep(25)
  }
}

async function write(path: string, text: string): Promise<void> {
  const descriptor = await openToWrite(path)
  writeSync(descriptor, text)
  closeSync(descriptor)
}

/** A program that waits for a reader by itself, as a mount does. */
const writerOf = (path: string, text: string) => spawn('sh', ['-c', 'printf %s "$1" > "$0"', path, text])
const endOf = (child: ReturnType<typeof spawn>) => new Promise<number | null>((resolve) => child.once('exit', resolve))

forEachRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  const environmentOf = (graph: Graph, change: Environment): Environment => ({
    ...without(graph.env, 'WHATSAPP_TOKEN'),
    ...change,
  })

  describe('a FIFO that a _FILE names', () => {
    independently('is read once, by whoever writes it late and byte by byte, and again at SIGHUP', async () => {
      await using graph = startGraph()
      using folder = folderWithFifos('token')
      const path = join(folder.path, 'token')
      const other = await graph.issue()
      const env = environmentOf(graph, { WHATSAPP_TOKEN_FILE: path, TOKEN_GUARD_CHECK_INTERVAL: '1s' })
      await using program = start(runtime, ['serve'], env, { secrets: [...SANDBOX_SECRETS, other] })
      const waiting = await program.waitFor('config.waiting')
      expect(waiting['msg']).toContain(`WHATSAPP_TOKEN_FILE (${path})`)
      const descriptor = await openToWrite(path)
      for (const byte of `${tokenOf(graph)}\n`) {
        writeSync(descriptor, byte)
        await Bun.sleep(2)
      }
      closeSync(descriptor)
      await program.waitFor('server.listening')
      await graph.further('/debug_token', 3)
      expect([tryToOpen(path), program.lines('config.warning')]).toEqual([null, []])

      program.kill('SIGHUP')
      await program.until('the second wait', () => program.lines('config.waiting')[1])
      expect((await program.ask('/health/token')).status).toBe(200)
      await write(path, other)
      expect((await program.waitFor('token.reloaded'))['fingerprint']).toBe(fingerprintOf(other))
      expect(tryToOpen(path)).toBeNull()
    })

    independently('is one of several that are waited for at the same time, in one line', async () => {
      await using graph = startGraph()
      using folder = folderWithFifos('token', 'secret', '.env')
      const [token, secret, file] = ['token', 'secret', '.env'].map((name) => join(folder.path, name))
      const env = environmentOf(graph, { WHATSAPP_TOKEN_FILE: token ?? '', META_APP_SECRET_FILE: secret ?? '' })
      const given = without(env, 'META_APP_SECRET')
      await using program = start(runtime, ['check'], given, { cwd: folder.path })
      await program.waitFor('config.waiting')
      const [first, second, third] = await Promise.all([token, secret, file].map((path) => openToWrite(path ?? '')))
      writeSync(third ?? 0, 'LOG_LEVEL=debug\n')
      writeSync(second ?? 0, graph.env['META_APP_SECRET'] ?? '')
      writeSync(first ?? 0, tokenOf(graph))
      for (const descriptor of [first, second, third]) closeSync(descriptor ?? 0)
      expect((await program.exit).code).toBe(0)
      const lines = program.lines('config.waiting')
      expect(lines.map(({ names }) => names.toSorted())).toEqual([
        ['.env', `META_APP_SECRET_FILE (${secret})`, `WHATSAPP_TOKEN_FILE (${token})`],
      ])
    })

    independently('without a writer lets a signal end the process at once', async () => {
      await using graph = startGraph()
      using folder = folderWithFifos('token')
      const env = environmentOf(graph, { WHATSAPP_TOKEN_FILE: join(folder.path, 'token') })
      for (const command of isFirst(runtime) ? ['serve', 'check'] : ['serve']) {
        await using program = start(runtime, [command], env)
        await program.waitFor('config.waiting')
        program.kill('SIGTERM')
        expect(await program.exit).toEqual({ code: null, signal: 'SIGTERM' })
      }
    })

    for (const [what, script, problem] of [
      ['too much', 'head -c 70000 /dev/zero | tr "\\0" x', /which is larger than 64 KiB/],
      ['nothing', 'sleep 0.3', /which is empty/],
    ] as const)
      onOne(`into which ${what} is written is a fault`, async () => {
        await using graph = startGraph()
        using folder = folderWithFifos('token')
        const path = join(folder.path, 'token')
        const writer = spawn('sh', ['-c', `( ${script} ) > "$0"`, path])
        const ended = await run(runtime, ['serve'], environmentOf(graph, { WHATSAPP_TOKEN_FILE: path }))
        expect(ended.code).toBe(78)
        expect(ended.lines[0]?.['faults']).toMatchObject([
          { name: 'WHATSAPP_TOKEN_FILE', problem: expect.stringMatching(problem) },
        ])
        writer.kill()
      })

    onOne('is no place for a rotated token: no other one is made', async () => {
      await using graph = startGraph()
      using folder = folderWithFifos('token')
      const path = join(folder.path, 'token')
      const written = endOf(writerOf(path, tokenOf(graph)))
      const ended = await run(runtime, ['rotate', '--yes'], environmentOf(graph, { WHATSAPP_TOKEN_FILE: path }))
      expect([ended.code, await written]).toEqual([78, 0])
      expect(ended.stderr).toContain('comes from a FIFO')
      expect(graph.asked).toEqual([])
    })

    onOne('is left alone where a stronger source holds the token', async () => {
      await using graph = startGraph()
      using folder = folderWithFifos('token')
      writeFileSync(join(folder.path, '.env'), 'WHATSAPP_TOKEN_FILE=./token\n')
      const writer = writerOf(join(folder.path, 'token'), 'x')
      const ended = await run(runtime, ['check'], graph.env, { cwd: folder.path })
      expect([ended.code, ended.lines, writer.exitCode]).toEqual([0, [], null])
      writer.kill()
    })
  })

  describe('an env file that is a FIFO', () => {
    for (const name of ['.env', '.env.local'])
      independentlyOn(runtime, name === '.env')(
        `is read where it is ${name}, before Bun or Node can take anything from it`,
        async () => {
          await using graph = startGraph()
          using folder = folderWithFifos(name)
          const written = endOf(writerOf(join(folder.path, name), envLine(tokenOf(graph))))
          const ended = await run(runtime, ['check', '--json'], environmentOf(graph, {}), { cwd: folder.path })
          expect([ended.code, JSON.parse(ended.stdout).tokenSource.from, await written]).toEqual([0, name, 0])
        },
      )

    independently('is read on Bun where --env-file names it, and a fault on Node, which empties it', async () => {
      await using graph = startGraph()
      using folder = folderWithFifos('my.env')
      const written = endOf(writerOf(join(folder.path, 'my.env'), envLine(tokenOf(graph))))
      const given = environmentOf(graph, {})
      const { code, stderr } = await run(runtime, ['check', '--env-file', 'my.env'], given, { cwd: folder.path })
      expect([code, await written]).toEqual([runtime.name === 'bun' ? 0 : 78, 0])
      if (runtime.name === 'node')
        expect(stderr).toMatch(/is a FIFO: Node reads --env-file itself.*WHATSAPP_TOKEN_FILE/)
    })
  })
})
