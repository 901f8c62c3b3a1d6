import { describe, expect, test } from 'bun:test'
import { spawn } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { logFigure } from '../hostile/duration.ts'
import { freePort, startGraph } from '../process/graph.ts'
import { forOneRuntime, start, temporaryFolder } from '../process/harness.ts'
import { has } from './programs.ts'

/** Debian's HAProxy in front of two guards, each with a token of its own. */

const INTERVAL = { TOKEN_GUARD_CHECK_INTERVAL: '1s', TOKEN_GUARD_STOP_DELAY: '3s' }

const SHIPPED = readFileSync(new URL('../../deploy/haproxy/haproxy.cfg', import.meta.url), 'utf8')

/** The file that we ship, with the places of this test. The guards are asked, and here they answer as the bots too. */
function config(port: number, socket: string, servers: Readonly<Record<string, number>>): string {
  const placed = SHIPPED.replace('/run/haproxy/admin.sock mode 660', `${socket} mode 600`).replace(
    'bind :8080',
    `bind 127.0.0.1:${port}`,
  )
  return placed.replaceAll(/server (\w+) [\d.]+:8000 port 3900/g, (_line, name: string) => {
    return `server ${name} 127.0.0.1:${servers[name]}`
  })
}

type Balancer = AsyncDisposable & {
  readonly url: string
  /** Resolves when HAProxy itself says so: `UP`, `DOWN`. */
  readonly until: (server: string, status: string) => Promise<void>
}

function startHaproxy(folder: string, servers: Readonly<Record<string, number>>): Balancer {
  const [port, socket, file] = [freePort(), join(folder, 'admin.sock'), join(folder, 'haproxy.cfg')]
  writeFileSync(file, config(port, socket, servers))
  const child = spawn('haproxy', ['-db', '-f', file], { stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.on('data', (data) => (said += String(data)))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  return {
    url: `http://127.0.0.1:${port}`,
    until: async (server, status) => {
      const endMs = Date.now() + 20_000
      for (;;) {
        const row = (await statsOf(socket)).find((each) => each[1] === server)
        if (row?.includes(status) === true) return
        if (Date.now() > endMs) throw new Error(`${server} is not ${status}: ${row?.join(',')}; ${said}`)
        await Bun.sleep(20)
      }
    },
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await ended
    },
  }
}

/** The rows of `show stat`: proxy, server, and what is known about the server. */
function statsOf(socket: string): Promise<readonly (readonly string[])[]> {
  return new Promise((resolve) => {
    let text = ''
    const client = connect(socket, () => client.end('show stat\n'))
    client.on('data', (data) => (text += String(data)))
    client.on('error', () => resolve([]))
    client.on('close', () => resolve(text.split('\n').map((line) => line.split(','))))
  })
}

/** Sends requests without a pause until the test stops it, and counts each `status server`. */
function load(url: string): { readonly stop: () => Promise<ReadonlyMap<string, number>> } {
  const counts = new Map<string, number>()
  let isOver = false
  const worker = async () => {
    while (!isOver) {
      const answer = await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(10_000) }).catch(() => null)
      await answer?.text()
      const seen = `${answer?.status ?? 'lost'} ${answer?.headers.get('x-server') ?? ''}`.trim()
      counts.set(seen, (counts.get(seen) ?? 0) + 1)
      await Bun.sleep(5)
    }
  }
  const workers = Promise.all(Array.from({ length: 4 }, worker))
  return {
    stop: async () => {
      isOver = true
      await workers
      return counts
    },
  }
}

forOneRuntime((runtime) => {
  describe.skipIf(!has('haproxy'))('behind HAProxy', () => {
    test('a dead token takes its server out, its recovery brings it back, and a graceful stop loses no request', async () => {
      using folder = temporaryFolder()
      await using graphA = startGraph()
      await using graphB = startGraph()
      await using a = start(runtime, ['serve'], { ...graphA.env, ...INTERVAL })
      await using b = start(runtime, ['serve'], { ...graphB.env, ...INTERVAL })
      await using haproxy = startHaproxy(folder.path, { a: await a.port(), b: await b.port() })
      await haproxy.until('a', 'UP')
      await haproxy.until('b', 'UP')

      const all = load(haproxy.url)
      const revokedMs = performance.now()
      const since = () => `${Math.round(performance.now() - revokedMs)} ms`
      graphA.play('revoked')
      await a.waitFor('token.refused')
      const refused = since()
      await haproxy.until('a', 'DOWN')
      logFigure(`HAProxy, ${runtime.name}: refused after ${refused}, taken out after ${since()}`)
      expect(a.lines('token.refused')).toHaveLength(1)
      expect((await a.ask('/health/live')).status).toBe(200)
      const without = load(haproxy.url)
      await graphB.further('/debug_token', 2)
      expect([...(await without.stop()).keys()]).toEqual(['200 b'])

      graphA.play('permanent')
      await haproxy.until('a', 'UP')
      await a.waitFor('token.recovered')

      b.kill('SIGTERM')
      await haproxy.until('b', 'DOWN')
      expect(await b.exit).toEqual({ code: 0, signal: null })
      await graphA.further('/debug_token', 2)
      const counts = await all.stop()
      expect([...counts.keys()].toSorted()).toEqual(['200 a', '200 b'])
    })
  })
})
