import { expect } from 'bun:test'
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { isAlive } from './backend.ts'
import { independently, independentlyOnOne } from './concurrent.ts'
import { startGraph, without, type Graph } from './graph.ts'
import { forEachRuntime, forOneRuntime, Program, temporaryFolder, type Environment } from './harness.ts'
import { inEnvFile, isValid, madeBy, rotate, tokenIn, unwrapped } from './rotation.ts'
import { SANDBOX_SECRETS } from './secrets.ts'

/** Renewal by a timer, and the hook that hands a new token on. */

const KILLED = new URL('../fixtures/rotate-killed.ts', import.meta.url).pathname
/** The token of 60 days is due. */
const DUE = '--if-due=61d'
const OWED = '.env.token-guard-rotate.hook'

/** A token that expires, and a folder for what a hook writes. */
const expiring = (graph: Graph, folder: string) => {
  const file = inEnvFile(graph, folder)
  return { ...file, env: { ...file.env, TOKEN_GUARD_EXPIRY: 'rotate' } as Environment, got: join(folder, 'got') }
}

forEachRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  const rotates = (args: readonly string[], env: Environment, cwd: string) => rotate(runtime, args, env, cwd)

  onOne('rotate --if-due does nothing before the day, says which it is, and may run without a terminal', async () => {
    using folder = temporaryFolder()
    await using graph = startGraph('sixty-days')
    const file = expiring(graph, folder.path)
    const early = await rotates(['--if-due'], file.env, folder.path)
    expect([early.code, file.token() === file.old, madeBy(graph)]).toEqual([0, true, 0])
    const day = new Date(Date.now() + 44 * 86_400_000).toISOString().slice(0, 10)
    expect(unwrapped(early.stdout)).toContain(`No rotation is due before ${day}`)
    expect(unwrapped(early.stdout)).toContain('when less than 16 days are left')
    graph.play('permanent')
    const endless = await rotates(['--if-due=1000d'], file.env, folder.path)
    expect([endless.code, unwrapped(endless.stdout).trim()]).toEqual([0, 'The token has no end: no rotation is due.'])
    expect(readdirSync(folder.path)).toEqual(['.env'])
  })

  independently('rotate --if-due --hook hands the new token to the hook, on its input and nowhere else', async () => {
    using folder = temporaryFolder()
    await using graph = startGraph('sixty-days')
    const file = expiring(graph, folder.path)
    const hook = `cat > got; env > environment; echo "it is $(cat got)"; tr '\\0' ' ' < /proc/$$/cmdline > arguments`
    const env = { ...file.env, COPY: `x${file.old}`, MINE: 'kept' }
    const ended = await rotates([DUE, '--hook', hook], env, folder.path)
    expect([ended.code, file.isWhole(), await isValid(graph, file.old)]).toEqual([0, true, true])
    expect(file.token()).not.toBe(file.old)
    expect(readFileSync(file.got, 'utf8')).toBe(file.token())
    const given = readFileSync(join(folder.path, 'environment'), 'utf8')
    for (const secret of [...SANDBOX_SECRETS, file.token()]) expect(given).not.toContain(secret)
    expect(given).not.toMatch(/^(COPY|META_APP_SECRET|WHATSAPP_TOKEN)=/m)
    expect(given).toContain('MINE=kept')
    expect(readFileSync(join(folder.path, 'arguments'), 'utf8')).not.toContain(file.token())
    expect(ended.stderr).toContain('hook: it is [secret]')
    expect(existsSync(join(folder.path, OWED))).toBe(false)
  })

  independently('a hook that fails is owed: the next run runs it first, and makes no other token', async () => {
    using folder = temporaryFolder()
    await using graph = startGraph('sixty-days')
    const file = expiring(graph, folder.path)
    const failed = await rotates([DUE, '--hook', 'exit 3'], file.env, folder.path)
    expect([failed.code, failed.stderr.includes('it ended with code 3'), madeBy(graph)]).toEqual([1, true, 1])
    const fresh = file.token()
    expect([fresh === file.old, await isValid(graph, fresh)]).toEqual([false, true])
    expect(readFileSync(join(folder.path, OWED), 'utf8')).not.toContain(fresh.slice(-8))

    const forgotten = await rotates([DUE], file.env, folder.path)
    expect([forgotten.code, forgotten.stderr.includes('--hook'), madeBy(graph)]).toEqual([1, true, 1])
    // Graph is not needed for it.
    graph.play('failing')
    const settled = await rotates([DUE, '--hook', 'cat > got'], file.env, folder.path)
    expect([settled.code, madeBy(graph), file.token() === fresh]).toEqual([0, 1, true])
    expect([readFileSync(file.got, 'utf8'), existsSync(join(folder.path, OWED))]).toEqual([fresh, false])
  })

  onOne('of two timers at once one makes a token, and the other looks again', async () => {
    using folder = temporaryFolder()
    await using graph = startGraph('sixty-days')
    const file = expiring(graph, folder.path)
    const timer = (ifDue: string) =>
      rotates([ifDue, '--hook', 'cat > got; echo x >> times; sleep 0.5'], file.env, folder.path)
    // The one that has to wait finds the other's token, which is not due.
    const both = await Promise.all([timer(DUE), timer('--if-due=30d')])
    expect(both.map(({ code }) => code)).toEqual([0, 0])
    expect([madeBy(graph), readFileSync(join(folder.path, 'times'), 'utf8')]).toEqual([1, 'x\n'])
    expect(file.token()).not.toBe(file.old)
    expect(readdirSync(folder.path).toSorted()).toEqual(['.env', 'got', 'times'])
  })

  onOne('a token that is due while Graph is away is 75, and the old one stays', async () => {
    using folder = temporaryFolder()
    await using graph = startGraph('sixty-days')
    const file = expiring(graph, folder.path)
    graph.play('failing')
    const ended = await rotates(
      [DUE, '--hook', 'cat > got'],
      { ...file.env, TOKEN_GUARD_BOOT_TIMEOUT: '300ms' },
      folder.path,
    )
    expect([ended.code, file.token() === file.old, readdirSync(folder.path)]).toEqual([75, true, ['.env']])
  })

  onOne('rotate --if-due --print=PATH writes the token alone, and no file where none is due', async () => {
    using folder = temporaryFolder()
    await using graph = startGraph('sixty-days')
    const file = expiring(graph, folder.path)
    const early = await rotates(['--if-due', '--print=rotated'], file.env, folder.path)
    expect([early.code, early.stdout, readdirSync(folder.path)]).toEqual([0, '', ['.env']])
    const due = await rotates([DUE, '--print=rotated'], file.env, folder.path)
    const path = join(folder.path, 'rotated')
    expect([due.code, due.stdout, statSync(path).mode & 0o777, file.token() === file.old]).toEqual([0, '', 0o600, true])
    expect(await isValid(graph, readFileSync(path, 'utf8'))).toBe(true)
    const nowhere = await rotates([DUE, '--print=no/folder/rotated'], file.env, folder.path)
    expect([nowhere.code, madeBy(graph)]).toEqual([71, 1])
    expect(readdirSync(folder.path).toSorted()).toEqual(['.env', 'rotated'])
  })

  for (const scenario of ['account-unassigned', 'scope-missing'] as const)
    onOne(`a successor is not refused for what holds of the old token too: ${scenario}`, async () => {
      using folder = temporaryFolder()
      await using graph = startGraph(scenario)
      const file = inEnvFile(graph, folder.path)
      const ended = await rotates(['--yes'], file.env, folder.path)
      expect([ended.code, madeBy(graph), file.token() === file.old]).toEqual([0, 1, false])
    })

  onOne('a successor is refused for what is new: 77, and the file is left alone', async () => {
    using folder = temporaryFolder()
    const answer = (_request: Request, path: string) =>
      path.endsWith('/access_tokens') ? Response.json({ access_token: 'EAASANDBOXnobodyknowsit' }) : undefined
    await using graph = startGraph('scope-missing', { answer })
    const file = inEnvFile(graph, folder.path)
    const ended = await rotates(['--yes', '--hook', 'cat > got'], file.env, folder.path)
    expect([ended.code, ended.stderr.includes('token.invalid'), file.token() === file.old]).toEqual([77, true, true])
    expect(readdirSync(folder.path)).toEqual(['.env'])
  })

  onOne('what cannot work is said before Graph is asked', async () => {
    using folder = temporaryFolder()
    await using graph = startGraph('sixty-days')
    const file = expiring(graph, folder.path)
    for (const wrong of [['--if-due=soon'], ['--if-due=0d'], ['--if-due=-1d'], ['--print', '--hook', 'true']])
      expect((await rotates(wrong, file.env, folder.path)).code).toBe(64)
    const [program = '', ...args] = runtime.command
    const shellLess = { ...file.env, PATH: folder.path }
    const command = [Bun.which(program) ?? program, ...args, 'rotate', DUE, '--hook', 'true']
    await using noShell = new Program(command, shellLess, { cwd: folder.path })
    expect((await noShell.exit).code).toBe(78)
    expect(graph.asked).toEqual([])
  })
})

forOneRuntime((runtime) => {
  for (const [killedAt, madeInAll, isFirstDone] of [
    ['verified', 1, false],
    ['owed', 1, false],
    ['renamed', 1, true],
    ['done', 1, true],
  ] as const)
    independently(`a rotation that is killed when the token is ${killedAt} leaves no hook forgotten`, async () => {
      using folder = temporaryFolder()
      await using graph = startGraph('sixty-days')
      const file = expiring(graph, folder.path)
      const hook = 'cat > got'
      await using killed = new Program([process.execPath, KILLED, killedAt, hook], file.env, { cwd: folder.path })
      expect((await killed.exit).signal).toBe('SIGKILL')
      expect([existsSync(file.got), file.token() === file.old]).toEqual([false, !isFirstDone])
      const ended = await rotate(runtime, [DUE, '--hook', hook], file.env, folder.path)
      expect([ended.code, madeBy(graph), file.token() === file.old]).toEqual([0, madeInAll, false])
      expect(readFileSync(file.got, 'utf8')).toBe(file.token())
      expect(readdirSync(folder.path).toSorted()).toEqual(['.env', 'got'])
    })

  independently('what ends a rotation ends its hook, which stays owed', async () => {
    using folder = temporaryFolder()
    await using graph = startGraph('sixty-days')
    const file = expiring(graph, folder.path)
    const hook = 'echo "pid $$"; exec sleep 60'
    const command = [...runtime.command, 'rotate', DUE, '--hook', hook]
    await using program = new Program(command, file.env, { cwd: folder.path, secrets: SANDBOX_SECRETS })
    const pid = await program.until('the hook', () => /^hook: pid (\d+)$/m.exec(program.stderr)?.[1])
    program.kill('SIGTERM')
    expect((await program.exit).signal).toBe('SIGTERM')
    while (isAlive(Number(pid))) await Bun.sleep(20)
    expect(existsSync(join(folder.path, OWED))).toBe(true)
  })

  independently('a running guard takes over what a timer has renewed', async () => {
    using folder = temporaryFolder()
    await using graph = startGraph('sixty-days')
    const path = join(folder.path, 'token')
    writeFileSync(path, graph.env['WHATSAPP_TOKEN'] ?? '')
    const env = { ...without(graph.env, 'WHATSAPP_TOKEN'), WHATSAPP_TOKEN_FILE: path, TOKEN_GUARD_EXPIRY: 'rotate' }
    await using program = new Program([...runtime.command, 'serve'], env, { secrets: SANDBOX_SECRETS })
    await program.port()
    expect((await rotate(runtime, [DUE], env, folder.path)).code).toBe(0)
    const { fingerprint } = await program.waitFor('token.reloaded')
    expect(new Bun.CryptoHasher('sha256').update(tokenIn(path)).digest('hex')).toStartWith(fingerprint)
    expect((await program.ask('/health/token')).status).toBe(200)
  })
})
