import { resolve } from 'node:path'
import type Dotenv from 'dotenv'
import { readTextFile } from '../platform/files.ts'
import type { Fault } from './config.ts'
import { escapeControls } from './quoting.ts'

/** Set values by name. Empty ones are not in it: they count as unset. */
export type Values = ReadonlyMap<string, string>

export type EnvFile = {
  readonly name: string
  readonly path: string
  readonly values: Values
  readonly fault: Fault | null
}

const MAX_BYTES = 1024 * 1024
const EXPECTED = 'a readable text file (UTF-8) with lines such as NAME=value'
const NOTHING: Values = new Map()

const NAMED = '--env-file'
/** The files that are sources by themselves. */
const SOURCE_FILES = ['.env.local', '.env', NAMED]

/** What `--env-file` names. It was asked for: that it is missing is a fault. */
export function readNamedEnvFile(given: string, cwd: string): EnvFile {
  const { path, values, problem } = read(given, cwd)
  const told = problem === null ? null : `names ${escapeControls(path)}, which ${problem}`
  return { name: NAMED, path, values, fault: toFault(NAMED, told) }
}

/**
 * What a runtime may have loaded by itself (Bun does), the strongest first.
 * `.env.$NODE_ENV` is no source of ours: of it only those values count that are in the environment already.
 */
export function readRuntimeEnvFiles(nodeEnv: string | undefined, cwd: string): readonly EnvFile[] {
  const stage = nodeEnv !== undefined && /^[\w-]+$/.test(nodeEnv) ? [nodeEnv] : []
  // Bun reads `development` for whatever is neither production nor test.
  const stages = ['production', 'test', 'development'].includes(stage[0] ?? '') ? stage : [...stage, 'development']
  const names = [
    ...stages.map((name) => `.env.${name}.local`),
    '.env.local',
    ...stages.map((name) => `.env.${name}`),
    '.env',
  ]
  return [...new Set(names)].map((name) => readIfThere(name, cwd))
}

function readIfThere(name: string, cwd: string): EnvFile {
  const { path, values, problem, missing } = read(name, cwd)
  return { name, path, values, fault: toFault(name, missing ? null : problem) }
}

/** Whether a file is read for its own sake, and not only to see where the environment's values come from. */
export function isSourceFile({ name }: EnvFile): boolean {
  return SOURCE_FILES.includes(name)
}

function read(given: string, cwd: string) {
  const path = resolve(cwd, given)
  // The usual way to say "no file at all"; any other device is a mistake.
  if (path === '/dev/null') return { path, values: NOTHING, problem: null, missing: false }
  const file = readTextFile(path, { maxBytes: MAX_BYTES })
  const problem = file.ok ? judgeBytes(file.bytes) : file.problem
  const values = file.ok && problem === null ? parse(file.bytes) : NOTHING
  return { path, values, problem, missing: !file.ok && file.missing }
}

function toFault(name: string, problem: string | null): Fault | null {
  return problem === null ? null : { name, problem, expected: EXPECTED }
}

// Windows PowerShell writes UTF-16 where it is told `> .env`. It would read as a file without any variable.
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
