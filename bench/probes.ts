import { join } from 'node:path'
import { cpuMs, interleaved, residentMb, started, type Running } from './measure.ts'
import { BUN, CLI, NODE, PEERS, type World } from './world.ts'

/** The cost of a probe for the server that answers it. */

export type Probe = {
  readonly requests: number
  readonly perSecond: number
  readonly cpuUs: number
  readonly p50Ms: number
  readonly p99Ms: number
  /** Of the server, at the end. */
  readonly residentMb: number
}
export type Load = { readonly connections: number; readonly keepAlive: boolean }

export const LOADS: readonly Load[] = [
  { connections: 1, keepAlive: true },
  { connections: 32, keepAlive: true },
  { connections: 512, keepAlive: true },
  { connections: 32, keepAlive: false },
]

type Contender = { readonly server: string; readonly path: string }

const OURS = ['/health/live', '/health/ready', '/health/token']
const peers = (names: readonly string[], path = '/health') => names.map((server) => [server, { server, path }] as const)
const ours = (server: string) => OURS.map((path) => [`${server} ${path}`, { server, path }] as const)

/** The contenders of each runtime, the floor first. */
export const CONTENDERS: Readonly<Record<'bun' | 'node', ReadonlyMap<string, Contender>>> = {
  bun: new Map([...peers(['bun-static']), ...ours('token-guard-bun'), ...peers(['hono-bun'])]),
  node: new Map([
    ...peers(['node-http']),
    ...ours('token-guard-node'),
    ...peers(['hono-node', 'express-terminus', 'fastify-under-pressure']),
    ...peers(['lightship'], '/live'),
  ]),
}

export const portOf = ({ output }: Running) => Number(/port"?:? ?(\d+)/.exec(output)?.[1])

/** Starts each server once. All are idle but the one that is measured. */
export async function serveAll(names: readonly string[], { env }: World): Promise<ReadonlyMap<string, Running>> {
  const servers = new Map<string, Running>()
  for (const name of new Set(names)) {
    const isOurs = name.startsWith('token-guard')
    const program = name.endsWith('bun') || name === 'bun-static' ? BUN : NODE
    const argv = isOurs ? [program, CLI, 'serve'] : [program, join(PEERS, `${name}.mjs`)]
    const port = { TOKEN_GUARD_HOST: '127.0.0.1', TOKEN_GUARD_PORT: '0', TOKEN_GUARD_CHECK_INTERVAL: '5m' }
    servers.set(name, await started({ argv }, isOurs ? { ...env, ...port } : {}, isOurs ? /"port":\d+/ : /port \d+/))
  }
  return servers
}

export async function measureProbes(
  contenders: ReadonlyMap<string, Contender>,
  load: Load,
  { rounds, seconds, world }: { readonly rounds: number; readonly seconds: number; readonly world: World },
): Promise<ReadonlyMap<string, readonly Probe[]>> {
  const servers = await serveAll(
    [...contenders.values()].map(({ server }) => server),
    world,
  )
  try {
    return await interleaved(rounds, [...contenders.keys()], async (name) => {
      const { server = '', path = '' } = contenders.get(name) ?? {}
      const running = servers.get(server)
      if (running === undefined) throw new Error(`no server ${server}`)
      return ask(running, `http://127.0.0.1:${portOf(running)}${path}`, load, seconds)
    })
  } finally {
    for (const server of servers.values()) await server.stop()
  }
}

export async function ask(
  { pid }: Running,
  url: string,
  { connections, keepAlive }: Load,
  seconds: number,
): Promise<Probe> {
  const before = cpuMs(pid)
  const close = keepAlive ? [] : ['-H', 'Connection: close']
  const wrk = Bun.spawn(['wrk', '-t1', `-c${connections}`, `-d${seconds}s`, '--latency', ...close, url], {
    stdout: 'pipe',
  })
  const output = await new Response(wrk.stdout).text()
  const used = cpuMs(pid) - before
  const requests = Number(/(\d+) requests in/.exec(output)?.[1])
  if (/Non-2xx/.test(output) || !(requests > 0)) throw new Error(`${url}: ${output}`)
  const ms = (percentile: string) => {
    const [, value = '', unit = ''] = new RegExp(`${percentile}%\\s+([\\d.]+)(us|ms|s)`).exec(output) ?? []
    return Number(value) * ({ us: 0.001, ms: 1, s: 1000 }[unit] ?? NaN)
  }
  return {
    requests,
    perSecond: Number(/Requests\/sec:\s+([\d.]+)/.exec(output)?.[1]),
    cpuUs: (used * 1000) / requests,
    p50Ms: ms('50'),
    p99Ms: ms('99'),
    residentMb: residentMb(pid),
  }
}
