import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryFolder } from './harness.ts'

const fixture = (name: string) => new URL(`../fixtures/${name}`, import.meta.url).pathname

/** The same backend in several languages. */
export const LANGUAGES = {
  bun: [process.execPath, fixture('backend.mjs')],
  node: ['node', fixture('backend.mjs')],
  python: ['python3', fixture('backend.py')],
  shell: ['sh', fixture('backend.sh')],
} as const
export type Language = keyof typeof LANGUAGES

type BackendOptions = { readonly endsBy?: NodeJS.Signals | 'nothing'; readonly language?: Language }

const WAIT_MS = 15_000

/** A command that writes down what reaches it. `endsBy`: the signal that ends it, with code 42. */
export function backend({ endsBy = 'SIGTERM', language = 'bun' }: BackendOptions = {}) {
  const folder = temporaryFolder()
  const path = join(folder.path, 'record')
  const recorded = (): readonly string[] =>
    existsSync(path)
      ? readFileSync(path, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
      : []
  const until = async (line: RegExp, times = 1): Promise<string> => {
    const endMs = Date.now() + WAIT_MS
    for (;;) {
      const seen = recorded().filter((each) => line.test(each))
      if (seen.length >= times) return seen.at(-1) ?? ''
      if (Date.now() > endMs) throw new Error(`no ${times} × ${String(line)} in: ${recorded().join(', ')}`)
      await Bun.sleep(25)
    }
  }
  return {
    command: [...LANGUAGES[language], path, endsBy],
    recorded,
    until,
    /** The command's process id. */
    pid: async (times = 1) => Number((await until(/^ready/, times)).split(' ')[1]),
    signals: () => recorded().filter((line) => line.startsWith('SIG')),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
}

export function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
