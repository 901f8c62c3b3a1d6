import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Graph } from './graph.ts'
import { temporaryFolder, type Environment } from './harness.ts'

/** For a boot that gets no answer. */
export const SHORT_BOOT: Environment = { TOKEN_GUARD_BOOT_TIMEOUT: '2s' }

/** A folder with a state file in it, or room for one. */
export function stateIn(graph: Graph) {
  const folder = temporaryFolder()
  const path = join(folder.path, 'state.json')
  return {
    path,
    env: { ...graph.env, TOKEN_GUARD_STATE_PATH: path },
    read: () => JSON.parse(readFileSync(path, 'utf8')),
    change: (change: (json: any) => void) => {
      const json = JSON.parse(readFileSync(path, 'utf8'))
      change(json)
      writeFileSync(path, JSON.stringify(json))
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
}
