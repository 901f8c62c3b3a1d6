import { resolve } from 'node:path'
import type Dotenv from 'dotenv'
import { readTextFileOrPipe, type Pipes } from '../platform/pipes.ts'
import type { Fault } from './config.ts'
import { expectedOf, type NamedPipe } from './named-pipes.ts'
import { escapeControls } from './quoting.ts'

/** Set values by name. Empty ones are not in it: they count as unset. */
export type Values = ReadonlyMap<string, string>

export type EnvFile = {
  readonly name: string
  readonly path: string
  readonly values: Values
  readonly fault: Fault | null
  /** It is a FIFO that has not been read. */
  readonly unread?: NamedPipe
  /** It is a FIFO that was not written in time: a fault only where something is missing. */
  readonly isSilent?: boolean
  /** It was read from a FIFO. */
  readonly isPipe?: boolean
}

const MAX_BYTES = 1024 * 1024
const EXPECTED = 'a readable text file (UTF-8) with lines such as NAME=value'
const NOTHING: Values = new Map()

const NAMED = '--env-file'
/** The files that are sources by themselves. */
const SOURCE_FILES = ['.env.local', '.env', NAMED]

/** What `--env-file` names. It was asked for: that it is missing is a fault. */
export function readNamedEnvFile(given: string, cwd: string, pipes: Pipes, isEmptied: boolean): EnvFile {
  const named = escapeControls(resolve(cwd, given))
  const { path, values, problem, expected, pipe } = read(given, cwd, pipes)
  if (pipe === 'unread' && isEmptied) return { name: NAMED, path, values, fault: emptiedFault(named) }
  const fault = toFault(NAMED, problem === null ? null : `names ${named}, which ${problem}`, expected)
  const file = { name: NAMED, path, values, fault, isPipe: pipe === 'read' }
  return pipe === 'unread' ? { ...file, unread: { name: NAMED, named, path, maxBytes: MAX_BYTES } } : file
}

function emptiedFault(named: string): Fault {
  return {
    name: NAMED,
    problem: `names ${named}, which is a FIFO: Node reads --env-file itself before this program starts, and empties it`,
    expected: 'a regular file; or a FIFO that holds the token alone, named in WHATSAPP_TOKEN_FILE',
  }
}

/**
 * What a runtime may have loaded by itself (Bun does), the strongest first.
 * `.env.$NODE_ENV` is no source of ours: of it only those values count that are in the environment already.
 */
export function readRuntimeEnvFiles(nodeEnv: string | undefined, cwd: string, pipes: Pipes): readonly EnvFile[] {
  const stage = nodeEnv !== undefined && /^[\w-]+$/.test(nodeEnv) ? [nodeEnv] : []
  // Bun reads `development` for whatever is neither production nor test.
  const stages = ['production', 'test', 'development'].includes(stage[0] ?? '') ? stage : [...stage, 'development']
  const names = [
    ...stages.map((name) => `.env.${name}.local`),
    '.env.local',
    ...stages.map((name) => `.env.${name}`),
    '.env',
  ]
  return [...new Set(names)].map((name) => readIfThere(name, cwd, pipes))
}

function readIfThere(name: string, cwd: string, pipes: Pipes): EnvFile {
  const { path, values, problem, expected, missing, pipe } = read(name, cwd, pipes)
  const fault = toFault(name, missing ? null : problem, expected)
  const file = { name, path, values, fault, isSilent: pipe === 'silent', isPipe: pipe === 'read' }
  return pipe === 'unread' ? { ...file, unread: { name, named: null, path, maxBytes: MAX_BYTES } } : file
}

/** Whether a file is read for its own sake, and not only to see where the environment's values come from. */
export function isSourceFile({ name }: EnvFile): boolean {
  return SOURCE_FILES.includes(name)
}

function read(given: string, cwd: string, pipes: Pipes) {
  const path = resolve(cwd, given)
  // The usual way to say "no file at all"; any other device is a mistake.
  if (path === '/dev/null') return { path, values: NOTHING, problem: null, expected: EXPECTED, missing: false }
  const file = readTextFileOrPipe(path, { maxBytes: MAX_BYTES }, pipes)
  const problem = file.ok ? judgeBytes(file.bytes) : file.problem
  const values = file.ok && problem === null ? parse(file.bytes) : NOTHING
  const expected = expectedOf(file, EXPECTED)
  return { path, values, problem, expected, missing: !file.ok && file.missing, pipe: file.pipe }
}

function toFault(name: string, problem: string | null, expected: string): Fault | null {
  return problem === null ? null : { name, problem, expected }
}

// Windows PowerShell writes UTF-16 by `> .env`. It would read as a file without any variable.
function judgeBytes(bytes: Uint8Array): string | null {
  return bytes.includes(0) ? 'is no UTF-8 text (UTF-16 or binary): save it as UTF-8' : null
}

// dotenv alone, without its expansion: a `$` in a secret is a `$`, on Bun as on Node. Late: most containers have no file.
function parse(bytes: Uint8Array): Values {
  const { parse: read } = require('dotenv') as typeof Dotenv
  return setValues(read(new TextDecoder().decode(bytes)))
}

export function setValues(values: Readonly<Record<string, string | undefined>>): Map<string, string> {
  return new Map(Object.entries(values).filter((entry): entry is [string, string] => (entry[1] ?? '') !== ''))
}

/** The file that an environment's value was loaded from, `null` where it is the environment's own. */
export function ownerOf(name: string, text: string, files: readonly EnvFile[], env: Values): EnvFile | null {
  for (const file of files) {
    const held = file.values.get(name)
    if (held === undefined) continue
    if (held === text || expand(held, env) === text) return file
    // A stronger file holds another value, and the runtime would have loaded that one.
    if (isSourceFile(file)) return null
  }
  return null
}

/** As Bun expands it. For comparison only. */
function expand(text: string, env: Values): string {
  const reference = /\\\$|\$(?:\{(\w+)(?::?-([^}]*))?\}|([A-Za-z_]\w*))/g
  return text.replace(
    reference,
    (match, braced: string | undefined, otherwise: string | undefined, bare: string | undefined) => {
      return match === '\\$' ? '$' : (env.get(braced ?? bare ?? '') ?? otherwise ?? '')
    },
  )
}
