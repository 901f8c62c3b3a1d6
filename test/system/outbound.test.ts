import { describe, expect, test } from 'bun:test'
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { startGraph } from '../process/graph.ts'
import { forEachRuntime, Program, temporaryFolder, type Environment } from '../process/harness.ts'
import { SANDBOX_SECRETS } from '../process/secrets.ts'

/** The program speaks to Graph, and to the addresses of its user for alerts, heartbeats and the upstream; to nobody else. */

const canTrace = spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0

/** Something that takes whatever comes. */
function receiver() {
  const asked: string[] = []
  const server = Bun.serve({
    port: 0,
    hostname: '127.0.0.1',
    fetch: ({ method }) => {
      asked.push(method)
      return new Response('ok')
    },
  })
  const isAsked = async () => {
    while (asked.length === 0) await Bun.sleep(20)
  }
  return { port: server.port ?? 0, url: `http://127.0.0.1:${server.port}/x`, isAsked, stop: () => server.stop(true) }
}

/** Where a traced program has tried to connect to: `127.0.0.1:4010`. Sockets of the machine itself are not among them. */
function addressesIn(path: string): readonly string[] {
  const text = readFileSync(path, 'latin1')
  const found = [
    ...text.matchAll(/sa_family=AF_INET6?, sin6?_port=htons\((\d+)\).*?inet_(?:addr\(|pton\(AF_INET6, )"([^"]+)"/g),
  ]
  return [...new Set(found.map(([, port, address]) => `${address}:${port}`))].toSorted()
}

forEachRuntime((runtime) => {
  describe.skipIf(!canTrace)('outbound connections', () => {
    const traced = (folder: string, args: readonly string[], env: Environment) =>
      new Program(
        [
          'strace',
          '-f',
          '-qq',
          '-e',
          'trace=connect,sendto,sendmsg',
          '-o',
          join(folder, 'trace'),
          ...runtime.command,
          ...args,
        ],
        env,
        { cwd: folder, secrets: SANDBOX_SECRETS },
      )

    test('of a service lead to Graph and to what its user names', async () => {
      using folder = temporaryFolder()
      await using graph = startGraph()
      const [alerts, heartbeats, upstream] = [receiver(), receiver(), receiver()]
      try {
        await using program = traced(folder.path, ['serve'], {
          ...graph.env,
          TOKEN_GUARD_CHECK_INTERVAL: '1s',
          TOKEN_GUARD_ALERT_URL: alerts.url,
          TOKEN_GUARD_HEARTBEAT_URL: heartbeats.url,
          TOKEN_GUARD_UPSTREAM: `http://127.0.0.1:${upstream.port}`,
        })
        await program.port()
        await heartbeats.isAsked()
        graph.play('revoked')
        await program.waitFor('token.refused')
        await alerts.isAsked()
        process.kill(await childOf(program.pid), 'SIGTERM')
        await program.exit
        const ports = [new URL(graph.url).port, alerts.port, heartbeats.port, upstream.port]
        expect(addressesIn(join(folder.path, 'trace'))).toEqual(ports.map((port) => `127.0.0.1:${port}`).toSorted())
      } finally {
        for (const each of [alerts, heartbeats, upstream]) void each.stop()
      }
    })

    test.each(['check', 'doctor', 'rotate --dry-run --print', 'run -- true'])(
      'of %s lead to Graph alone',
      async (args) => {
        using folder = temporaryFolder()
        await using graph = startGraph()
        await using program = traced(folder.path, args.split(' '), graph.env)
        await program.exit
        expect(addressesIn(join(folder.path, 'trace'))).toEqual([`127.0.0.1:${new URL(graph.url).port}`])
      },
    )
  })
})

/** The traced program itself: what strace is sent, it keeps. */
async function childOf(pid: number): Promise<number> {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ')[0])
}
