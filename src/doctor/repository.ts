import { relative, resolve } from 'node:path'
import { runProgram, type Ended } from '../platform/program.ts'
import type { Hit, Keeping, Search } from './observations.ts'
import { createHistoryReader, LOG_FORMAT } from './scan.ts'

/** Asks git, read-only. A repository may be hostile: none of what it configures to be run is run. */

const HARDENED = [
  '--no-pager',
  '--no-optional-locks',
  ...['core.fsmonitor=false', 'core.hooksPath=/dev/null', 'log.showSignature=false', 'core.quotePath=false'].flatMap(
    (setting) => ['-c', setting],
  ),
]
/** What git needs of the environment. Its own variables are left out: a hook's point elsewhere. */
const KEPT = ['PATH', 'HOME', 'XDG_CONFIG_HOME', 'USERPROFILE', 'SYSTEMROOT']

const SHORT = { timeoutMs: 10_000, maxBytes: 16 * 1024 * 1024 }
export const HISTORY_BOUNDS = { timeoutMs: 20_000, maxBytes: 512 * 1024 * 1024 }
const HITS_MAX = 1000

type Env = Readonly<Record<string, string | undefined>>

export type Repository = {
  readonly top: string
  readonly run: (args: readonly string[]) => Promise<Ended>
  readonly env: Env
}

export type FoundRepository =
  { readonly ok: true; readonly repository: Repository } | { readonly ok: false; readonly why: string }

export async function openRepository(cwd: string, given: Env): Promise<FoundRepository> {
  const env = {
    ...Object.fromEntries(KEPT.map((name) => [name, given[name]])),
    LC_ALL: 'C',
    GIT_TERMINAL_PROMPT: '0',
    GIT_NO_LAZY_FETCH: '1',
  }
  const git = (where: string) => (args: readonly string[]) =>
    runProgram('git', [...HARDENED, ...args], { cwd: where, env, ...SHORT })
  const answer = await git(cwd)(['rev-parse', '--show-toplevel'])
  if (answer.kind === 'absent') return { ok: false, why: 'git is not installed here' }
  if (answer.kind === 'cut') return { ok: false, why: 'git does not answer in time' }
  const top = answer.stdout.replace(/\n$/, '')
  if (answer.code === 0 && top !== '') return { ok: true, repository: { top, run: git(top), env } }
  if (/dubious ownership/.test(answer.stderr))
    return { ok: false, why: "git refuses this repository, which belongs to another user (git's safe.directory)" }
  if (/not a git repository/.test(answer.stderr)) return { ok: false, why: 'this folder is in no git repository' }
  return { ok: false, why: `git cannot read this repository (its exit code is ${answer.code})` }
}

export async function keepingOf(file: string, { top, run }: Repository): Promise<Keeping['git']> {
  const path = relative(top, file)
  if (path.startsWith('..') || resolve(top, path) !== file) return null
  const [ignored, tracked, history] = await Promise.all([
    run(['check-ignore', '-q', '--no-index', '--', path]),
    run(['ls-files', '--error-unmatch', '--', literal(path)]),
    run(['log', '--all', '-n', '1', '--format=%h', '--', literal(path)]),
  ])
  const codes = [ignored, tracked].map((ended) => (ended.kind === 'ended' ? ended.code : null))
  // 0 is yes and 1 is no; anything else is no answer, and never one that calms.
  if (!codes.every((code) => code === 0 || code === 1)) return 'unanswered'
  if (history.kind !== 'ended' || history.code !== 0) return 'unanswered'
  const commit = history.stdout.trim()
  return { isIgnored: codes[0] === 0, isTracked: codes[1] === 0, commit: commit === '' ? null : commit }
}

/** A path, where git would read a pattern. */
function literal(path: string): string {
  return `:(literal)${path}`
}

type Listed = { readonly path: string; readonly where: Hit['where'] }

/** What git has, what it would commit, and which `.env*` files it ignores besides the working directory. */
export async function listFiles({
  run,
}: Repository): Promise<{ readonly files: readonly Listed[]; readonly isWhole: boolean }> {
  let isWhole = true
  const list = async (where: Hit['where'], ...args: readonly string[]) => {
    const ended = await run(['ls-files', '-z', ...args])
    if (ended.kind !== 'ended' || ended.code !== 0) isWhole = false
    if (ended.kind === 'absent') return []
    return [...new Set(ended.stdout.split('\0'))].filter((path) => path !== '').map((path) => ({ path, where }))
  }
  const lists = await Promise.all([
    list('tracked', '--cached'),
    list('untracked', '--others', '--exclude-standard'),
    list(
      'ignored',
      '--others',
      '--ignored',
      '--exclude-standard',
      '--',
      ':(glob)**/.env*',
      ':(exclude,glob)**/node_modules/**',
    ),
  ])
  return { files: lists.flat(), isWhole }
}

/** Every line that any commit, stash or branch ever added, as far as the bounds reach. */
export async function searchHistory({ top, env }: Repository, bounds = HISTORY_BOUNDS): Promise<Search> {
  const hits: Hit[] = []
  let bytes = 0
  const read = createHistoryReader((hit) => {
    if (hits.length < HITS_MAX) hits.push(hit)
  })
  const diff = [
    '-p',
    '-U0',
    '--cc',
    '--no-color',
    '--no-ext-diff',
    '--no-textconv',
    '--no-renames',
    '--src-prefix=a/',
    '--dst-prefix=b/',
  ]
  const ended = await runProgram('git', [...HARDENED, 'log', '--all', ...diff, LOG_FORMAT], {
    cwd: top,
    env,
    ...bounds,
    onBytes: (text) => {
      bytes += text.length
      read(text)
    },
  })
  read('\n')
  return { hits, files: 0, bytes, known: 0, cut: cutOf(ended, bounds) }
}

function cutOf(ended: Ended, { timeoutMs }: typeof HISTORY_BOUNDS): string | null {
  if (ended.kind === 'cut') return ended.why === 'time' ? `stopped after ${timeoutMs / 1000} s` : 'stopped at the bound'
  return ended.kind === 'ended' && ended.code === 0 ? null : 'stopped because git failed'
}
