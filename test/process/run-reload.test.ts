import { expect } from 'bun:test'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { backend } from './backend.ts'
import { independently, independentlyOnOne } from './concurrent.ts'
import { startGraph, without } from './graph.ts'
import { forEachRuntime, start, temporaryFolder } from './harness.ts'
import { SANDBOX_SECRETS } from './secrets.ts'

/** A token in `.env` that the environment holds too, as Bun loads it. */
const loaded = (folder: string, token: string) => {
  writeFileSync(join(folder, '.env'), `WHATSAPP_TOKEN=${token}\n`)
  return { WHATSAPP_TOKEN: token }
}

forEachRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  const runs = (args: readonly string[], env: Record<string, string>, cwd: string, fresh: string) =>
    start(runtime, ['run', ...args], env, { cwd, secrets: [...SANDBOX_SECRETS, fresh] })

  onOne('a command that has the old token is reported until it is started again', async () => {
    using folder = temporaryFolder()
    using bot = backend()
    await using graph = startGraph()
    const fresh = await graph.issue()
    const env = { ...graph.env, ...loaded(folder.path, graph.env['WHATSAPP_TOKEN'] ?? '') }
    await using program = runs(['--', ...bot.command], env, folder.path, fresh)
    await bot.pid()
    loaded(folder.path, fresh)
    await program.waitFor('token.reloaded')
    await program.waitFor('child.outdated', (line) => line['level'] === 'warn' && line['willRestart'] === false)
    const { status, json } = await program.ask('/health/token')
    expect([status, json.status]).toEqual([200, 'warn'])
    expect(json.checks['token:validity']).toMatchObject([{ status: 'warn', code: 'token.child_outdated' }])
    expect(bot.signals()).toEqual([])
    program.kill('SIGTERM')
    expect((await program.exit).code).toBe(42)
  })

  independently('run --on-reload=restart starts the command again with the new token', async () => {
    using folder = temporaryFolder()
    using bot = backend()
    await using graph = startGraph()
    const fresh = await graph.issue()
    const old = graph.env['WHATSAPP_TOKEN'] ?? ''
    const env = { ...graph.env, ...loaded(folder.path, old) }
    await using program = runs(['--on-reload=restart', '--', ...bot.command], env, folder.path, fresh)
    await bot.pid()
    loaded(folder.path, fresh)
    const second = await bot.pid(2)
    expect(bot.recorded().map((line) => line.replace(/\d+ /, ''))).toEqual([
      `ready ${old.slice(-6)}`,
      'SIGTERM',
      `ready ${fresh.slice(-6)}`,
    ])
    const { json } = await program.askUntil('/health/token', (answer) => answer.json.status === 'pass')
    expect(json.checks['token:validity']).toMatchObject([{ status: 'pass' }])
    process.kill(second, 'SIGTERM')
    expect((await program.exit).code).toBe(42)
  })

  onOne('a command that reads the file by itself is never outdated', async () => {
    using folder = temporaryFolder()
    using bot = backend()
    await using graph = startGraph()
    const fresh = await graph.issue()
    const path = join(folder.path, 'token')
    writeFileSync(path, graph.env['WHATSAPP_TOKEN'] ?? '')
    const env = { ...without(graph.env, 'WHATSAPP_TOKEN'), WHATSAPP_TOKEN_FILE: path }
    await using program = runs(['--on-reload=restart', '--', ...bot.command], env, folder.path, fresh)
    await bot.pid()
    writeFileSync(path, fresh)
    await program.waitFor('token.reloaded')
    expect((await program.ask('/health/token')).json.status).toBe('pass')
    expect(program.lines('child.outdated')).toEqual([])
    program.kill('SIGTERM')
    expect((await program.exit).code).toBe(42)
    expect(bot.signals()).toEqual(['SIGTERM'])
  })
})
