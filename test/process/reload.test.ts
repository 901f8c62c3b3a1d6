import { describe, expect } from 'bun:test'
import { mkdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { independently, independentlyOn, independentlyOnOne } from './concurrent.ts'
import { startGraph, without, type Graph } from './graph.ts'
import { forEachRuntime, start, temporaryFolder, type Environment, type Program } from './harness.ts'
import { SANDBOX_SECRETS } from './secrets.ts'

/** The 5 s within which a change is noticed, and the verification itself. */
const NOTICED_MS = 6_000
const EVERY_SECOND = { TOKEN_GUARD_CHECK_INTERVAL: '1s' }

/** A source of the token that can be changed, as people and orchestrators do. */
type Way = {
  readonly name: string
  readonly begin: (folder: string, token: string) => Environment
  readonly change: (folder: string, token: string) => void
  /** Files are read alike, however they change; `.env` is read by Bun itself too. */
  readonly isForEach?: boolean
}

const file = (folder: string) => join(folder, 'token')
const intoFile = (folder: string, token: string): Environment => {
  writeFileSync(file(folder), `${token}\n`)
  return { WHATSAPP_TOKEN_FILE: file(folder) }
}

/** Kubernetes: `token` → `..data/token`, `..data` → a folder with a date; the swap renames a new link over `..data`. */
function swapData(folder: string, date: string, token: string): void {
  mkdirSync(join(folder, date))
  writeFileSync(join(folder, date, 'token'), token)
  symlinkSync(date, join(folder, '..data_tmp'))
  renameSync(join(folder, '..data_tmp'), join(folder, '..data'))
}

const WAYS: readonly Way[] = [
  {
    name: 'a file that is written in place',
    begin: intoFile,
    change: (folder, token) => writeFileSync(file(folder), token),
  },
  {
    name: 'a file that is renamed over',
    begin: intoFile,
    change: (folder, token) => {
      writeFileSync(`${file(folder)}.new`, token)
      renameSync(`${file(folder)}.new`, file(folder))
    },
  },
  {
    name: "Kubernetes' swapped ..data",
    isForEach: true,
    begin: (folder, token) => {
      swapData(folder, '..2026_01_01', token)
      symlinkSync('..data/token', file(folder))
      return { WHATSAPP_TOKEN_FILE: file(folder) }
    },
    change: (folder, token) => {
      swapData(folder, '..2026_01_02', token)
      rmSync(join(folder, '..2026_01_01'), { recursive: true })
    },
  },
  {
    name: '.env',
    isForEach: true,
    begin: (folder, token) => {
      writeFileSync(join(folder, '.env'), `LOG_LEVEL=debug\nWHATSAPP_TOKEN=${token}\n`)
      return {}
    },
    change: (folder, token) => writeFileSync(join(folder, '.env'), `LOG_LEVEL=debug\nWHATSAPP_TOKEN="${token}"\n`),
  },
  {
    name: 'an environment that was loaded from .env',
    begin: (folder, token) => {
      writeFileSync(join(folder, '.env'), `WHATSAPP_TOKEN=${token}\n`)
      return { WHATSAPP_TOKEN: token }
    },
    change: (folder, token) => writeFileSync(join(folder, '.env'), `WHATSAPP_TOKEN=${token}\n`),
  },
]

type Scene = {
  readonly graph: Graph
  readonly program: Program
  readonly folder: string
  /** Writes another token into the token's file. */
  readonly write: (token: string) => void
}

forEachRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  /** The program in service, its token in a file. */
  async function withFile(issued: readonly string[], env: Environment, play: (scene: Scene) => Promise<void>) {
    await using graph = startGraph()
    const tokens = await Promise.all(issued.map((scopes) => graph.issue(scopes)))
    using folder = temporaryFolder()
    const source = intoFile(folder.path, graph.env['WHATSAPP_TOKEN'] ?? '')
    await using program = start(
      runtime,
      ['serve'],
      { ...without(graph.env, 'WHATSAPP_TOKEN'), ...source, ...env },
      { secrets: [...SANDBOX_SECRETS, ...tokens] },
    )
    await program.waitFor('server.listening')
    await play({ graph, program, folder: folder.path, write: (token) => writeFileSync(file(folder.path), token) })
  }

  describe('a changed token', () => {
    for (const { name, begin, change, isForEach = false } of WAYS)
      independentlyOn(runtime, isForEach)(`in ${name} is in service within seconds, without a restart`, async () => {
        await using graph = startGraph()
        using folder = temporaryFolder()
        const [before, after] = [graph.env['WHATSAPP_TOKEN'] ?? '', await graph.issue()]
        const env = { ...without(graph.env, 'WHATSAPP_TOKEN'), ...EVERY_SECOND, ...begin(folder.path, before) }
        const secrets = [...SANDBOX_SECRETS, after]
        await using program = start(runtime, ['serve'], env, { cwd: folder.path, secrets })
        await program.waitFor('server.listening')
        const changedMs = performance.now()
        change(folder.path, after)
        await program.waitFor('token.reloaded')
        expect(performance.now() - changedMs).toBeLessThan(NOTICED_MS)
        await graph.revoke(before)
        await graph.further('/debug_token', 2)
        expect(await program.ask('/health/token')).toMatchObject({ status: 200, json: { status: 'pass' } })
        expect([program.lines('token.drift'), program.lines('token.refused')]).toEqual([[], []])
      })

    independently('is read at once after SIGHUP; the same one is verified again', async () => {
      await withFile([], {}, async ({ graph, program, write }) => {
        const further = graph.further('/debug_token', 1)
        program.kill('SIGHUP')
        await further
        expect(program.lines('token.reloaded')).toEqual([])
        const token = await graph.issue()
        write(token)
        program.kill('SIGHUP')
        await program.waitFor('token.reloaded')
        expect((await program.ask('/health/token')).status).toBe(200)
      })
    })

    onOne('that is refused is logged once, and stays a warning until it is replaced', async () => {
      await withFile(['business_management'], EVERY_SECOND, async ({ graph, program, write }) => {
        const bad = await graph.issue('business_management')
        write(bad)
        const refused = await program.waitFor('token.reload_refused')
        expect(refused['findings'].map(({ code }: any) => code)).toContain('scope.missing')
        const warned = await program.askUntil('/health/token', ({ json }) => json.status === 'warn')
        expect(warned.status).toBe(200)
        expect(warned.json.checks['token:validity']).toMatchObject([{ code: 'token.candidate_refused' }])
        await graph.further('/debug_token', 3)
        expect(program.lines('token.reload_refused')).toHaveLength(1)
        write(graph.env['WHATSAPP_TOKEN'] ?? '')
        await program.askUntil('/health/token', ({ json }) => json.status === 'pass')
        expect(program.lines('token.reloaded')).toEqual([])
      })
    })

    onOne('without an answer is asked about at each check, until there is one', async () => {
      await withFile([], EVERY_SECOND, async ({ graph, program, write }) => {
        const token = await graph.issue()
        graph.play('failing')
        write(token)
        await program.until(
          'two silent attempts',
          () => program.lines('check.unverified').filter(({ candidate }) => candidate)[1],
        )
        expect(program.lines('token.reload_refused')).toEqual([])
        graph.play('permanent')
        await program.waitFor('token.reloaded')
      })
    })

    onOne('takes the place of one that is dead', async () => {
      await withFile([], EVERY_SECOND, async ({ graph, program, write }) => {
        const token = await graph.issue()
        await graph.revoke(graph.env['WHATSAPP_TOKEN'] ?? '')
        await program.waitFor('token.refused')
        write(token)
        await program.waitFor('token.recovered')
        expect((await program.ask('/health/token')).status).toBe(200)
      })
    })
  })

  describe('a source that cannot be used', () => {
    onOne('is one warning, and the token in service stays', async () => {
      await withFile([], EVERY_SECOND, async ({ graph, program, folder, write }) => {
        write('')
        expect(await program.waitFor('config.warning')).toMatchObject({ name: 'WHATSAPP_TOKEN_FILE' })
        await graph.further('/debug_token', 2)
        rmSync(file(folder))
        await graph.further('/debug_token', 2)
        expect((await program.ask('/health/token')).json.status).toBe('pass')
        write(await graph.issue())
        await program.waitFor('token.reloaded')
        expect(program.lines('config.warning')).toHaveLength(1)
        expect(program.lines('token.reload_refused')).toEqual([])
      })
    })

    onOne('while it is being written is waited for', async () => {
      await withFile([], {}, async ({ graph, program, write }) => {
        const token = await graph.issue()
        for (let length = 20; length < token.length; length += 60) {
          write(token.slice(0, length))
          await program.ask('/health/live')
        }
        write(token)
        await program.waitFor('token.reloaded')
        expect(program.lines('token.reload_refused')).toEqual([])
      })
    })
  })

  describe('the other secrets', () => {
    onOne("follow their files: the operator's token", async () => {
      using folder = temporaryFolder()
      const path = join(folder.path, 'operator')
      const [old, fresh] = ['mLx4Qe9vTz0RuWs2', 'pKj7Yb3nHc8GdFa5']
      const shown = (token: string) => ({ headers: { authorization: `Bearer ${token}` } })
      writeFileSync(path, old)
      await using graph = startGraph()
      const env = { ...graph.env, TOKEN_GUARD_OPERATOR_TOKEN_FILE: path }
      await using program = start(runtime, ['serve'], env, { secrets: [...SANDBOX_SECRETS, old, fresh] })
      expect((await program.ask('/health/token', shown(old))).status).toBe(200)
      writeFileSync(path, fresh)
      expect(await program.waitFor('secret.reloaded')).toMatchObject({ name: 'TOKEN_GUARD_OPERATOR_TOKEN' })
      expect((await program.ask('/health/token', shown(fresh))).status).toBe(200)
      expect((await program.ask('/health/token', shown(old))).status).toBe(401)
    })

    onOne("follow their files: the app's secret", async () => {
      using folder = temporaryFolder()
      const path = join(folder.path, 'secret')
      writeFileSync(path, 'not-the-apps-secret')
      await using graph = startGraph()
      const given = without(graph.env, 'META_APP_SECRET')
      const env = { ...given, META_APP_SECRET_FILE: path, TOKEN_GUARD_MODE: 'report' }
      await using program = start(runtime, ['serve'], env, { secrets: [...SANDBOX_SECRETS, 'not-the-apps-secret'] })
      expect(await program.waitFor('boot.would_refuse')).toMatchObject({ exitCode: 78 })
      expect((await program.ask('/health/token')).status).toBe(503)
      writeFileSync(path, graph.env['META_APP_SECRET'] ?? '')
      expect(await program.waitFor('secret.reloaded')).toMatchObject({ name: 'META_APP_SECRET' })
      expect((await program.ask('/health/token')).status).toBe(200)
      expect(program.lines('token.reloaded')).toEqual([])
    })
  })
})
