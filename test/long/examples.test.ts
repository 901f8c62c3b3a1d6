import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { cpSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Environment } from '../process/harness.ts'
import {
  behindRun,
  fileOf,
  findsARotatedToken,
  inProject,
  proves,
  refusesToStart,
  type Example,
} from '../system/examples.ts'
import { packedProject } from '../system/packed.ts'
import { has, RUNTIMES } from '../system/programs.ts'

/** What test/system/examples.test.ts says of one example of each kind holds of the others. */

const MINUTES = 60_000
const folder = mkdtempSync(join(tmpdir(), 'token-guard-examples-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

function must(command: readonly string[], { cwd, env = {} }: { readonly cwd: string; readonly env?: Environment }) {
  const [program = '', ...args] = command
  const clean = { PATH: process.env['PATH'] ?? '', HOME: folder, ...env }
  const { status, stdout, stderr } = spawnSync(program, args, { cwd, env: clean, encoding: 'utf8' })
  if (status !== 0) throw new Error(`${command.join(' ')}: ${stdout}${stderr}`)
  return stdout
}

describe.skipIf(!has('go'))(`a Go bot behind run${has('go') ? '' : ' (not tried: there is no Go in PATH)'}`, () => {
  const bot = join(folder, 'bot')
  const example = behindRun([bot])
  beforeAll(() => {
    must(['go', 'build', '-o', bot, fileOf('go-bot', 'bot.go')], { cwd: folder })
  }, 3 * MINUTES)

  test('is formatted and vetted', () => {
    must(['go', 'vet', fileOf('go-bot', 'bot.go')], { cwd: folder })
    expect(must(['gofmt', '-l', fileOf('go-bot', 'bot.go')], { cwd: folder })).toBe('')
  })
  test('answers, reports what it meets, and ends', () => proves(example))
  test('finds a rotated token in its file', () => findsARotatedToken(example))
  test('does not start on a bad token', () => refusesToStart(example))
})

describe.skipIf(!has('php'))(`a PHP bot behind run${has('php') ? '' : ' (not tried: there is no PHP in PATH)'}`, () => {
  // PHP's own server has no handler for SIGTERM: 128 + 15.
  const example = behindRun(['php', '-q', '-S', '127.0.0.1:0', fileOf('php-bot', 'bot.php')], 143)

  test('answers, reports what it meets, and ends', () => proves(example))
  test('finds a rotated token in its file', () => findsARotatedToken(example))
  test('does not start on a bad token', () => refusesToStart(example))
})

const hasNode = RUNTIMES.some(({ name, isMissing }) => name === 'node' && !isMissing) && has('npm')

/** A program around the library: the folder of the example, in a project that has the packed package. */
type Framework = {
  readonly name: string
  readonly packages: readonly string[]
  readonly build?: readonly string[]
  readonly command: readonly string[]
  readonly isBot: boolean
  readonly env?: Environment
  readonly codes?: Partial<Example['codes']>
}

function packagesOf(example: string): readonly string[] {
  const { dependencies, devDependencies } = JSON.parse(readFileSync(fileOf(example, 'package.json'), 'utf8'))
  return Object.entries({ ...dependencies, ...devDependencies }).map(([name, version]) => `${name}@${version}`)
}

const next = (...args: readonly string[]) => ['node', 'node_modules/next/dist/bin/next', ...args]

const FRAMEWORKS: readonly Framework[] = [
  { name: 'fastify-node', packages: ['fastify@5.6.1'], command: ['node', 'server.mjs'], isBot: false },
  {
    name: 'nest',
    packages: [
      ...['@nestjs/common', '@nestjs/core', '@nestjs/platform-express'].map((name) => `${name}@12.5.1`),
      'reflect-metadata@0.2.2',
      'rxjs@7.8.2',
      'typescript@5.9.3',
      '@types/node@22.19.0',
    ],
    build: ['node', 'node_modules/typescript/bin/tsc'],
    command: ['node', 'built/main.js'],
    isBot: false,
    // Nest ends itself by the signal again.
    codes: { ended: null },
  },
  {
    name: 'next',
    packages: packagesOf('next'),
    // Without a token: a build needs none.
    build: next('build'),
    command: next('start', '--port', '0', '--hostname', '127.0.0.1'),
    isBot: true,
    env: { NEXT_TELEMETRY_DISABLED: '1' },
    // Next has a handler of its own for SIGTERM, which ends with 128 + 15.
    codes: { refused: 77, ended: 143 },
  },
]

describe.skipIf(!hasNode)(`around the library${hasNode ? '' : ' (not tried: there is no Node or npm in PATH)'}`, () => {
  describe.each(FRAMEWORKS.map((row) => [row.name, row] as const))('%s', (name, { packages, build, ...row }) => {
    let project: ReturnType<typeof packedProject>
    beforeAll(() => {
      project = packedProject(packages)
      cpSync(fileOf(name, '.'), project.path, { recursive: true, filter: (path) => !path.endsWith('package.json') })
      if (build !== undefined) must(build, { cwd: project.path, env: row.env ?? {} })
    }, 8 * MINUTES)
    afterAll(() => project.remove())
    const example = () => inProject(row.command, { path: project.path, ...row })

    test('shows its health, reports what it meets, and ends', () => proves(example()))
    test('does not start on a bad token', () => refusesToStart(example()))
  })
})
