import { describe, expect } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { independently, independentlyOnOne } from './concurrent.ts'
import { startGraph, without } from './graph.ts'
import { forEachRuntime, preloadFlag, Program, run, start, temporaryFolder, type Environment } from './harness.ts'
import { shortOrLong } from '../hostile/duration.ts'
import { has } from '../system/programs.ts'
import { isByProcess } from './here.ts'
import { startReceiver } from './receiver.ts'
import { SANDBOX_SECRETS } from './secrets.ts'
import { SHORT_BOOT, stateIn } from './state.ts'

/** What is kept over restarts, and how it is used. */

/** How often a process is killed, each time a little later. */
const KILLS = shortOrLong(3, 12)

const codesOf = (findings: readonly { readonly code: string }[]) => findings.map(({ code }) => code)

forEachRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)

  /** Serves until the token has passed, and leaves its state. */
  async function serveOnce(env: Environment): Promise<void> {
    await using program = start(runtime, ['serve'], env)
    await program.port()
    program.kill('SIGTERM')
    expect((await program.exit).code).toBe(0)
  }

  describe('a start while Graph is away', () => {
    independently('goes on with what Graph said last, and asks on', async () => {
      await using graph = startGraph()
      using state = stateIn(graph)
      await serveOnce(state.env)
      expect(statSync(state.path).mode & 0o777).toBe(0o600)
      graph.play('failing')
      await using program = start(runtime, ['serve'], { ...state.env, ...SHORT_BOOT, TOKEN_GUARD_CHECK_INTERVAL: '1s' })
      const { findings, ageMs } = await program.waitFor('boot.remembered')
      expect([codesOf(findings), ageMs > 0]).toEqual([['graph.failing'], true])
      const health = await program.ask('/health/token')
      expect([health.status, health.json.status]).toEqual([200, 'warn'])
      expect((await program.ask('/health/ready')).status).toBe(200)
      graph.play('permanent')
      await program.askUntil('/health/token', ({ json }) => json.status === 'pass')
      expect(program.lines('token.refused')).toEqual([])
    })

    onOne('is not allowed by an answer that is too old, of another token, or changed', async () => {
      await using graph = startGraph()
      using state = stateIn(graph)
      await serveOnce(state.env)
      const other = await graph.issue()
      graph.play('failing')
      const code = async (env: Environment) =>
        (await run(runtime, ['serve'], { ...state.env, ...SHORT_BOOT, ...env })).code
      expect(await code({ TOKEN_GUARD_STATE_MAX_AGE: '1ms' })).toBe(75)
      expect(await code({ WHATSAPP_TOKEN: other })).toBe(75)
      expect(await code({ WHATSAPP_BUSINESS_ACCOUNT_ID: '4711' })).toBe(75)
      state.change((json) => {
        for (const answer of json.state.answers) answer.atMs += 60_000
      })
      const changed = await run(runtime, ['serve'], { ...state.env, ...SHORT_BOOT })
      expect(changed.code).toBe(75)
      expect(changed.lines.find(({ event }) => event === 'config.warning')?.['msg']).toContain('HMAC')
    })

    onOne('judges what is remembered by the policy of today', async () => {
      await using graph = startGraph('sixty-days')
      using state = stateIn(graph)
      await serveOnce({ ...state.env, TOKEN_GUARD_EXPIRY: 'rotate' })
      graph.play('failing')
      expect((await run(runtime, ['serve'], { ...state.env, ...SHORT_BOOT, TOKEN_GUARD_EXPIRY: 'never' })).code).toBe(
        75,
      )
    })

    onOne('lets a command start, and a backend behind the preload', async () => {
      await using graph = startGraph()
      using state = stateIn(graph)
      await serveOnce(state.env)
      graph.play('failing')
      const env = { ...without(state.env, 'TOKEN_GUARD_PORT'), ...SHORT_BOOT }
      const ended = await run(runtime, ['run', '--', 'echo', 'the bot runs'], env)
      expect([ended.code, ended.stdout]).toEqual([0, 'the bot runs\n'])
      using folder = temporaryFolder()
      writeFileSync(join(folder.path, 'app.mjs'), "console.log('the app runs')\n")
      const preload = new URL('../../dist/boot.js', import.meta.url).pathname
      const command = [runtime.command[0] ?? '', preloadFlag(runtime), preload, 'app.mjs']
      await using backend = new Program(command, env, { cwd: folder.path })
      expect([(await backend.exit).code, backend.stdout]).toEqual([0, 'the app runs\n'])
      const checked = await run(runtime, ['check', '--json'], { ...state.env, ...SHORT_BOOT })
      const { outcome, notes } = JSON.parse(checked.stdout)
      expect([checked.code, outcome, codesOf(notes)]).toEqual([75, 'unverified', ['remembered']])
    })
  })

  describe('a refusal', () => {
    for (const command of [['serve'], ['check'], ['run', '--', 'true']])
      onOne(`that ${command[0]} saw is remembered: no later start is allowed by an older pass`, async () => {
        await using graph = startGraph()
        using state = stateIn(graph)
        await serveOnce(state.env)
        graph.play('revoked')
        expect((await run(runtime, command, state.env)).code).toBe(77)
        graph.play('failing')
        expect((await run(runtime, ['serve'], { ...state.env, ...SHORT_BOOT })).code).toBe(75)
        if (command[0] !== 'serve' && !isByProcess) return
        graph.play('permanent')
        await serveOnce(state.env)
      })

    const isRoot = process.getuid?.() === 0
    const asOtherUser = isRoot ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : []
    if (!isRoot || has('setpriv'))
      onOne('that cannot be written leaves no pass behind', async () => {
        await using graph = startGraph()
        using state = stateIn(graph)
        const folder = join(state.path, '..')
        chmodSync(folder, 0o777)
        const limited = { ...runtime, command: [...asOtherUser, ...runtime.command] }
        const env = { ...state.env, TOKEN_GUARD_CHECK_INTERVAL: '1s' }
        await using program = start(limited, ['serve'], env, { cwd: folder })
        await program.port()
        expect(state.read().state.answers.length).toBeGreaterThan(0)
        // It may write the file, and neither replace nor remove it.
        chmodSync(folder, isRoot ? 0o755 : 0o500)
        graph.play('revoked')
        expect((await program.waitFor('state.failed'))['problem']).toContain('cannot be written (EACCES)')
        await program.waitFor('token.refused')
        await graph.further('/debug_token', 1)
        expect(readFileSync(state.path, 'utf8')).toBe('')
        chmodSync(folder, 0o777)
      })
  })

  describe('a restart', () => {
    onOne('repeats no alert, logs a drift that happened meanwhile, and keeps the history', async () => {
      await using graph = startGraph()
      await using receiver = startReceiver()
      using state = stateIn(graph)
      const secrets = ['qK4wZt8rXb2mNv6c', ...SANDBOX_SECRETS, ...receiver.secrets]
      const env = { ...state.env, ...receiver.env, TOKEN_GUARD_OPERATOR_TOKEN: secrets[0] ?? '' }
      const serve = () => start(runtime, ['serve'], env, { secrets })
      {
        await using first = serve()
        await first.port()
      }
      graph.play('phone-blocked')
      {
        await using second = serve()
        const drift = await second.waitFor('token.drift', ({ field }) => field === 'phone.status')
        expect([drift['before'], drift['after']]).toEqual(['CONNECTED', 'DISCONNECTED'])
        await receiver.until(1)
      }
      await using third = serve()
      await third.port()
      const right = { headers: { authorization: `Bearer ${secrets[0]}` } }
      const { json } = await third.ask('/health/token', right)
      expect(json.statusChanges.map(({ before, after }: any) => [before, after])).toEqual([
        ['pass', 'warn'],
        [null, 'pass'],
      ])
      expect(json.drift.map(({ field }: any) => field)).toContain('phone.status')
      third.kill('SIGTERM')
      await third.exit
      expect(receiver.received).toHaveLength(1)
    })

    onOne('in a crash loop sends its refusal once', async () => {
      await using graph = startGraph('revoked')
      await using receiver = startReceiver()
      using state = stateIn(graph)
      const options = { secrets: [...SANDBOX_SECRETS, ...receiver.secrets] }
      for (let nth = 0; nth < 3; nth++)
        expect((await run(runtime, ['serve'], { ...state.env, ...receiver.env }, options)).code).toBe(77)
      expect(receiver.received.map(({ body }) => body['event'])).toEqual(['boot.refused'])
    })
  })

  describe('a path that', () => {
    for (const [what, make] of [
      ['leads to another file', (path: string) => writeFileSync(path, 'WHATSAPP_TOKEN=EAAx')],
      ['is a link', (path: string) => symlinkSync('/etc/hostname', path)],
      ['is a folder', (path: string) => mkdirSync(path)],
      ['is a FIFO', (path: string) => spawnSync('mkfifo', [path])],
    ] as const)
      onOne(`${what} is a fault, and nothing is written over`, async () => {
        await using graph = startGraph()
        using state = stateIn(graph)
        make(state.path)
        const before = statSync(state.path)
        const { code, lines } = await run(runtime, ['serve'], state.env)
        const [fault] = lines.find(({ event }) => event === 'config.invalid')?.['faults'] ?? []
        expect([code, fault?.name]).toEqual([78, 'TOKEN_GUARD_STATE_PATH'])
        expect(statSync(state.path).size).toBe(before.size)
        expect(graph.asked).toEqual([])
      })

    onOne('cannot be written is one warning, and stops nothing', async () => {
      await using graph = startGraph()
      const env = { ...graph.env, TOKEN_GUARD_STATE_PATH: '/proc/none/state.json', TOKEN_GUARD_CHECK_INTERVAL: '1s' }
      await using program = start(runtime, ['serve'], env)
      await program.port()
      await graph.further('/debug_token', 3)
      expect(program.lines('state.failed')).toHaveLength(1)
      expect((await program.ask('/health/token')).json.status).toBe('pass')
    })

    onOne('is empty, zeros or damaged counts as none', async () => {
      await using graph = startGraph()
      using state = stateIn(graph)
      for (const [text, warnings] of [
        ['', 0],
        ['\0'.repeat(300), 0],
        ['{"format":"whatsapp-token-guard/state","ver', 1],
      ] as const) {
        writeFileSync(state.path, text)
        await using program = start(runtime, ['serve'], state.env)
        await program.port()
        program.kill('SIGTERM')
        await program.exit
        expect(program.lines('config.warning').filter(({ name }) => name === 'TOKEN_GUARD_STATE_PATH')).toHaveLength(
          warnings,
        )
        expect(state.read().format).toBe('whatsapp-token-guard/state')
      }
    })
  })

  onOne('a process that is killed at any moment leaves a whole file', async () => {
    await using graph = startGraph()
    using state = stateIn(graph)
    await serveOnce(state.env)
    for (let nth = 0; nth < KILLS; nth++) {
      await using program = start(runtime, ['serve'], { ...state.env, TOKEN_GUARD_CHECK_INTERVAL: '1s' })
      await program.waitFor('boot.verified')
      await Bun.sleep((nth * 36) / KILLS)
      program.kill('SIGKILL')
      await program.exit
      expect(state.read().hmac).toHaveLength(64)
    }
    expect(readdirSync(join(state.path, '..')).length).toBeLessThanOrEqual(2 * KILLS + 1)
  })
})
