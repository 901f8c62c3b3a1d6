import { describe, expect } from 'bun:test'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fingerprintOf } from '../../src/assembly/assemble.ts'
import { independentlyOnOne } from './concurrent.ts'
import { startGraph, without, type Graph } from './graph.ts'
import { forOneRuntime, run, start, temporaryFolder, type Environment } from './harness.ts'
import { SANDBOX_SECRETS } from './secrets.ts'

/** The old token of a process manager, a shell or compose. It belongs to no account, and must not show anywhere. */
const OLD = `EAA${'Kw3v'.repeat(20)}`
const SECRETS = [...SANDBOX_SECRETS, OLD]
const tokenOf = ({ env }: Graph) => env['WHATSAPP_TOKEN'] ?? ''
const QUICK: Environment = { TOKEN_GUARD_BOOT_TIMEOUT: '8s', TOKEN_GUARD_CHECK_TIMEOUT: '6s' }

/** A folder with these files, each for its owner alone. */
function folderWith(files: Readonly<Record<string, string>>) {
  const folder = temporaryFolder()
  mkdirSync(join(folder.path, 'secrets'))
  for (const [name, text] of Object.entries(files)) {
    writeFileSync(join(folder.path, name), text)
    chmodSync(join(folder.path, name), 0o600)
  }
  return folder
}

const envLine = (token: string) => `WHATSAPP_TOKEN=${token}\n`

forOneRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  const environmentOf = (graph: Graph, change: Environment = {}): Environment => ({
    ...without(graph.env, 'WHATSAPP_TOKEN'),
    ...QUICK,
    ...change,
  })
  const sourceOf = async (graph: Graph, cwd: string, change: Environment = {}, args: readonly string[] = []) => {
    const ended = await run(runtime, ['check', '--json', '--once', ...args], environmentOf(graph, change), {
      cwd,
      secrets: SECRETS,
    })
    return JSON.parse(ended.stdout).tokenSource
  }

  describe('where the token came from', () => {
    onOne('check --json names each kind of source', async () => {
      await using graph = startGraph()
      const [token, fingerprint] = [tokenOf(graph), fingerprintOf(tokenOf(graph))]
      using folder = folderWith({
        'prod.env': envLine(token),
        'secrets/token': token,
        '.env': 'WHATSAPP_TOKEN_FILE=./secrets/token\n',
      })
      using local = folderWith({ '.env.local': envLine(token), '.env': envLine(token) })
      const alone = (from: string) => ({ from, fingerprint, others: [] })
      expect(await sourceOf(graph, folder.path, { WHATSAPP_TOKEN: token })).toEqual(alone('environment'))
      expect(await sourceOf(graph, folder.path)).toEqual(alone(`.env → ${join(folder.path, 'secrets/token')}`))
      expect(await sourceOf(graph, folder.path, {}, ['--env-file', 'prod.env'])).toEqual(alone('env-file'))
      expect(await sourceOf(graph, local.path)).toEqual(alone('.env.local'))
    })

    onOne('check --json has it where the configuration is wrong; null where no token is set', async () => {
      await using graph = startGraph()
      using folder = folderWith({ '.env': envLine(tokenOf(graph)) })
      using empty = temporaryFolder()
      const others = [{ from: '.env', fingerprint: fingerprintOf(tokenOf(graph)) }]
      expect(await sourceOf(graph, folder.path, { WHATSAPP_TOKEN: `Bearer ${OLD}` })).toEqual({
        from: 'environment',
        fingerprint: null,
        others,
      })
      expect(await sourceOf(graph, empty.path)).toBeNull()
    })
  })

  describe('an old token in the environment, the new one in .env', () => {
    const expected = (graph: Graph) => ({
      from: 'environment',
      fingerprint: fingerprintOf(OLD),
      others: [{ from: '.env', fingerprint: fingerprintOf(tokenOf(graph)) }],
    })
    const WAYS = ['unset WHATSAPP_TOKEN', 'pm2 restart NAME --update-env', 'docker compose up -d']

    onOne('check says so, as JSON and in words', async () => {
      await using graph = startGraph()
      using folder = folderWith({ '.env': envLine(tokenOf(graph)) })
      expect(await sourceOf(graph, folder.path, { WHATSAPP_TOKEN: OLD })).toEqual(expected(graph))
      const env = environmentOf(graph, { WHATSAPP_TOKEN: OLD })
      const { code, stdout } = await run(runtime, ['check', '--once'], env, { cwd: folder.path, secrets: SECRETS })
      const text = stdout.replaceAll(/\s+/g, ' ')
      expect(code).toBe(77)
      expect(text).toContain(`from the environment, fingerprint ${fingerprintOf(OLD)}`)
      expect(text).toContain(`.env holds another token (fingerprint ${fingerprintOf(tokenOf(graph))}): not used`)
      for (const way of WAYS) expect(text).toContain(way)
    })

    for (const [command, mode, event] of [
      [['serve'], 'enforce', 'boot.refused'],
      [['run', '--', 'true'], 'enforce', 'boot.refused'],
      [['serve'], 'report', 'boot.would_refuse'],
    ] as const)
      onOne(`${command[0]} in mode ${mode} has it in ${event}`, async () => {
        await using graph = startGraph()
        using folder = folderWith({ '.env': envLine(tokenOf(graph)) })
        const env = environmentOf(graph, { WHATSAPP_TOKEN: OLD, TOKEN_GUARD_MODE: mode })
        await using program = start(runtime, command, env, { cwd: folder.path, secrets: SECRETS })
        const line = await program.waitFor(event)
        expect(line['tokenSource']).toEqual(expected(graph))
        for (const way of WAYS) expect(line['msg']).toContain(way)
        program.kill('SIGTERM')
      })

    onOne('a start that passes has it too, and the log line of a wrong configuration', async () => {
      await using graph = startGraph()
      using folder = folderWith({ '.env': envLine(OLD) })
      const { others, ...inUse } = {
        from: 'environment',
        fingerprint: fingerprintOf(tokenOf(graph)),
        others: [{ from: '.env', fingerprint: fingerprintOf(OLD) }],
      }
      const env = environmentOf(graph, { WHATSAPP_TOKEN: tokenOf(graph) })
      const options = { cwd: folder.path, secrets: SECRETS }
      await using program = start(runtime, ['serve'], env, options)
      expect((await program.waitFor('boot.verified'))['tokenSource']).toEqual({ ...inUse, others })
      const { lines } = await run(runtime, ['serve'], { ...env, TOKEN_GUARD_PORT: 'x' }, options)
      expect(lines.find(({ event }) => event === 'config.invalid')?.['tokenSource']).toEqual({ ...inUse, others })
    })

    onOne('doctor shows both, and calls its own .env no leak', async () => {
      await using graph = startGraph()
      using folder = folderWith({ '.env': envLine(OLD), '.gitignore': '.env\n' })
      spawnSync('git', ['init', '--quiet'], { cwd: folder.path })
      const examine = async (change: Environment) => {
        const env = environmentOf(graph, { WHATSAPP_TOKEN: tokenOf(graph), ...change })
        const ended = await run(runtime, ['doctor', '--json'], env, { cwd: folder.path, secrets: SECRETS })
        const items: readonly Record<string, string>[] = JSON.parse(ended.stdout).items
        return (id: string) => items.find((each) => each['id'] === id)
      }
      for (const change of [{}, { TOKEN_GUARD_PORT: 'x' }]) {
        const item = await examine(change)
        const { status, detail, remedy } = item('guide.token_source') ?? {}
        expect(status).toBe('warned')
        expect(detail).toContain('Looked for in this order: the environment, .env.local, .env.')
        for (const token of [tokenOf(graph), OLD]) expect(detail).toContain(fingerprintOf(token))
        expect(remedy).toContain('unset WHATSAPP_TOKEN')
        expect(['tree', 'ignored', 'permissions'].map((id) => item(`storage.${id}`)?.['status'])).toEqual(
          Array<string>(3).fill('ok'),
        )
      }
      const quoted = await examine({ WHATSAPP_TOKEN: `"${OLD}"` })
      expect(quoted('storage.tree')?.['status']).toBe('ok')
    })
  })

  describe('what is not set is not verified', () => {
    const IDS = ['WHATSAPP_BUSINESS_ACCOUNT_ID', 'WHATSAPP_PHONE_NUMBER_ID'] as const
    for (const [names, first] of [
      [IDS, 'WHATSAPP_BUSINESS_ACCOUNT_ID'],
      [[IDS[1]], 'WHATSAPP_PHONE_NUMBER_ID'],
    ] as const)
      onOne(`serve without ${names.join(' and ')} warns once`, async () => {
        await using graph = startGraph()
        await using program = start(runtime, ['serve'], { ...without(graph.env, ...names), ...QUICK })
        await program.waitFor('server.listening')
        const warnings = program.lines('config.warning')
        expect(warnings.map(({ name }) => name)).toEqual([first])
        for (const name of names) expect(warnings[0]?.['msg']).toContain(name)
      })

    onOne('doctor never calls META_APP_ID unset where it is set', async () => {
      await using graph = startGraph()
      const env = { ...without(graph.env, 'META_APP_SECRET'), ...QUICK }
      const { stdout } = await run(runtime, ['doctor', '--json'], env)
      const inspector = JSON.parse(stdout).items.find(({ id }: { id: string }) => id === 'connection.inspector')
      expect(inspector).toMatchObject({
        status: 'ok',
        detail: 'the token itself; set META_APP_SECRET where Graph denies that',
      })
      expect(stdout).not.toMatch(/META_APP_ID[^"]* not set|set META_APP_ID/)
    })
  })
})
