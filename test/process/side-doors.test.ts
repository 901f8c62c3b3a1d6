import { describe, expect } from 'bun:test'
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { independently, independentlyOn, independentlyOnOne } from './concurrent.ts'
import { startGraph, without } from './graph.ts'
import { forEachRuntime, preloadFlag, Program, run, start, temporaryFolder, type Environment } from './harness.ts'
import { CERTIFICATE, startStranger, type Stranger } from './stranger.ts'

/** Environment variables of the runtime that would send or show the token to others. */

const TLS = 'NODE_TLS_REJECT_UNAUTHORIZED'
const UNVERIFIED = { [TLS]: '0' }
const ROOT = new URL('../..', import.meta.url).pathname.replace(/\/$/, '')

/** A folder that has the built package among its modules. */
function project(files: Readonly<Record<string, string>>) {
  const folder = temporaryFolder()
  mkdirSync(join(folder.path, 'node_modules'))
  symlinkSync(ROOT, join(folder.path, 'node_modules/whatsapp-token-guard'))
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder.path, name), text)
  return folder
}

const EMBEDDED = `
import { createTokenGuard } from 'whatsapp-token-guard'
const none = () => {}
const warn = (fields, text) => console.log(JSON.stringify({ ...fields, msg: text }))
const { WHATSAPP_TOKEN: token, GRAPH_API_URL: graphUrl } = process.env
const guard = createTokenGuard({ token, graphUrl, logger: { debug: none, info: none, warn, error: none } })
console.log((await guard.boot()).outcome, process.env.${TLS})
await guard.stop()
`

describe.skipIf(CERTIFICATE === null)('a certificate that no known CA signed', () => {
  forEachRuntime((runtime) => {
    const { name, command } = runtime
    const [program = ''] = command
    const preload = [preloadFlag({ name }), 'whatsapp-token-guard/boot']

    const refuses = async (stranger: Stranger, args: readonly string[], env: Environment, cwd?: string) => {
      const ended = await run(runtime, args, env, cwd === undefined ? {} : { cwd })
      expect([ended.code, stranger.asked, ended.stdout.includes('started')]).toEqual([75, [], false])
      expect(`${ended.stdout}${ended.stderr}`).not.toContain('Warning')
    }

    // `doctor` has connections of its own; the others ask by the same way.
    for (const [args, isForEach] of [
      [['check', '--once'], true],
      [['serve'], false],
      [['run', '--', 'echo', 'started'], false],
      [['doctor'], true],
      [['rotate', '--print', '--yes'], false],
      [['send-test', '--to', '+491701234567', '--yes'], false],
    ] as const)
      independentlyOn(runtime, isForEach)(
        `is refused by ${args.join(' ')}, whatever the environment says`,
        async () => {
          await using stranger = await startStranger()
          await refuses(stranger, args, { ...stranger.env, ...UNVERIFIED })
        },
      )

    independently('is refused whatever .env says', async () => {
      using folder = temporaryFolder()
      writeFileSync(join(folder.path, '.env'), `${TLS}=0\n`)
      await using stranger = await startStranger()
      await refuses(stranger, ['check', '--once'], stranger.env, folder.path)
    })

    independently('is refused behind a proxy', async () => {
      await using stranger = await startStranger()
      await refuses(stranger, ['check', '--once'], { ...stranger.proxiedEnv, ...UNVERIFIED })
      expect(stranger.connects.length).toBeGreaterThan(0)
    })

    independently('is accepted by the preload, with a warning', async () => {
      using folder = project({ 'app.mjs': `console.log('app runs', process.env.${TLS})` })
      await using stranger = await startStranger()
      const env = { ...stranger.env, ...UNVERIFIED, TOKEN_GUARD_BOOT_TIMEOUT: '10s' }
      await using backend = new Program([program, ...preload, 'app.mjs'], env, { cwd: folder.path })
      expect((await backend.exit).code).toBe(0)
      expect(backend.stdout).toBe('app runs 0\n')
      expect(backend.lines().map(({ event }) => event)).toEqual(['config.warning', 'boot.verified'])
      expect(backend.lines('config.warning')[0]).toMatchObject({ name: TLS })
    })

    independently('is accepted by the library, with a warning', async () => {
      using folder = project({ 'app.mjs': EMBEDDED })
      await using stranger = await startStranger()
      const env = { ...stranger.env, ...UNVERIFIED }
      await using backend = new Program([program, 'app.mjs'], env, { cwd: folder.path })
      expect((await backend.exit).code).toBe(0)
      expect(backend.stdout).toContain('verified 0\n')
      expect(backend.lines('config.warning')).toMatchObject([{ name: TLS }])
    })
  })
})

forEachRuntime((runtime) => {
  const { name, command } = runtime
  const [program = ''] = command
  const onOne = independentlyOnOne(runtime)

  const VERBOSE = 'BUN_CONFIG_VERBOSE_FETCH'

  independently('CMD of run gets the variables of the environment', async () => {
    await using graph = startGraph()
    const env = { ...without(graph.env, 'TOKEN_GUARD_PORT'), ...UNVERIFIED, [VERBOSE]: 'curl' }
    const ended = await run(runtime, ['run', '--', 'sh', '-c', `echo "$${TLS} $${VERBOSE}"`], env)
    expect([ended.code, ended.stdout]).toEqual([0, '0 curl\n'])
    expect(ended.lines.filter(({ event }) => event === 'config.warning')).toEqual([])
  })

  for (const [where, value] of [
    ['environment', 'curl'],
    ['environment', 'true'],
    ['.env', 'curl'],
  ] as const)
    // Bun's own: Node knows no such variable.
    onOne(`${VERBOSE}=${value} in ${where} prints no request`, async () => {
      using folder = temporaryFolder()
      await using graph = startGraph()
      if (where === '.env') writeFileSync(join(folder.path, '.env'), `${VERBOSE}=${value}\n`)
      const env = where === '.env' ? graph.env : { ...graph.env, [VERBOSE]: value }
      const ended = await run(runtime, ['check', '--once'], env, { cwd: folder.path })
      expect([ended.code, ended.stderr]).toEqual([0, ''])
      expect(ended.stdout).not.toContain('debug_token?')
    })

  // Node has read it before our first line: no program can take it back.
  const shows = name === 'node'
  for (const value of ['undici', 'fetch', '*'])
    independentlyOn(runtime, shows || value === '*')(
      `NODE_DEBUG=${value} is warned of where it shows the token`,
      async () => {
        await using graph = startGraph()
        const env = { ...graph.env, NODE_DEBUG: value }
        await using service = start(runtime, ['serve'], env, shows ? { secrets: [] } : {})
        await service.port()
        expect(service.lines('config.warning').map((line) => line['name'])).toEqual(shows ? ['NODE_DEBUG'] : [])
        expect(service.stderr.includes(`${graph.env['WHATSAPP_TOKEN']}`)).toBe(shows)
      },
    )

  independently('the library warns of NODE_DEBUG, and prints nothing on Bun', async () => {
    using folder = project({ 'app.mjs': EMBEDDED })
    await using graph = startGraph()
    const env = { ...graph.env, NODE_DEBUG: 'undici', [VERBOSE]: 'curl' }
    await using backend = new Program([program, 'app.mjs'], env, {
      cwd: folder.path,
      ...(shows ? { secrets: [] } : {}),
    })
    expect((await backend.exit).code).toBe(0)
    expect(backend.lines('config.warning').map((line) => line['name'])).toEqual(shows ? ['NODE_DEBUG'] : [])
  })

  if (shows)
    independently('NODE_DEBUG of other parts causes no warning', async () => {
      await using graph = startGraph()
      await using service = start(runtime, ['serve'], { ...graph.env, NODE_DEBUG: 'http,tls' })
      await service.port()
      expect(service.lines('config.warning')).toEqual([])
    })
})
