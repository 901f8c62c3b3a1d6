import { describe, expect } from 'bun:test'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { independently, independentlyOnOne } from './concurrent.ts'
import { startGraph, without, type Graph } from './graph.ts'
import {
  forEachRuntime,
  forOneRuntime,
  run,
  start,
  temporaryFolder,
  type Environment,
  type Line,
  type Runtime,
} from './harness.ts'
import { SANDBOX_SECRETS } from './secrets.ts'

const CANARY = 'Zq7Xw9Kd3Lm5Pv8Rt2Yb'
const SECRETS = [...SANDBOX_SECRETS, CANARY]

const faultNames = (line: Line | undefined): readonly string[] => line?.['faults'].map(({ name }: Line) => name)

/** Everything but the token itself. */
const tokenless = ({ env }: Graph) =>
  without(env, 'WHATSAPP_TOKEN', 'WHATSAPP_BUSINESS_ACCOUNT_ID', 'WHATSAPP_PHONE_NUMBER_ID')

/** Refuses the configuration with one line, without asking Graph. */
async function faultsOf(runtime: Runtime, env: Environment, cwd?: string): Promise<readonly Line[]> {
  const options = { secrets: SECRETS, ...(cwd === undefined ? {} : { cwd }) }
  const { code, lines } = await run(runtime, ['serve'], env, options)
  const refusals = lines.filter(({ event }) => event === 'config.invalid')
  expect([code, refusals.length, refusals[0]?.['exitCode']]).toEqual([78, 1, 78])
  return refusals[0]?.['faults']
}

forOneRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  describe('the configuration', () => {
    onOne('shows every fault at once, by name, and never a secret', async () => {
      const faults = await faultsOf(runtime, {
        WHATSAPP_TOKEN: `Bearer ${CANARY}`,
        META_APP_SECRET: CANARY,
        TOKEN_GUARD_CHECK_INTERVAL: '10ms',
        TOKEN_GUARD_BOOT_TIMEOUT: '1s',
        TOKEN_GUARD_CHECK_TIMEOUT: '2s',
        GRAPH_API_URL: 'http://graph.facebook.com',
        TOKEN_GUARD_PORT: '70000',
      })
      expect(faults.map(({ name }) => name).toSorted()).toEqual([
        'GRAPH_API_URL',
        'META_APP_SECRET',
        'TOKEN_GUARD_CHECK_INTERVAL',
        'TOKEN_GUARD_CHECK_TIMEOUT',
        'TOKEN_GUARD_PORT',
        'WHATSAPP_TOKEN',
      ])
      expect(faults.every(({ problem, expected }) => problem.length > 0 && expected.length > 0)).toBe(true)
    })

    onOne('says that the token is not set, with where to get one', async () => {
      const [fault] = await faultsOf(runtime, {})
      expect(fault).toMatchObject({ name: 'WHATSAPP_TOKEN', problem: 'is not set' })
    })

    const TEXTS = ['your_token_here', `"${CANARY}"`, ` ${CANARY}`, `123|${CANARY}`, `${CANARY}é`, 'changeme']
    for (const text of TEXTS)
      onOne(`refuses the token's text ${JSON.stringify(text.replace(CANARY, '…'))} before any request`, async () => {
        await using graph = startGraph()
        const env = { ...tokenless(graph), WHATSAPP_TOKEN: text }
        expect((await faultsOf(runtime, env)).map(({ name }) => name)).toEqual(['WHATSAPP_TOKEN'])
        expect(graph.asked).toEqual([])
      })

    onOne('refuses a sandbox token in production', async () => {
      await using graph = startGraph()
      const faults = await faultsOf(runtime, { ...graph.env, NODE_ENV: 'production' })
      expect(faults.map(({ name }) => name)).toEqual(['WHATSAPP_TOKEN'])
    })

    onOne('shows each unknown variable with the nearest name, and each useless one, once', async () => {
      await using graph = startGraph()
      const env = {
        TOKEN_GUARD_INTERVAL_CHECK: '1m',
        TOKEN_GUARD_CHECK_INTERVALL: '1m',
        TOKEN_GUARD_OPERATOR_TOKEN: 'x'.repeat(20),
        TOKEN_GUARD_ALERT_SECRET: 'x',
      }
      await using program = start(runtime, ['serve'], { ...graph.env, ...env })
      await program.waitFor('server.listening')
      const unknown = program.lines('config.unknown').map(({ name, nearest }) => [name, nearest])
      expect(unknown).toContainEqual(['TOKEN_GUARD_CHECK_INTERVALL', 'TOKEN_GUARD_CHECK_INTERVAL'])
      expect(unknown).toHaveLength(2)
      expect(program.lines('config.warning')).toHaveLength(1)
    })

    onOne('takes what Kubernetes injects for a service of that name as unset', async () => {
      await using graph = startGraph()
      await using program = start(runtime, ['serve', '--port', '0'], {
        ...graph.env,
        TOKEN_GUARD_PORT: 'tcp://10.0.0.1:80',
        TOKEN_GUARD_SERVICE_HOST: '10.0.0.1',
        TOKEN_GUARD_PORT_80_TCP_ADDR: '10.0.0.1',
      })
      await program.waitFor('server.listening')
      expect(program.lines('config.unknown')).toEqual([])
    })
  })

  describe('a secret file that is', () => {
    const BAD: readonly (readonly [what: string, make: (path: string) => void, problem: RegExp])[] = [
      ['missing', () => {}, /does not exist/],
      ['a folder', (path) => mkdirSync(path), /is a folder/],
      ['empty', (path) => writeFileSync(path, ''), /is empty/],
      ['of 10 MB', (path) => writeFileSync(path, 'a'.repeat(10_000_000)), /is larger than/],
      ['UTF-16', (path) => writeFileSync(path, Buffer.from(`\uFEFF${CANARY}`, 'utf16le')), /UTF-16/],
      ['binary', (path) => writeFileSync(path, Buffer.from([127, 69, 76, 70, 0, 1, 255, 254])), /binary/],
    ]
    for (const [what, make, problem] of BAD)
      onOne(`${what} is one fault that names it`, async () => {
        await using graph = startGraph()
        using folder = temporaryFolder()
        const path = join(folder.path, 'token')
        make(path)
        const faults = await faultsOf(runtime, { ...tokenless(graph), WHATSAPP_TOKEN_FILE: path })
        expect(faults.map(({ name }) => name)).toEqual(['WHATSAPP_TOKEN_FILE'])
        expect(faults[0]?.['problem']).toMatch(problem)
        expect(graph.asked).toEqual([])
      })

    onOne('good, with one newline at its end, is read', async () => {
      await using graph = startGraph()
      using folder = temporaryFolder()
      writeFileSync(join(folder.path, 'token'), `${graph.env['WHATSAPP_TOKEN']}\n`)
      const ended = await run(runtime, ['check'], {
        ...tokenless(graph),
        WHATSAPP_TOKEN_FILE: join(folder.path, 'token'),
      })
      expect(ended.code).toBe(0)
    })
  })
})

forEachRuntime((runtime) => {
  describe('the sources', () => {
    independently('win in order: option, environment, .env.local, .env', async () => {
      await using graph = startGraph()
      using folder = temporaryFolder()
      const level = (name: string) => `LOG_LEVEL=${name}\n`
      writeFileSync(join(folder.path, '.env'), `TOKEN_GUARD_EXPIRY=bad\nTOKEN_GUARD_MODE=bad\n${level('bad')}`)
      writeFileSync(join(folder.path, '.env.local'), `TOKEN_GUARD_EXPIRY=worse\nTOKEN_GUARD_MODE=enforce\n`)
      const { lines } = await run(
        runtime,
        ['serve', '--port', '0', '--host', '127.0.0.1'],
        {
          ...without(graph.env, 'TOKEN_GUARD_HOST'),
          LOG_LEVEL: 'info',
          TOKEN_GUARD_PORT: '1',
          TOKEN_GUARD_HOST: '::2',
        },
        { cwd: folder.path },
      )
      expect(faultNames(lines.at(-1))).toEqual(['TOKEN_GUARD_EXPIRY'])
      expect(lines.at(-1)?.['faults'][0].problem).toContain('worse')
    })

    independently('are one file with --env-file, which may hold every variable', async () => {
      await using graph = startGraph()
      using folder = temporaryFolder()
      const text = Object.entries(graph.env).map(([name, value]) => `${name}=${value}\n`)
      writeFileSync(join(folder.path, 'production.env'), text.join(''))
      writeFileSync(join(folder.path, '.env'), 'LOG_LEVEL=bad\n')
      const args = ['check', '--env-file', 'production.env']
      expect((await run(runtime, args, {}, { cwd: folder.path })).code).toBe(0)
    })

    independently('are a fault that says so if the --env-file is missing', async () => {
      const { code, stderr } = await run(runtime, ['check', '--env-file', 'none.env'])
      // Node looks for its own --env-file among a script's arguments, and ends before the script is read.
      const [expected, problem]: readonly [number, RegExp] =
        runtime.name === 'node'
          ? [9, /none\.env: not found/]
          : [78, /--env-file names .*none\.env, which does not exist/]
      expect(code).toBe(expected)
      expect(stderr).toMatch(problem)
    })
  })
})
