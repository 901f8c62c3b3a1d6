import { expect } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fingerprintOf } from '../../src/assembly/assemble.ts'
import { independentlyOnOne } from './concurrent.ts'
import { startGraph, without, type Graph } from './graph.ts'
import { forOneRuntime, run, temporaryFolder } from './harness.ts'
import { SANDBOX_SECRETS } from './secrets.ts'

/** Looks like a token of Meta's, belongs to no account, and is in no file of this repository. */
const PLANTED = `EAA${'Bq7x'.repeat(20)}`

/** A repository with the token in an ignored `.env` that only its owner reads. */
function repository(graph: Graph) {
  const folder = temporaryFolder()
  const git = (...args: readonly string[]) => {
    const identity = ['-c', 'user.name=T', '-c', 'user.email=t@localhost', '-c', 'commit.gpgsign=false']
    const { status, stderr } = spawnSync('git', [...identity, ...args], { cwd: folder.path })
    if (status !== 0) throw new Error(String(stderr))
  }
  const write = (name: string, text: string) => writeFileSync(join(folder.path, name), text)
  git('init', '--quiet')
  write('.gitignore', '.env\n')
  write('.env', `WHATSAPP_TOKEN=${graph.env['WHATSAPP_TOKEN']}\n`)
  chmodSync(join(folder.path, '.env'), 0o600)
  git('add', '.gitignore')
  git('commit', '--quiet', '-m', 'first')
  return { path: folder.path, git, write, [Symbol.dispose]: () => folder[Symbol.dispose]() }
}

forOneRuntime((runtime) => {
  const onOne = independentlyOnOne(runtime)
  const examines = async (graph: Graph, cwd: string, change: Record<string, string> = {}) => {
    const env = {
      ...without(graph.env, 'WHATSAPP_TOKEN'),
      TOKEN_GUARD_BOOT_TIMEOUT: '15s',
      TOKEN_GUARD_CHECK_TIMEOUT: '12s',
      ...change,
    }
    const ended = await run(runtime, ['doctor', '--json'], env, { cwd, secrets: [...SANDBOX_SECRETS, PLANTED] })
    const report = JSON.parse(ended.stdout)
    const statusOf = (id: string) => report.items.find((item: { id: string }) => item.id === id)?.status
    const failed = report.items.filter((item: { status: string }) => item.status === 'failed')
    return { code: ended.code, report, statusOf, failed }
  }

  onOne('doctor exits 0 on a good, safely stored token, and lists what only a person can check', async () => {
    await using graph = startGraph()
    using folder = repository(graph)
    const { code, report, failed } = await examines(graph, folder.path)
    expect([code, report.version, report.exitCode, failed]).toEqual([0, 1, 0, []])
    expect(report.items.filter((item: { status: string }) => item.status === 'yours').length).toBeGreaterThan(2)
  })

  for (const [scenario, expected] of [
    ['revoked', 77],
    ['scope-missing', 77],
    ['wrong-secret', 78],
    ['failing', 75],
  ] as const)
    onOne(`doctor on ${scenario} exits ${expected}, and still looks at all the rest`, async () => {
      await using graph = startGraph(scenario)
      using folder = repository(graph)
      const patience: Record<string, string> =
        scenario === 'failing' ? { TOKEN_GUARD_BOOT_TIMEOUT: '2s', TOKEN_GUARD_CHECK_TIMEOUT: '2s' } : {}
      const { code, report, statusOf } = await examines(graph, folder.path, patience)
      expect(code).toBe(expected)
      expect(statusOf('storage.history')).toBe('ok')
      expect(report.items.length).toBeGreaterThan(20)
    })

  onOne('doctor exits 78 on a wrong configuration, and still checks the connection to Graph', async () => {
    await using graph = startGraph()
    using folder = repository(graph)
    const { code, statusOf } = await examines(graph, folder.path, { TOKEN_GUARD_MODE: 'x' })
    expect([code, statusOf('storage.history')]).toEqual([78, 'ok'])
  })

  onOne('doctor finds a token that a later commit took out again, and never shows it', async () => {
    await using graph = startGraph()
    using folder = repository(graph)
    folder.write('notes.txt', `a\nkey: ${PLANTED}\n`)
    folder.git('add', 'notes.txt')
    folder.git('commit', '--quiet', '-m', 'oops')
    folder.git('rm', '--quiet', 'notes.txt')
    folder.git('commit', '--quiet', '-m', 'gone')
    const { code, failed } = await examines(graph, folder.path)
    expect(code).toBe(1)
    expect(failed).toMatchObject([{ id: 'storage.history', detail: expect.stringContaining('notes.txt:2 in commit') }])
  })

  onOne('doctor passes over tokens that are listed as known, and says so; never the one in use', async () => {
    await using graph = startGraph()
    using folder = repository(graph)
    const [planted, inUse] = [PLANTED, graph.env['WHATSAPP_TOKEN'] ?? ''].map(fingerprintOf)
    folder.write('notes.txt', `key: ${PLANTED}\n`)
    folder.write('.token-guard-known', `# rotated away in May\n${planted} notes.txt\n${inUse}\n`)
    folder.git('add', '--all')
    folder.git('commit', '--quiet', '-m', 'known')
    const known = await examines(graph, folder.path)
    expect(known.failed).toEqual([])
    expect(JSON.stringify(known.report)).toContain('1 known passed over (.token-guard-known)')
    folder.write('.token-guard-known', `${planted}0 a longer one is none\n`)
    expect((await examines(graph, folder.path)).failed).toHaveLength(2)
  })

  onOne('doctor finds a token in a file that is not committed yet', async () => {
    await using graph = startGraph()
    using folder = repository(graph)
    folder.write('config.json', `{"token":"${PLANTED}"}`)
    const { code, failed } = await examines(graph, folder.path)
    expect([code, failed.map(({ id }: { id: string }) => id)]).toEqual([1, ['storage.tree']])
  })

  onOne('doctor reports a .env that is committed, not ignored, and open to others', async () => {
    await using graph = startGraph()
    using folder = repository(graph)
    folder.write('.gitignore', '')
    chmodSync(join(folder.path, '.env'), 0o644)
    folder.git('add', '--all')
    folder.git('commit', '--quiet', '-m', 'all of it')
    const { code, failed } = await examines(graph, folder.path)
    expect(code).toBe(1)
    expect(failed.map(({ id }: { id: string }) => id)).toContain('storage.permissions')
    expect(failed.length).toBeGreaterThanOrEqual(3)
  })
})
