import { join, relative, resolve } from 'node:path'
import { escapeControls, showPath } from '../config/quoting.ts'
import type { TokenPlace } from '../config/token-places.ts'
import type { Clock } from '../platform/clock.ts'
import { listFolder, permissionsOf, readTextFile } from '../platform/files.ts'
import type { TokenSource } from '../report/token-source.ts'
import { KNOWN_FILE, type Hit, type Keeping, type Search, type Storage } from './observations.ts'
import { keepingOf, listFiles, openRepository, searchHistory } from './repository.ts'
import { hitsInText } from './scan.ts'

/** Looks where the token lies, and where others do. Reads files, asks git; judges nothing. */

export type Request = {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** What holds a token, the strongest first. */
  readonly places: readonly TokenPlace[]
  /** The same, as it may be shown. */
  readonly source: TokenSource | null
  readonly clock: Clock
}

export const TREE_BOUNDS = { files: 20_000, fileBytes: 1024 * 1024, bytes: 256 * 1024 * 1024, timeMs: 15_000 }
const HITS_MAX = 1000
/** Where others' code lies, or git's own data. */
const NOT_OURS = ['node_modules', '.git', 'dist', '.venv', 'vendor']

export async function lookAtStorage(request: Request): Promise<Storage> {
  const { cwd, env, places, source, clock } = request
  const found = await openRepository(cwd, env)
  const own = ownFiles(places, cwd)
  const top = found.ok ? found.repository.top : cwd
  const { files, isWhole } = found.ok ? await listFiles(found.repository) : { files: walk(cwd), isWhole: true }
  const [keepings, history] = await Promise.all([
    Promise.all(own.map((file) => lookAtKeeping(file, cwd, found.ok ? found.repository : null))),
    found.ok ? searchHistory(found.repository) : null,
  ])
  const inSources = source === null ? [] : [source, ...source.others].map(({ fingerprint }) => fingerprint)
  // A faulty text has no fingerprint: whatever its file holds may be a part of it.
  const isKnown = ({ fingerprint }: Hit) => inSources.includes(fingerprint) || inSources.includes(null)
  const isOwn = (hit: Hit) => isKnown(hit) && own.includes(resolve(top, hit.file))
  const searched = searchTree(top, files, clock)
  const tree = { ...searched, cut: searched.cut ?? (isWhole ? null : 'git did not list all') }
  const known = readKnown(top)
  // The token in use is never a known one: it is alive.
  known.delete(source?.fingerprint ?? '')
  return {
    noRepository: found.ok ? null : found.why,
    keepings,
    source,
    // The files that tokens are read from have items of their own.
    tree: without(known, { ...tree, hits: tree.hits.filter((hit) => !isOwn(hit)) }),
    history: history === null ? null : without(known, history),
  }
}

function readKnown(top: string): Set<string> {
  const read = readTextFile(join(top, KNOWN_FILE), { maxBytes: TREE_BOUNDS.fileBytes, follow: false })
  const text = read.ok ? Buffer.from(read.bytes).toString('utf8') : ''
  return new Set([...text.matchAll(/^([0-9a-f]{12})(?:\s|$)/gm)].map(([, fingerprint = '']) => fingerprint))
}

function without(known: ReadonlySet<string>, search: Search): Search {
  const hits = search.hits.filter((hit) => !known.has(hit.fingerprint))
  return { ...search, hits, known: search.hits.length - hits.length }
}

/** The files that the program reads tokens from; `.env` where one would be. */
function ownFiles(places: readonly TokenPlace[], cwd: string): readonly string[] {
  const files = places.flatMap(({ origin }) => origin.file ?? origin.path ?? [])
  const usual = join(cwd, '.env')
  return files.length > 0 ? [...new Set(files)] : permissionsOf(usual) === null ? [] : [usual]
}

async function lookAtKeeping(
  file: string,
  cwd: string,
  repository: Parameters<typeof keepingOf>[1] | null,
): Promise<Keeping> {
  const git = repository === null ? null : await keepingOf(file, repository)
  return { file: nameOf(file, cwd), git, permissions: permissionsOf(file) }
}

function nameOf(file: string, cwd: string): string {
  const near = relative(cwd, file)
  return near.startsWith('..') ? (showPath(file) ?? 'a file') : escapeControls(near)
}

type Listed = { readonly path: string; readonly where: Hit['where'] }

function searchTree(top: string, files: readonly Listed[], clock: Clock): Search {
  const endMs = clock.monotonicMs() + TREE_BOUNDS.timeMs
  const hits: Hit[] = []
  let [count, bytes, tooLarge] = [0, 0, 0]
  const ended = (cut: string | null) => ({
    hits,
    files: count,
    bytes,
    known: 0,
    cut: cut ?? (tooLarge === 0 ? null : `passed over ${tooLarge} larger than 1 MiB`),
  })
  for (const { path, where } of files) {
    if (count >= TREE_BOUNDS.files) return ended(`stopped at ${TREE_BOUNDS.files} files`)
    if (bytes >= TREE_BOUNDS.bytes || clock.monotonicMs() > endMs) return ended('stopped at the bound')
    const read = readTextFile(resolve(top, path), { maxBytes: TREE_BOUNDS.fileBytes, follow: false })
    if (!read.ok) {
      if (read.problem.startsWith('is larger')) tooLarge += 1
      continue
    }
    count += 1
    bytes += read.bytes.length
    const text = Buffer.from(read.bytes).toString('latin1')
    for (const hit of hitsInText(text, { file: path, where, commit: null })) {
      if (hits.length < HITS_MAX) hits.push(hit)
    }
  }
  return ended(null)
}

/** Without git: the folder and what is below it, as many files as are searched at the most. */
function walk(top: string): readonly Listed[] {
  const files: Listed[] = []
  const folders = ['']
  for (let folder = folders.shift(); folder !== undefined; folder = folders.shift()) {
    for (const { name, kind } of listFolder(join(top, folder))) {
      const path = join(folder, name)
      if (kind === 'file') files.push({ path, where: 'folder' })
      if (kind === 'folder' && !NOT_OURS.includes(name)) folders.push(path)
      if (files.length > TREE_BOUNDS.files) return files
    }
  }
  return files
}
