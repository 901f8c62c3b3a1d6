import { describe, expect, test } from 'bun:test'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { startGraph, type Graph } from '../process/graph.ts'
import { forEachRuntime, temporaryFolder } from '../process/harness.ts'
import { has } from './programs.ts'
import { terminal } from './terminals.ts'

/** Commands that ask before they act, with a person at the keyboard. */

const CTRL_C = '\u0003'
const CTRL_D = '\u0004'

async function answered(graph: Graph, line: string, keys: string, env = graph.env) {
  await using shown = terminal(line, { ...env })
  await shown.until('[y/N]')
  shown.type(keys)
  return { code: await shown.exit, printed: shown.printed() }
}

forEachRuntime(({ command }) =>
  describe.skipIf(!has('script'))('on a terminal', () => {
    const line = (...args: readonly string[]) => [...command, ...args].join(' ')
    const message = line('send-test', '--to', '+491701234567')

    test('send-test sends after a yes', async () => {
      await using graph = startGraph()
      const { code, printed } = await answered(graph, message, 'y\r')
      expect(code).toBe(0)
      expect(printed).toContain('message id')
    })

    test.each([
      ['no', 'n\r'],
      ['nothing', '\r'],
      ['Ctrl-C', CTRL_C],
      ['Ctrl-D', CTRL_D],
    ])('send-test sends nothing after %s', async (_what, keys) => {
      await using graph = startGraph()
      const { code, printed } = await answered(graph, message, keys)
      expect(code).toBe(1)
      expect(printed).toContain('Nothing was sent.')
      expect(graph.asked).toEqual([])
    })

    test.each([
      ['yes', 'yes\r', 0],
      ['Ctrl-C', CTRL_C, 1],
    ])('rotate after %s', async (_what, keys, expected) => {
      await using graph = startGraph()
      using folder = temporaryFolder()
      const file = join(folder.path, 'token')
      const { WHATSAPP_TOKEN: old = '', ...env } = graph.env
      writeFileSync(file, `${old}\n`, { mode: 0o600 })
      const { code, printed } = await answered(graph, line('rotate'), keys, { ...env, WHATSAPP_TOKEN_FILE: file })
      expect(code).toBe(expected)
      expect(readFileSync(file, 'utf8') === `${old}\n`).toBe(expected === 1)
      expect(printed).not.toContain(readFileSync(file, 'utf8').trim())
    })
  }),
)
