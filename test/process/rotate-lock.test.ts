import { expect } from 'bun:test'
import { chmodSync, linkSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync } from 'node:fs'
import { unlinkSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lifeOf, thisHolder, writeHolder } from '../../src/platform/holder.ts'
import { independently } from './concurrent.ts'
import { startGraph, type Graph } from './graph.ts'
import { forEachRuntime, Program, temporaryFolder, type Environment } from './harness.ts'
import { inEnvFile, isValid, madeBy, rotate, tokenIn } from './rotation.ts'

/** Two runs at once, and what a run leaves behind that was killed. */

const KILLED = new URL('../fixtures/rotate-killed.ts', import.meta.url).pathname
const LONG_AGO = new Date(Date.now() - 3 * 60_000)

/** Answers the demand for a token when it is told to, or does something before. */
function holding(before: () => unknown): Promise<Response> | undefined {
  return Promise.resolve(before()).then(() => null) as never
}

/** A Graph that does something between the demand for a token and its answer. */
function startGraphThat(meanwhile: () => unknown): Graph {
  let port = 0
  const graph: Graph = startGraph('permanent', {
    answer: (request, path) => {
      if (!path.endsWith('/access_tokens') || port === 0) return undefined
      return Promise.resolve(meanwhile()).then(() => fetch(`http://127.0.0.1:${port}${path}`, request))
    },
  })
  return graph
}
