import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { readConfig } from './read.ts'
import type { ReadRequest } from './readings.ts'

/** Looks like a real token. It was never issued. */
export const TOKEN = `EAAG${'aB3dE5gH7'.repeat(20)}`
export const OTHER_TOKEN = `EAAG${'zY9xW8vU7'.repeat(20)}`

export type Files = Readonly<Record<string, string | Uint8Array>>

/** A working directory with these files, for as long as `use` runs. */
export function withFolder<T>(files: Files, use: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'config-'))
  try {
    for (const [name, content] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true })
      writeFileSync(join(folder, name), content)
    }
    return use(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** `readConfig` in a folder that holds nothing but these files. */
export function read(env: ReadRequest['env'], files: Files = {}, rest: Partial<ReadRequest> = {}) {
  const nothing = { options: {}, envFile: null, runtimeLoadsEnvFiles: false }
  return withFolder(files, (cwd) => readConfig({ ...nothing, env, cwd, ...rest }))
}

/** The config. Fails the test with the faults if there are any. */
export function configOf(...given: Parameters<typeof read>) {
  const result = read(...given)
  if (!result.ok) throw new Error(JSON.stringify(result.faults, null, 2))
  return result.config
}

/** Each fault as one line: `NAME problem`. */
export function faultsOf(...given: Parameters<typeof read>): readonly string[] {
  const result = read(...given)
  return result.ok ? [] : result.faults.map(({ name, problem }) => `${name} ${problem}`)
}
