import { residentMb, type Running } from './measure.ts'
import { ask, CONTENDERS, portOf, serveAll } from './probes.ts'
import type { World } from './world.ts'

/** Resident size: idle, and after each part of many probes. */

export type Memory = { readonly idleMb: number; readonly afterMb: readonly number[] }

const SHARES = 5

export async function measureMemory(world: World, probes: number): Promise<ReadonlyMap<string, Memory>> {
  const all = [...CONTENDERS.bun, ...CONTENDERS.node]
  const byServer = new Map(all.map(([, { server, path }]) => [server, path]))
  const servers = await serveAll([...byServer.keys()], world)
  const results = new Map<string, Memory>()
  for (const [name, running] of servers) {
    const { pid, stop } = running
    await Bun.sleep(1000)
    const idleMb = residentMb(pid)
    const afterMb: number[] = []
    const url = `http://127.0.0.1:${portOf(running)}${byServer.get(name)}`
    for (let share = 0; share < SHARES; share++) {
      await load(running, url, probes / SHARES)
      afterMb.push(residentMb(pid))
    }
    results.set(name, { idleMb, afterMb })
    await stop()
  }
  return results
}

/** wrk cannot be given a number of requests: it runs again until there are enough. */
async function load(running: Running, url: string, requests: number): Promise<void> {
  for (let done = 0; done < requests;)
    done += (await ask(running, url, { connections: 32, keepAlive: true }, 2)).requests
}
