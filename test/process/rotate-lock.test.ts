import { expect } from 'bun:test'
import { chmodSync, existsSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { thisHolder, writeHolder, type Holder } from '../../src/platform/holder.ts'
import { independentlyOn, independentlyOnOne } from './concurrent.ts'
import { startGraph } from './graph.ts'
import { forEachRuntime, Program, start, temporaryFolder } from './harness.ts'
import { inEnvFile, isValid, madeBy, rotate, tokenIn, unwrapped } from './rotation.ts'

/** Two runs at once, what a killed run leaves behind, and files that `rotate` cannot replace. */

const KILLED = new URL('../fixtures/rotate-killed.ts', import.meta.url).pathname
const SILENT = new Date(Date.now() - 3 * 60_000)
const HERE = thisHolder(0)

/** A Graph that runs `meanwhile` between the request for a token and its answer. */
const startGraphWith = (meanwhile: () => unknown) =>
  startGraph('permanent', {
    before: (path) => (path.endsWith('/access_tokens') ? Promise.resolve().then(meanwhile) : undefined),
  })

/** The run that rotates waits for all others, on a machine that may be busy. */
const PATIENT = { TOKEN_GUARD_CHECK_TIMEOUT: '20s' }

/** A Graph that answers the request for a token after `open()`. */
function patientGraph() {
  const [gate, demand] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const graph = startGraphWith(() => {
    demand.resolve()
    return gate.promise
  })
  return { graph, open: gate.resolve, demanded: demand.promise }
}

forEachRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  onOne('of two rotations at once the second ends with 71, and says who is at work', async () => {
    using folder = temporaryFolder()
    const { graph, open, demanded } = patientGraph()
    await using _ = graph
    const file = inEnvFile(graph, folder.path)
    const env = { ...file.env, ...PATIENT }
    await using first = start(runtime, ['rotate', '--yes'], env, { cwd: folder.path })
    await demanded
    const second = await rotate(runtime, ['--yes'], file.env, folder.path)
    expect([second.code, second.stderr.includes(`process ${first.pid} on `)]).toEqual([71, true])
    expect(second.stderr).toContain('Graph was not asked for one')
    open()
    expect((await first.exit).code).toBe(0)
    expect([madeBy(graph), file.isWhole(), file.token() === file.old]).toEqual([1, true, false])
    expect(readdirSync(folder.path)).toEqual(['.env'])
  })

  for (const [what, isKilledBefore, isForEach] of [
    ['at once', false, true],
    ['after one that was killed', true, false],
  ] as const)
    independentlyOn(runtime, isForEach)(`of five rotations ${what} one works, and Graph is asked once`, async () => {
      using folder = temporaryFolder()
      const { graph, open } = patientGraph()
      await using _ = graph
      const file = inEnvFile(graph, folder.path)
      if (isKilledBefore) {
        await using killed = new Program([process.execPath, KILLED, 'held'], file.env, { cwd: folder.path })
        await killed.exit
        expect(existsSync(`${file.staged}.lock`)).toBe(true)
      }
      let ended = 0
      const runs = Array.from({ length: 5 }, async () => {
        const { code } = await rotate(runtime, ['--yes'], { ...file.env, ...PATIENT }, folder.path)
        // The run that rotates gets its answer when all others have ended.
        if (++ended === 4) open()
        return code
      })
      expect((await Promise.all(runs)).toSorted()).toEqual([0, 71, 71, 71, 71])
      expect([madeBy(graph), file.isWhole(), file.token() === file.old]).toEqual([1, true, false])
      expect(readdirSync(folder.path)).toEqual(['.env'])
    })

  const lockOf = (change: Partial<Holder>) => writeHolder({ ...HERE, ...change }, 'x')
  const elsewhere = { host: 'other-host', boot: 'another', space: 'pid:[1]' }
  for (const [what, text, changedAt, code, reason] of [
    ['of a process whose id another has now', lockOf({ startedAt: '1' }), new Date(), 0, ''],
    ['of a process that lives, however long it is silent', lockOf({}), SILENT, 71, `process ${process.pid} on`],
    ['of another container that gave a sign of life', lockOf({ space: 'pid:[1]' }), new Date(), 71, 'container'],
    ['of another host that gave a sign of life', lockOf(elsewhere), new Date(), 71, 'other-host'],
    ['of another host that is silent', lockOf(elsewhere), SILENT, 0, ''],
    ['that was left empty, just now', '', new Date(), 0, ''],
    ['that was cut off, just now', '{"pid":', new Date(), 71, 'does not say which'],
    ['that was cut off, long ago', '{"pid":', SILENT, 0, ''],
  ] as const)
    onOne(`rotate that finds a lock ${what} exits ${code}`, async () => {
      using folder = temporaryFolder()
      await using graph = startGraph()
      const file = inEnvFile(graph, folder.path)
      const lock = `${file.staged}.lock`
      writeFileSync(lock, text)
      utimesSync(lock, changedAt, changedAt)
      const ended = await rotate(runtime, ['--yes'], file.env, folder.path)
      expect([ended.code, ended.stderr.includes(reason), file.isWhole()]).toEqual([code, true, true])
      expect(madeBy(graph)).toBe(code === 0 ? 1 : 0)
      if (code === 71) expect(readFileSync(lock, 'utf8')).toBe(text)
      expect(readdirSync(folder.path)).toEqual(code === 0 ? ['.env'] : ['.env', '.env.token-guard-rotate.lock'])
    })

  onOne('rotate that cannot write the new token into its room keeps it elsewhere, for its user alone', async () => {
    using folder = temporaryFolder()
    const other = join(folder.path, 'tmp')
    mkdirSync(other)
    let lock = ''
    await using graph = startGraphWith(() => unlinkSync(lock))
    const file = inEnvFile(graph, folder.path)
    lock = `${file.staged}.lock`
    const ended = await rotate(runtime, ['--yes'], { ...file.env, TMPDIR: other }, folder.path)
    expect([ended.code, file.token(), file.isWhole()]).toEqual([71, file.old, true])
    const [, kept = ''] = /kept in (\S+), which/.exec(unwrapped(ended.stderr)) ?? []
    expect([dirname(dirname(kept)), statSync(kept).mode & 0o777]).toEqual([other, 0o600])
    expect(unwrapped(ended.stderr)).toContain('Another run may work on the file now: wait for its end.')
    expect(statSync(dirname(kept)).mode & 0o777).toBe(0o700)
    expect(await isValid(graph, tokenIn(kept))).toBe(true)

    // No other run has left it: a person puts it where the next run looks for it.
    const made = tokenIn(kept)
    renameSync(kept, file.staged)
    const next = await rotate(runtime, ['--yes'], file.env, folder.path)
    expect([next.code, file.token(), file.isWhole(), madeBy(graph)]).toEqual([0, made, true, 1])
    expect(readdirSync(folder.path)).toEqual(['.env', 'tmp'])
  })

  onOne('rotate keeps the new token if another one was written into the file meanwhile', async () => {
    using folder = temporaryFolder()
    let [path, theirs] = ['', '']
    await using graph = startGraphWith(() => writeFileSync(path, theirs))
    const file = inEnvFile(graph, folder.path)
    ;[path, theirs] = [file.path, 'WHATSAPP_TOKEN=EAASANDBOXtheirs\n']
    const ended = await rotate(runtime, ['--yes'], file.env, folder.path)
    expect([ended.code, ended.stderr.includes(file.staged)]).toEqual([71, true])
    expect(readFileSync(path, 'utf8')).toBe(theirs)
    expect(await isValid(graph, tokenIn(file.staged))).toBe(true)
    expect(readdirSync(folder.path)).toEqual(['.env', '.env.token-guard-rotate'])
  })

  onOne('rotate does not begin with a file that has a second name', async () => {
    using folder = temporaryFolder()
    await using graph = startGraph()
    const file = inEnvFile(graph, folder.path)
    linkSync(file.path, join(folder.path, 'second'))
    for (const args of [['--yes'], ['--dry-run']]) {
      const ended = await rotate(runtime, args, file.env, folder.path)
      expect([ended.code, ended.stderr.includes('hard links'), ended.stderr.includes('--print')]).toEqual([
        71,
        true,
        true,
      ])
    }
    expect([madeBy(graph), statSync(file.path).nlink]).toEqual([0, 2])
    expect(readdirSync(folder.path).toSorted()).toEqual(['.env', 'second'])
  })

  for (const [mode, code] of [
    [0o600, 0],
    [0o640, 71],
    [0o604, 71],
  ] as const)
    onOne(`rotate where no program shows ACLs exits ${code} for a file of mode ${mode.toString(8)}`, async () => {
      using folder = temporaryFolder()
      await using graph = startGraph()
      const file = inEnvFile(graph, folder.path)
      chmodSync(file.path, mode)
      const found = { ...runtime, command: [Bun.which(runtime.command[0] ?? '') ?? '', ...runtime.command.slice(1)] }
      const ended = await rotate(found, ['--yes'], { ...file.env, PATH: folder.path }, folder.path)
      expect([ended.code, ended.stderr.includes('neither GNU ls nor getfacl')]).toEqual([code, code === 71])
      expect([madeBy(graph), statSync(file.path).mode & 0o777]).toEqual([code === 71 ? 0 : 1, mode])
    })
})
