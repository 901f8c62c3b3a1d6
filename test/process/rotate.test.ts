import { expect } from 'bun:test'
import { chmodSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { independently, independentlyOnOne } from './concurrent.ts'
import { startGraph, without, type Graph } from './graph.ts'
import { forEachRuntime, forOneRuntime, Program, start, temporaryFolder, type Environment } from './harness.ts'
import { inEnvFile, isValid, madeBy, rotate, tokenIn, unwrapped } from './rotation.ts'
import { SANDBOX_SECRETS } from './secrets.ts'

const silence = () => new Response('', { status: 502 })
/** A good answer comes within it on a busy machine too. */
const PATIENCE: Environment = { TOKEN_GUARD_BOOT_TIMEOUT: '4s' }

const KILLED = new URL('../fixtures/rotate-killed.ts', import.meta.url).pathname
forEachRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  const rotates = (args: readonly string[], env: Environment, cwd: string) => rotate(runtime, args, env, cwd)

  for (const [scenario, expiry, path] of [
    ['permanent', 'never', /access_tokens$/],
    ['permanent', 'rotate', /access_tokens$/],
    ['sixty-days', 'rotate', /oauth\/access_token$/],
    ['sixty-days', 'never', /access_tokens$/],
  ] as const) {
    const tries = scenario === 'permanent' && expiry === 'never' ? independently : onOne
    tries(
      `rotate on ${scenario} under ${expiry} puts a fresh token into .env, and leaves the old one alive`,
      async () => {
        using folder = temporaryFolder()
        await using graph = startGraph(scenario)
        const file = inEnvFile(graph, folder.path)
        chmodSync(file.path, 0o640)
        const ended = await rotates(['--yes'], { ...file.env, TOKEN_GUARD_EXPIRY: expiry }, folder.path)
        expect([ended.code, ended.stdout.includes('is not revoked')]).toEqual([0, true])
        expect(file.isWhole()).toBe(true)
        expect(file.token()).not.toBe(file.old)
        expect(await Promise.all([isValid(graph, file.old), isValid(graph, file.token())])).toEqual([true, true])
        expect(graph.asked.filter((each) => path.test(each))).toHaveLength(1)
        expect(statSync(file.path).mode & 0o777).toBe(0o640)
        expect(readdirSync(folder.path)).toEqual(['.env'])
        expect(`${ended.stdout}${ended.stderr}`).not.toContain(file.token())
      },
    )
  }

  onOne('rotate --dry-run shows what would be done, and does nothing', async () => {
    using folder = temporaryFolder()
    await using graph = startGraph()
    const file = inEnvFile(graph, folder.path)
    const ended = await rotates(['--dry-run'], file.env, folder.path)
    expect([ended.code, ended.stdout.includes('Nothing was done')]).toEqual([0, true])
    expect(file.token()).toBe(file.old)
    expect(graph.asked.filter((each) => each.includes('access_token'))).toEqual([])
  })

  onOne('rotate --print prints the new token alone, and writes nothing', async () => {
    using folder = temporaryFolder()
    await using graph = startGraph()
    const file = inEnvFile(graph, folder.path)
    const ended = await rotates(['--print'], file.env, folder.path)
    expect(ended.code).toBe(0)
    expect(ended.stdout).toMatch(/^EAASANDBOX[A-Za-z0-9]+\n$/)
    expect(await isValid(graph, ended.stdout.trim())).toBe(true)
    expect(file.token()).toBe(file.old)
  })

  onOne('rotate follows links, and keeps the newline of a secret file', async () => {
    using folder = temporaryFolder()
    await using graph = startGraph()
    mkdirSync(join(folder.path, 'real'))
    const real = join(folder.path, 'real/token')
    const old = graph.env['WHATSAPP_TOKEN'] ?? ''
    writeFileSync(real, `${old}\n`)
    symlinkSync('real/token', join(folder.path, 'token'))
    const env = { ...without(graph.env, 'WHATSAPP_TOKEN'), WHATSAPP_TOKEN_FILE: 'token' }
    expect((await rotates(['--yes'], env, folder.path)).code).toBe(0)
    const text = readFileSync(real, 'utf8')
    expect([text.endsWith('\n'), text === `${old}\n`]).toEqual([true, false])
    expect(await isValid(graph, text.trim())).toBe(true)
    expect(readdirSync(join(folder.path, 'real'))).toEqual(['token'])
  })

  independently('a running service takes the rotated token over', async () => {
    using folder = temporaryFolder()
    await using graph = startGraph()
    const file = inEnvFile(graph, folder.path)
    await using service = start(runtime, ['serve'], file.env, { cwd: folder.path })
    await service.waitFor('server.listening')
    expect((await rotates(['--yes'], file.env, folder.path)).code).toBe(0)
    await service.waitFor('token.reloaded')
    expect((await service.ask('/health/token')).status).toBe(200)
  })
})

forOneRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  const rotates = (args: readonly string[], env: Environment, cwd: string) => rotate(runtime, args, env, cwd)

  for (const [what, scenario, args, change, code, reason] of [
    ['without a yes and a terminal', 'permanent', [], {}, 64, '--yes'],
    ['without an app secret', 'permanent', ['--yes'], { META_APP_SECRET: '' }, 78, 'META_APP_SECRET'],
    ['with a dead token', 'revoked', ['--yes'], {}, 77, 'guide, step 4'],
    ['with an expired token', 'expired', ['--yes'], { TOKEN_GUARD_EXPIRY: 'rotate' }, 77, 'guide, step 4'],
    ["with a user's token", 'temporary', ['--yes'], { TOKEN_GUARD_EXPIRY: 'rotate' }, 77, 'USER'],
    ['under a policy for persons', 'temporary', ['--yes'], { TOKEN_GUARD_EXPIRY: 'temporary' }, 78, 'has no successor'],
    ['while the guard is off', 'permanent', ['--yes'], { TOKEN_GUARD_MODE: 'off' }, 78, 'TOKEN_GUARD_MODE'],
    ['without an answer', 'failing', ['--yes'], { TOKEN_GUARD_BOOT_TIMEOUT: '1s' }, 75, 'Nothing was done'],
    ['with a wrong secret', 'wrong-secret', ['--yes'], {}, 78, 'Nothing was done'],
  ] as const)
    onOne(`rotate ${what} exits ${code}, and leaves the file alone`, async () => {
      using folder = temporaryFolder()
      await using graph = startGraph(scenario)
      const file = inEnvFile(graph, folder.path)
      const ended = await rotates(args, { ...file.env, ...change }, folder.path)
      expect([ended.code, ended.stderr.includes(reason)]).toEqual([code, true])
      expect([file.token() === file.old, file.isWhole()]).toEqual([true, true])
      expect(readdirSync(folder.path)).toEqual(['.env'])
    })

  onOne('rotate keeps a new token that Graph is silent about, and goes on with it', async () => {
    using folder = temporaryFolder()
    let isSilent = true
    const isMade = () => graph.asked.some((each) => each.endsWith('/access_tokens'))
    await using graph: Graph = startGraph('permanent', {
      answer: (_request, path) => (path === '/debug_token' && isMade() && isSilent ? silence() : undefined),
    })
    const file = inEnvFile(graph, folder.path)
    const env = { ...file.env, ...PATIENCE }
    const silent = await rotates(['--yes'], env, folder.path)
    expect([silent.code, silent.stderr.includes('.env.token-guard-rotate'), file.token()]).toEqual([75, true, file.old])
    // Graph is silent about the old token too, so `rotate` removes nothing.
    expect((await rotates(['--yes'], env, folder.path)).code).toBe(75)
    expect(readdirSync(folder.path).toSorted()).toEqual(['.env', '.env.token-guard-rotate'])

    isSilent = false
    const ended = await rotates(['--yes'], file.env, folder.path)
    expect([ended.code, unwrapped(ended.stdout).includes('A former run'), await isValid(graph, file.token())]).toEqual([
      0,
      true,
      true,
    ])
    expect(graph.asked.filter((each) => each.endsWith('/access_tokens'))).toHaveLength(1)
    expect(readdirSync(folder.path)).toEqual(['.env'])
  })

  onOne('rotate keeps what a former run left while Graph is silent about that alone', async () => {
    using folder = temporaryFolder()
    await using graph: Graph = startGraph('permanent', {
      answer: (request, path) =>
        path === '/debug_token' && !request.url.includes(SANDBOX_SECRETS[0] ?? '') ? silence() : undefined,
    })
    const file = inEnvFile(graph, folder.path)
    const staged = readFileSync(file.path, 'utf8').replace(file.old, await graph.issue())
    writeFileSync(`${file.path}.token-guard-rotate`, staged)
    const made = graph.asked.filter((each) => each.endsWith('/access_tokens')).length
    const ended = await rotates(['--yes'], { ...file.env, ...PATIENCE }, folder.path)
    expect([ended.code, ended.stderr.includes('the next run goes on with it')]).toEqual([75, true])
    expect(readFileSync(`${file.path}.token-guard-rotate`, 'utf8')).toBe(staged)
    expect(graph.asked.filter((each) => each.endsWith('/access_tokens'))).toHaveLength(made)
  })

  onOne('rotate exits 78 for a token that comes from the environment, and says what to do', async () => {
    using folder = temporaryFolder()
    await using graph = startGraph()
    const ended = await rotates(['--yes'], graph.env, folder.path)
    expect([ended.code, ended.stderr.includes('--print')]).toEqual([78, true])
    expect(graph.asked).toEqual([])
  })

  for (const killedAt of ['held', 'reserved', 'issued', 'staged', 'verified', 'renamed', 'done'] as const)
    onOne(
      `rotate that is killed when it has ${killedAt} leaves a working token, and the next run says so`,
      async () => {
        using folder = temporaryFolder()
        await using graph = startGraph()
        const file = inEnvFile(graph, folder.path)
        await using killed = new Program([process.execPath, KILLED, killedAt], file.env, { cwd: folder.path })
        expect((await killed.exit).signal).toBe('SIGKILL')
        expect([file.isWhole(), await isValid(graph, file.token())]).toEqual([true, true])
        const isAsked = killedAt !== 'held' && killedAt !== 'reserved'
        expect(madeBy(graph)).toBe(isAsked ? 1 : 0)
        const isKept = killedAt === 'staged' || killedAt === 'verified'
        if (isKept) expect(await isValid(graph, tokenIn(file.staged))).toBe(true)

        const before = file.token()
        const ended = await rotates(['--yes'], file.env, folder.path)
        expect([ended.code, file.isWhole(), await isValid(graph, file.token())]).toEqual([0, true, true])
        expect(file.token()).not.toBe(before)
        // What was staged is not lost: it takes its place now.
        const made = isKept || !isAsked ? 1 : 2
        expect([madeBy(graph), unwrapped(ended.stdout).includes('A former run')]).toEqual([made, isKept])
        expect(readdirSync(folder.path)).toEqual(['.env'])
      },
    )
})
