import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Graph } from './graph.ts'
import { temporaryFolder, type Environment } from './harness.ts'

const QUICK: Environment = { TOKEN_GUARD_BOOT_TIMEOUT: '2s', TOKEN_GUARD_CHECK_TIMEOUT: '1s' }

/** A folder with a state file in it, or room for one. */
export function stateIn(graph: Graph) {
  const folder = temporaryFolder()
  const path = join(folder.path, 'state.json')
  return {
    path,
    env: { ...graph.env, ...QUICK, TOKEN_GUARD_STATE_PATH: path },
    read: () => JSON.parse(readFileSync(path, 'utf8')),
    change: (change: (json: any) => void) => {
      const json = JSON.parse(readFileSync(path, 'utf8'))
      change(json)
      writeFileSync(path, JSON.stringify(json))
    },
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  }
}
