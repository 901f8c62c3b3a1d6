import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startGraph } from '../process/graph.ts'
import { Program, type Environment } from '../process/harness.ts'
import { has } from './programs.ts'

/** What a checkout starts: what was built at its installation, or the sources. */

const ROOT = new URL('../..', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'token-guard-checkout-'))
const checkout = join(folder, 'checkout')
const dist = join(checkout, 'dist')
/** Folders of programs: one with Node alone, one with Bun alone, one with both. */
const programs = (...names: readonly string[]) => {
  const path = join(folder, names.join('-'))
  mkdirSync(path, { recursive: true })
  for (const name of ['sh', 'env', ...names]) {
    const found = name === 'bun' ? process.execPath : Bun.which(name)
    if (!existsSync(join(path, name))) symlinkSync(found ?? name, join(path, name))
  }
  return path
}

const inCheckout = (path: string, program: string, ...args: readonly string[]) =>
  spawnSync(join(path, program), args, { cwd: checkout, env: { PATH: path, HOME: folder }, encoding: 'utf8' })

beforeAll(() => {
  const { stdout } = spawnSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], { cwd: ROOT })
  for (const file of String(stdout).split('\0'))
    if (file !== '' && existsSync(join(ROOT, file))) cpSync(join(ROOT, file), join(checkout, file))
  symlinkSync(join(ROOT, 'node_modules'), join(checkout, 'node_modules'))
})
afterAll(() => rmSync(folder, { recursive: true }))

/** The runtime that a service of this script runs on, by its own word. */
async function runtimeOf(command: readonly string[], env: Environment): Promise<string> {
  const group = [Bun.which('setsid') ?? 'setsid', ...command]
  await using program = new Program(group, { ...env, HOME: folder }, { cwd: checkout })
  const { text } = await program.ask('/metrics')
  // To the whole group, as a terminal does: a shell between them hands no signal on.
  process.kill(-program.pid, 'SIGTERM')
  await program.exit
  return /build_info\{.*runtime="(\w+)/.exec(text)?.[1] ?? text
}

describe.skipIf(!has('node') || !has('git') || !has('setsid'))('a checkout', () => {
  for (const [runtime, path] of [
    ['node', programs('node')],
    ['bun', programs('bun')],
  ] as const)
    test(`is built by an installation with ${runtime} alone`, () => {
      rmSync(dist, { recursive: true, force: true })
      const { status, stderr } = inCheckout(path, runtime, '.ci/prepare.mjs')
      expect([status, stderr]).toEqual([0, ''])
      for (const file of ['cli.js', 'boot.js', 'index.js', 'boot-required.cjs', 'types/src/index.d.ts'])
        expect([file, existsSync(join(dist, file))]).toEqual([file, true])
    })

  test('is left as it is where the tools to build are not installed', () => {
    const bare = join(folder, 'bare')
    cpSync(join(checkout, '.ci'), join(bare, '.ci'), { recursive: true })
    const { status, stdout, stderr } = spawnSync('node', [join(bare, '.ci/prepare.mjs')], { encoding: 'utf8' })
    expect([status, stdout, stderr, existsSync(join(bare, 'dist'))]).toEqual([0, '', '', false])
  })

  test('starts what was built, on the runtime of the one who starts it', async () => {
    await using graph = startGraph()
    const bun = { ...graph.env, PATH: programs('bun', 'node') }
    expect(await runtimeOf([process.execPath, 'run', 'start'], bun)).toBe('bun')
    const node = [join(programs('node'), 'node'), '.ci/launch.mjs', 'serve']
    expect(await runtimeOf(node, { ...graph.env, PATH: programs('node') })).toBe('node')
    renameSync(join(checkout, 'src'), join(checkout, 'src-away'))
    try {
      expect(inCheckout(programs('bun'), 'bun', 'run', '--silent', 'token-guard', '--version').stdout).toBe('0.1.0\n')
    } finally {
      renameSync(join(checkout, 'src-away'), join(checkout, 'src'))
    }
  })

  describe('without a build', () => {
    beforeAll(() => rmSync(dist, { recursive: true, force: true }))

    test('runs the sources on Bun', () => {
      const { status, stdout } = inCheckout(programs('bun'), 'bun', '.ci/launch.mjs', '--version')
      expect([status, stdout]).toEqual([0, '0.1.0\n'])
    })

    test('on Node runs them by the Bun that is there, with its exit code', () => {
      const both = programs('node', 'bun')
      expect(inCheckout(both, 'node', '.ci/launch.mjs', '--version').stdout).toBe('0.1.0\n')
      expect(inCheckout(both, 'node', '.ci/launch.mjs', 'check', '--wrong').status).toBe(64)
    })

    test('on Node hands a signal on, and ends as the program does', async () => {
      await using graph = startGraph()
      const both = programs('node', 'bun')
      const env = { ...graph.env, PATH: both, HOME: folder }
      await using program = new Program([join(both, 'node'), '.ci/launch.mjs', 'serve'], env, { cwd: checkout })
      expect((await program.ask('/health/token')).status).toBe(200)
      program.kill('SIGTERM')
      expect((await program.exit).code).toBe(0)
    })

    test('on Node alone says what to do', () => {
      const { status, stderr } = inCheckout(programs('node'), 'node', '.ci/launch.mjs', 'serve')
      expect([status, stderr.includes('npm ci'), stderr.includes('--omit=dev')]).toEqual([78, true, true])
    })
  })
})
