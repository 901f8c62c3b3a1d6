import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startGraph } from '../process/graph.ts'
import { ONLY, run, temporaryFolder, type Runtime } from '../process/harness.ts'

/** The program and its runtime in one file, for Linux on x64. What is compiled for other systems is not tried. */

const MINUTES = 60_000
const ROOT = new URL('../..', import.meta.url).pathname
const FOLDER = mkdtempSync(join(tmpdir(), 'token-guard-binary-'))
const BINARY = join(FOLDER, 'whatsapp-token-guard-linux-x64')
const RUNTIME: Runtime = { name: 'bun', command: [BINARY] }
/** What a runtime may change. Without a runtime in the machine there is no preload, and no library. */
const CORE = [
  'alert-test',
  'boot',
  'boot-signals',
  'commands',
  'config',
  'doctor',
  'http',
  'operator',
  'reload',
  'report',
  'rotate',
  'rotate-due',
  'run',
  'run-reload',
  'sandbox',
  'signals',
  'upstream',
]

const compile = (...args: readonly string[]) =>
  spawnSync(process.execPath, ['.ci/binary.mjs', ...args], { cwd: ROOT, encoding: 'utf8' })

// The other processors of Linux run on this one in no way: for them it is enough that they are compiled.
describe.skipIf(process.platform !== 'linux' || process.arch !== 'x64')('the binary', () => {
  beforeAll(() => {
    const { status, stderr } = compile('--target', 'linux-x64', '--out', FOLDER)
    expect([status, stderr]).toEqual([0, ''])
  }, MINUTES)
  afterAll(() => rmSync(FOLDER, { recursive: true }))

  test('stands with its sum', () => {
    expect(readdirSync(FOLDER).toSorted()).toEqual(['SHA256SUMS', 'whatsapp-token-guard-linux-x64'])
    const { status } = spawnSync('sha256sum', ['--check', '--strict', 'SHA256SUMS'], { cwd: FOLDER })
    expect(status).toBe(0)
  })

  test('needs nothing of the machine but its C library', () => {
    const { stdout } = spawnSync('ldd', [BINARY], { encoding: 'utf8' })
    const names = [...stdout.matchAll(/^\s+(?:\S*\/)?([\w.+-]+?)\.so/gm)].map(([, name]) => name)
    expect(names.toSorted()).toEqual(['ld-linux-x86-64', 'libc', 'libdl', 'libm', 'libpthread', 'linux-vdso'])
  })

  test('runs nothing and reads nothing by itself of the folder that it is started in', async () => {
    using folder = temporaryFolder()
    await using graph = startGraph()
    writeFileSync(join(folder.path, 'bunfig.toml'), 'preload = ["./other.ts"]\n')
    writeFileSync(join(folder.path, 'other.ts'), "console.log('the preload ran')\nprocess.exit(3)\n")
    writeFileSync(join(folder.path, 'tsconfig.json'), '{')
    writeFileSync(join(folder.path, '.env'), 'FROM_FILE=1\nLOG_LEVEL=warn\n')
    const names = ['sh', '-c', "env | sed 's/=.*/=/'"]
    const ended = await run(RUNTIME, ['run', '--', ...names], graph.env, { cwd: folder.path })
    expect([ended.code, ended.stdout.includes('the preload ran')]).toEqual([0, false])
    // The program has read its own variable there, and hands nothing of it down.
    expect(ended.lines.filter(({ level }) => level === 'info')).toEqual([])
    expect(ended.stdout).not.toMatch(/^(FROM_FILE|LOG_LEVEL)=/m)
  })

  test('is one program: options of its runtime are not taken', async () => {
    using folder = temporaryFolder()
    const path = join(folder.path, 'script.js')
    writeFileSync(path, "console.log('a script ran')\n")
    chmodSync(path, 0o755)
    for (const args of [[path], ['run', path], ['-e', "console.log('a script ran')"], ['--preload', path, 'check']]) {
      const ended = await run(RUNTIME, args, {}, { cwd: folder.path })
      expect([ended.code === 0, ended.stdout.includes('a script ran')]).toEqual([false, false])
    }
  })

  test(
    'passes the core of the process suite',
    () => {
      const files = CORE.map((name) => `test/process/${name}.test.ts`)
      const suite = spawnSync(process.execPath, ['test', '--parallel=2', '--no-isolate', '--timeout=30000', ...files], {
        cwd: ROOT,
        env: { ...process.env, [ONLY]: BINARY },
        encoding: 'utf8',
      })
      expect(suite.stderr.split('\n').filter((line) => line.startsWith('(fail)'))).toEqual([])
      expect([suite.status, Number(/(\d+) pass/.exec(suite.stderr)?.[1]) > 250]).toEqual([0, true])
    },
    4 * MINUTES,
  )
})

test('a target that is not known is 64, and says which there are', () => {
  const { status, stderr } = compile('--target', 'plan9')
  expect([status, stderr.includes('linux-x64-musl')]).toEqual([64, true])
  expect(readFileSync(join(ROOT, 'package.json'), 'utf8')).toContain('"build:binary"')
})
