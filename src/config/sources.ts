import { resolve } from 'node:path'
import { readTextFileOrPipe, type Pipes } from '../platform/pipes.ts'
import type { Fault } from './config.ts'
import {
  isSourceFile,
  ownerOf,
  readNamedEnvFile,
  readRuntimeEnvFiles,
  setValues,
  type EnvFile,
  type Values,
} from './env-files.ts'
import { expectedOf, type NamedPipe } from './named-pipes.ts'
import { showPath } from './quoting.ts'

/** Where a value came from. A reload reads the same place again. */
export type Origin = {
  readonly kind: 'option' | 'environment' | 'env-file'
  /** The env file's, absolute. */
  readonly path?: string
  /** The file that the `_FILE` form names, absolute. */
  readonly file?: string
  /** It was read from a FIFO. */
  readonly isPipe?: true
}

export type SourcesRequest = {
  /** Variable name → what the command line says of it (`TOKEN_GUARD_PORT` for `--port`). */
  readonly options: Readonly<Record<string, string | undefined>>
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** `--env-file`: replaces `.env.local` and `.env`. */
  readonly envFile: string | null
  /** Bun does, unless configured otherwise: then the values are in the environment, but belong to the file. */
  readonly runtimeLoadsEnvFiles: boolean
  /** Node reads the file of `--env-file` by itself, and so empties a FIFO. Without a word a runtime does so that loads none. */
  readonly runtimeTakesEnvFile?: boolean
  /** What was read from FIFOs before. */
  readonly pipes?: Pipes
  /** What the first reading of this process found: the files may hold other values by now. */
  readonly ownership?: Ownership
}

const NO_PIPES: Pipes = new Map()

export type Source = {
  readonly shown: string
  /** Its name for programs. */
  readonly from: string
  readonly origin: Origin
  readonly values: Values
  /** Its file is a FIFO that has not been read. */
  readonly unread?: NamedPipe
}

export type Sources = {
  readonly sources: readonly Source[]
  readonly faults: readonly Fault[]
  /** Of FIFOs that were not written in time: faults only where something is missing. */
  readonly silent: readonly Fault[]
  readonly ownership: Ownership
}

/** What of the environment a runtime put there from files, as found at the start: later the files may hold other values. */
export type Ownership = {
  readonly own: Values
  /** The names that were loaded, by the file's path. */
  readonly loaded: ReadonlyMap<string, readonly string[]>
}

export type Found =
  | { readonly kind: 'unset' }
  /** `name` is the form that was used, `path` the shown path of a `_FILE`. */
  | {
      readonly kind: 'text'
      readonly text: string
      readonly origin: Origin
      readonly name: string
      readonly path: string | null
    }
  | {
      readonly kind: 'fault'
      readonly fault: Fault
      readonly origin: Origin
      readonly path: string | null
      /** It names a FIFO that has not been read. */
      readonly unread?: NamedPipe
    }

const SECRET_FILE = {
  maxBytes: 64 * 1024,
  expected: 'the path of a readable file of at most 64 KiB that holds the value alone',
}

/** All sources, the strongest first, and what is wrong with the env files themselves. Reads files; never throws. */
export function readSources(request: SourcesRequest): Sources {
  const { options, env, cwd, envFile, pipes = NO_PIPES } = request
  const runtimeFiles = readRuntimeEnvFiles(env['NODE_ENV'], cwd, pipes)
  const ownership = request.ownership ?? splitEnvironment(setValues(env), runtimeFiles)
  const { own, loaded } = ownership
  const isEmptied = request.runtimeTakesEnvFile ?? !request.runtimeLoadsEnvFiles
  const replaced = envFile === null ? null : readNamedEnvFile(envFile, cwd, pipes, isEmptied)
  const files = replaced === null ? runtimeFiles.filter(isSourceFile) : [replaced]
  const environment = replaced === null || request.runtimeLoadsEnvFiles ? own : setValues(env)
  return {
    sources: [
      { shown: 'the command line', from: 'command-line', origin: { kind: 'option' }, values: setValues(options) },
      { shown: 'the environment', from: 'environment', origin: { kind: 'environment' }, values: environment },
      ...(replaced === null ? runtimeFiles.map((file) => toSource(file, loaded.get(file.path))) : [toSource(replaced)]),
    ],
    faults: files.flatMap(({ fault, isSilent }) => (fault === null || isSilent === true ? [] : [fault])),
    silent: files.flatMap(({ fault, isSilent }) => (fault !== null && isSilent === true ? [fault] : [])),
    ownership,
  }
}

/** Takes out of the environment what the runtime put there from files. */
function splitEnvironment(env: Values, files: readonly EnvFile[]): Ownership {
  const own = new Map<string, string>()
  const loaded = new Map<string, readonly string[]>()
  for (const [name, text] of env) {
    const owner = ownerOf(name, text, files, env)
    if (owner === null) own.set(name, text)
    else loaded.set(owner.path, [...(loaded.get(owner.path) ?? []), name])
  }
  return { own, loaded }
}

function toSource(file: EnvFile, loaded: readonly string[] = []): Source {
  const values = isSourceFile(file) ? file.values : new Map([...file.values].filter(([name]) => loaded.includes(name)))
  const [shown, from] = file.name === '--env-file' ? ['the file of --env-file', 'env-file'] : [file.name, file.name]
  const origin: Origin = { kind: 'env-file', path: file.path, ...(file.isPipe === true ? { isPipe: true } : {}) }
  const unread = isSourceFile(file) ? file.unread : undefined
  return { shown, from, origin, values, ...(unread === undefined ? {} : { unread }) }
}

/** The strongest source's value, read from its file where the `_FILE` form is used. */
export function find(
  name: string,
  hasFileForm: boolean,
  sources: readonly Source[],
  cwd: string,
  pipes: Pipes = NO_PIPES,
): Found {
  for (const source of sources) {
    const text = source.values.get(name)
    const path = hasFileForm ? source.values.get(`${name}_FILE`) : undefined
    if (text !== undefined && path !== undefined)
      return { kind: 'fault', fault: bothForms(name, source), origin: source.origin, path: null }
    if (path !== undefined) return readSecretFile(`${name}_FILE`, path, source.origin, cwd, pipes)
    if (text !== undefined && !isKubernetes(name, text))
      return { kind: 'text', text, origin: source.origin, name, path: null }
  }
  return { kind: 'unset' }
}

function bothForms(name: string, { shown }: Source): Fault {
  return {
    name,
    problem: `is set twice in ${shown}, as ${name} and as ${name}_FILE`,
    expected: `one of the two: remove ${name} or ${name}_FILE`,
  }
}

function readSecretFile(name: string, given: string, { kind, path }: Origin, cwd: string, pipes: Pipes): Found {
  const file = resolve(cwd, given)
  const read = readTextFileOrPipe(file, SECRET_FILE, pipes)
  const at: Origin = path === undefined ? { kind, file } : { kind, path, file }
  const origin: Origin = read.pipe === undefined ? at : { ...at, isPipe: true }
  const text = read.ok ? withoutLastNewline(Buffer.from(read.bytes).toString('utf8')) : ''
  const problem = read.ok ? (text === '' ? 'is empty' : null) : read.problem
  const shown = showPath(given) === null ? null : showPath(file)
  if (problem === null) return { kind: 'text', text, origin, name, path: shown ?? 'a file' }
  const hidden = `names a file that ${problem} (not shown: it may be the secret itself)`
  const shownProblem = shown === null ? hidden : `names ${shown}, which ${problem}`
  const fault = { name, problem: shownProblem, expected: expectedOf(read, SECRET_FILE.expected) }
  const found: Found = { kind: 'fault', fault, origin, path: shown }
  if (read.pipe !== 'unread') return found
  return { ...found, unread: { name, named: shown ?? 'a file', path: file, maxBytes: SECRET_FILE.maxBytes } }
}

// Editors and `echo` end a file with one; more than one is no accident of theirs, and is a fault.
function withoutLastNewline(text: string): string {
  return text.replace(/\r?\n$/, '')
}

/** What Kubernetes injects into every container for a Service called `token-guard`. */
export function isKubernetes(name: string, text: string): boolean {
  if (name === 'TOKEN_GUARD_PORT') return /^(?:tcp|udp|sctp):\/\//i.test(text)
  return /^TOKEN_GUARD_(?:SERVICE|PORT)_/.test(name)
}
