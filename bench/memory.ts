import { residentMb } from './measure.ts'
import { CONTENDERS, serveAll } from './probes.ts'
import type { World } from './world.ts'

/** Resident size: idle, and after each share of many probes. */

export type Memory = { readonly idleMb: number; readonly afterMb: readonly number[] }

const SHARES = 5

export async function measureMemory(world: World, probes: number): Promise<ReadonlyMap<string, Memory>> {
  const all = [...CONTENDERS.bun, ...CONTENDERS.node]
  const byServer = new Map(all.map(([, { server, path }]) => [server, path]))
  const servers = await serveAll([...byServer.keys()], world)
  const results = new Map<string, Memory>()
  for (const [name, { pid, said, stop }] of servers) {
    await Bun.sleep(1000)
    const idleMb = residentMb(pid)
    const afterMb: number[] = []
    const url = `http://127.0.0.1:${/port"?:? ?(\d+)/.exec(said)?.[1]}${byServer.get(name)}`
    for (let share = 0; share < SHARES; share++) {
      await load(url, probes / SHARES)
      afterMb.push(residentMb(pid))
    }
    results.set(name, { idleMb, afterMb })
    await stop()
  }
  return results
}

/** wrk knows no number of requests: as many seconds as it takes. */
async function load(url: string, requests: number): Promise<void> {
  let done = 0
  while (done < requests) {
    const wrk = Bun.spawn(['wrk', '-t1', '-c32', '-d2s', url], { stdout: 'pipe' })
    const told = await new Response(wrk.stdout).text()
    const made = Number(/(\d+) requests in/.exec(told)?.[1])
    if (!(made > 0)) throw new Error(`${url}: ${told}`)
    done += made
  }
}
