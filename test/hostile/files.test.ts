import { describe, expect } from 'bun:test'
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  closeSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import { independently } from '../process/concurrent.ts'
import { startGraph, without, type Graph } from '../process/graph.ts'
import { forEachRuntime, run, start, temporaryFolder } from '../process/harness.ts'
import { SANDBOX_SECRETS } from '../process/secrets.ts'
import { has } from '../system/programs.ts'
import { descriptorsOf, residentMiB, until } from './talk.ts'

/** Secret files that are not regular files, or that change while they are read. */

const MARK = 'Kd83mzQ2vBx7TyLw'
const SECRETS = [...SANDBOX_SECRETS, MARK]

/** 100 MB that take no room on the disk. */
function sparse(path: string): void {
  const descriptor = openSync(path, 'w')
  writeSync(descriptor, MARK)
  ftruncateSync(descriptor, 100_000_000)
  closeSync(descriptor)
}

type Make = (path: string) => void

const SILENT = 'a FIFO without a writer'
const makeFifo: Make = (path) => void spawnSync('mkfifo', [path])
/** A FIFO is waited for, for half a minute. */
const PATIENT_MS = 60_000

const FILES: readonly (readonly [what: string, make: Make, problem: RegExp])[] = [
  ['a link to /dev/zero', (path) => symlinkSync('/dev/zero', path), /is a device/],
  ['a link to /dev/stdin', (path) => symlinkSync('/dev/stdin', path), /is a device|is a FIFO/],
  ['a link to a terminal', (path) => symlinkSync('/dev/ptmx', path), /is a device|cannot be read/],
  ['a link to itself', (path) => symlinkSync(path, path), /cannot be read \(ELOOP\)/],
  ['a link to nothing', (path) => symlinkSync(`${path}-none`, path), /does not exist/],
  ['a link to a folder', (path) => symlinkSync('/', path), /is a folder/],
  [SILENT, makeFifo, /is a FIFO/],
  ['a folder', (path) => mkdirSync(path), /is a folder/],
  ['100 MB', sparse, /is larger than/],
  [
    'endless, of no stated size',
    (path) => symlinkSync('/proc/self/pagemap', path),
    /is larger than|cannot be read|binary|not a regular/,
  ],
  ['below a file', () => {}, /does not exist/],
]

forEachRuntime((runtime) => {
  const tokenless = (graph: Graph) => without(graph.env, 'WHATSAPP_TOKEN')

  describe('a secret file', () => {
    for (const [what, make, problem] of FILES.filter(([each]) => each !== SILENT))
      independently(`that is ${what} is a fault at once, and its content is not shown`, async () => {
        await using graph = startGraph()
        using folder = temporaryFolder()
        const path = join(folder.path, 'secret')
        make(path)
        const file = what === 'below a file' ? '/etc/hostname/secret' : path
        for (const name of ['WHATSAPP_TOKEN_FILE', 'META_APP_SECRET_FILE', 'TOKEN_GUARD_OPERATOR_TOKEN_FILE']) {
          const plain = name.replace(/_FILE$/, '')
          const env = { ...without(graph.env, plain), [name]: file }
          const { code, lines } = await run(runtime, ['serve'], env, { secrets: SECRETS })
          const [fault] = lines.find(({ event }) => event === 'config.invalid')?.['faults'] ?? []
          expect([code, fault?.name]).toEqual([78, name])
          expect(fault.problem).toMatch(problem)
        }
        expect(graph.asked).toEqual([])
      })

    independently('that is a FIFO without a writer is a fault after 30 s, also if there are three', async () => {
      await using graph = startGraph()
      using folder = temporaryFolder()
      const names = ['WHATSAPP_TOKEN_FILE', 'META_APP_SECRET_FILE', 'TOKEN_GUARD_OPERATOR_TOKEN_FILE']
      for (const name of names) makeFifo(join(folder.path, name))
      const files = Object.fromEntries(names.map((name) => [name, join(folder.path, name)]))
      const env = { ...without(graph.env, 'WHATSAPP_TOKEN', 'META_APP_SECRET'), ...files }
      const startedMs = performance.now()
      const { code, lines } = await run(runtime, ['serve'], env, { lifetimeMs: PATIENT_MS })
      expect(performance.now() - startedMs).toBeLessThan(40_000)
      expect([code, lines.map(({ event }) => event)]).toEqual([78, ['config.waiting', 'config.invalid']])
      expect(lines[1]?.['faults'].map(({ name }: { name: string }) => name).toSorted()).toEqual(names.toSorted())
    })

    independently('that becomes each of these while it serves changes nothing, and takes no memory', async () => {
      await using graph = startGraph()
      using folder = temporaryFolder()
      const path = join(folder.path, 'token')
      const token = graph.env['WHATSAPP_TOKEN'] ?? ''
      // As Kubernetes swaps what a path leads to.
      const lead = (target: string) => {
        symlinkSync(target, `${path}-next`)
        renameSync(`${path}-next`, path)
      }
      writeFileSync(`${path}-good`, token)
      lead(`${path}-good`)
      const env = { ...tokenless(graph), WHATSAPP_TOKEN_FILE: path, TOKEN_GUARD_CHECK_INTERVAL: '1s' }
      await using program = start(runtime, ['serve'], env, { secrets: SECRETS, lifetimeMs: 110_000 })
      await program.waitFor('server.listening')
      const before = { descriptors: descriptorsOf(program.pid), memory: residentMiB(program.pid) }
      for (const [what, make] of FILES.filter(([each]) => each !== 'below a file')) {
        const warned = program.lines('config.warning').length
        const bad = join(folder.path, what.replaceAll(/\W/g, '-'))
        make(bad)
        lead(bad)
        await until(`a warning of ${what}`, () => program.lines('config.warning').length > warned)
        expect((await program.ask('/health/token')).status).toBe(200)
        lead(`${path}-good`)
        await graph.further('/debug_token', 3)
      }
      expect(program.lines('token.reloaded')).toEqual([])
      expect(descriptorsOf(program.pid)).toBeLessThanOrEqual(before.descriptors + 3)
      expect(residentMiB(program.pid) - before.memory).toBeLessThan(80)
    })

    independently('that is rewritten all the time, byte by byte, is never half read', async () => {
      await using graph = startGraph()
      using folder = temporaryFolder()
      const path = join(folder.path, 'token')
      const tokens = [graph.env['WHATSAPP_TOKEN'] ?? '', await graph.issue()]
      writeFileSync(path, tokens[0] ?? '')
      const env = { ...tokenless(graph), WHATSAPP_TOKEN_FILE: path, TOKEN_GUARD_CHECK_INTERVAL: '1s' }
      await using program = start(runtime, ['serve'], env, { secrets: [...SECRETS, ...tokens] })
      await program.waitFor('server.listening')
      // In place: emptied, then written in two halves.
      let times = 0
      const writer = setInterval(() => {
        const token = tokens[times++ % 2] ?? ''
        writeFileSync(path, token.slice(0, 60))
        writeFileSync(path, token)
      }, 7)
      await graph.further('/debug_token', 6).finally(() => clearInterval(writer))
      writeFileSync(path, tokens[1] ?? '')
      await program.waitFor('token.reloaded')
      expect((await program.ask('/health/token')).status).toBe(200)
      expect(program.lines('token.reload_refused')).toEqual([])
      expect(program.lines('token.refused')).toEqual([])
    })
  })

  describe('an .env', () => {
    for (const [what, make, code] of [
      ['a link to /dev/zero', (path: string) => symlinkSync('/dev/zero', path), [78]],
      [SILENT, makeFifo, [0]],
      ['100 MB', sparse, [78]],
      ['binary', (path: string) => writeFileSync(path, readFileSync('/bin/true')), [0, 78]],
      [
        'full of strange names',
        (path: string) => writeFileSync(path, '__proto__=x\nconstructor=y\n=z\ntoString=1\n'),
        [0],
      ],
      ['a million lines', (path: string) => writeFileSync(path, 'A=1\n'.repeat(15_000)), [0]],
    ] as const)
      independently(`that is ${what} holds nothing up, and ends as it should`, async () => {
        await using graph = startGraph()
        using folder = temporaryFolder()
        make(join(folder.path, '.env'))
        const options = { cwd: folder.path, secrets: SECRETS, lifetimeMs: PATIENT_MS }
        const ended = await run(runtime, ['check'], graph.env, options)
        expect(ended.code).toBeOneOf([...code])
      })
  })

  describe.skipIf(!has('setpriv') || process.getuid?.() !== 0)('as a user without rights', () => {
    // Its caches and its home belong to root: it must work without them.
    const asOtherUser = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups']

    independently('a secret file of another user is a fault that says so, and does not show its content', async () => {
      await using graph = startGraph()
      using folder = temporaryFolder()
      chmodSync(folder.path, 0o755)
      const path = join(folder.path, 'token')
      writeFileSync(path, MARK, { mode: 0o600 })
      const env = { ...tokenless(graph), WHATSAPP_TOKEN_FILE: path }
      const limited = { ...runtime, command: [...asOtherUser, ...runtime.command] }
      const ended = await run(limited, ['check', '--json'], env, { cwd: folder.path, secrets: SECRETS })
      expect([ended.code, JSON.parse(ended.stdout).faults[0]]).toMatchObject([
        78,
        { name: 'WHATSAPP_TOKEN_FILE', problem: expect.stringContaining('cannot be read (EACCES)') },
      ])
    })

    independently('rotate does not begin where the file cannot be written', async () => {
      await using graph = startGraph()
      using folder = temporaryFolder()
      chmodSync(folder.path, 0o755)
      const path = join(folder.path, '.env')
      writeFileSync(path, `WHATSAPP_TOKEN=${graph.env['WHATSAPP_TOKEN']}\n`, { mode: 0o644 })
      const limited = { ...runtime, command: [...asOtherUser, ...runtime.command] }
      const ended = await run(limited, ['rotate', '--yes'], tokenless(graph), { cwd: folder.path, secrets: SECRETS })
      expect(ended.code).toBe(71)
      expect(graph.asked.filter((each) => each.endsWith('/access_tokens'))).toEqual([])
    })

    independently('a port below 1024 exits 71, with one sentence', async () => {
      await using graph = startGraph()
      using folder = temporaryFolder()
      chmodSync(folder.path, 0o755)
      const dropped = [...asOtherUser, '--bounding-set=-all', '--inh-caps=-all']
      const limited = { ...runtime, command: [...dropped, ...runtime.command] }
      const isOpen = Number(readFileSync('/proc/sys/net/ipv4/ip_unprivileged_port_start', 'utf8')) <= 81
      const ended = await run(limited, ['serve', '--port', isOpen ? new URL(graph.url).port : '81'], graph.env, {
        cwd: folder.path,
      })
      expect(ended.code).toBe(71)
    })
  })
})
