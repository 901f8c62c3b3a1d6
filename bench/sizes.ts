import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { BUN, PEERS, ROOT, type World } from './world.ts'

/** The size of a production install, compared with others. */

export type Size = { readonly packages: number; readonly kilobytes: number }

export function measureInstalls(): ReadonlyMap<string, Size> {
  const { dependencies } = JSON.parse(readFileSync(join(PEERS, 'package.json'), 'utf8')) as {
    readonly dependencies: Readonly<Record<string, string>>
  }
  const at = (...names: readonly string[]) => names.map((name) => `${name}@${dependencies[name]}`)
  return new Map([
    ['whatsapp-token-guard', installed([packed()])],
    ['express, @godaddy/terminus', installed(at('express', '@godaddy/terminus'))],
    ['fastify, @fastify/under-pressure', installed(at('fastify', '@fastify/under-pressure'))],
    ['lightship', installed(at('lightship'))],
  ])
}

function must(program: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr } = spawnSync(program, args, { cwd })
  if (status !== 0) throw new Error(`${program} ${args.join(' ')}: ${String(stderr)}`)
  return String(stdout)
}

function packed(): string {
  return must('node', ['.ci/pack.mjs'], ROOT).trim()
}

function installed(packages: readonly string[]): Size {
  const folder = mkdtempSync(join(tmpdir(), 'token-guard-size-'))
  try {
    writeFileSync(join(folder, 'package.json'), '{"private":true}')
    must('npm', ['install', '--omit=dev', '--silent', '--no-audit', '--no-fund', ...packages], folder)
    const listed = must('npm', ['ls', '--all', '--parseable'], folder).trim().split('\n')
    return {
      packages: listed.length - 1,
      kilobytes: Number(must('du', ['-sk', 'node_modules'], folder).split('\t')[0]),
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** In kilobytes: the bundle, the program with its runtime in one file, and the runtime alone. */
export function measureBundle({ compiled }: World): ReadonlyMap<string, number> {
  const code = must('sh', ['-c', 'cat dist/*.js dist/*.cjs dist/chunks/*.js | wc -c'], ROOT)
  return new Map([
    ['dist, code', Math.round(Number(code) / 1024)],
    ['compiled by .ci/binary.mjs', Math.round(statSync(compiled).size / 1024)],
    ['the runtime alone (bun)', Math.round(statSync(BUN).size / 1024)],
  ])
}
