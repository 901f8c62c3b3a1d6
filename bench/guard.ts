import { median } from './measure.ts'
import { CONTENDERS, measureProbes } from './probes.ts'
import { measureStarts } from './starts.ts'
import type { World } from './world.ts'

/** Finds regressions: limits for ratios to a floor that is measured in the same minute, with a margin to today's ratios. */

type Limit = { readonly what: string; readonly ratio: number; readonly max: number }

export async function judge(world: World, say: (text: string) => void): Promise<boolean> {
  const limits = [...(await probeLimits(world)), ...(await startLimits(world))]
  for (const { what, ratio, max } of limits)
    say(`${ratio <= max ? 'ok  ' : 'FAIL'} ${what}: ${ratio.toFixed(2)} times the floor (at most ${max})`)
  return limits.every(({ ratio, max }) => ratio <= max)
}

async function probeLimits(world: World): Promise<readonly Limit[]> {
  const limits: Limit[] = []
  for (const [runtime, max] of [
    ['bun', 1.7],
    ['node', 1.7],
  ] as const) {
    const wanted = [...CONTENDERS[runtime]].filter(([name]) => /static|node-http|token-guard/.test(name))
    const results = await measureProbes(
      new Map(wanted),
      { connections: 32, keepAlive: true },
      { rounds: 3, seconds: 1, world },
    )
    const [[, floor = []] = [], ...ours] = results
    const cpuOf = (probes: readonly { readonly cpuUs: number }[]) => median(probes.map(({ cpuUs }) => cpuUs))
    limits.push(...ours.map(([what, probes]) => ({ what, ratio: cpuOf(probes) / cpuOf(floor), max })))
  }
  return limits
}

async function startLimits(world: World): Promise<readonly Limit[]> {
  const results = await measureStarts(world, 5)
  const cpuOf = (name: string) => median(results.get(name)?.map(({ cpuMs }) => cpuMs) ?? [])
  const rows = [
    // These are high because Bun itself starts in almost no time.
    ['bun: check', 'bun: one request', 9],
    ['bun: preload', 'bun: one request', 10],
    ['bun: serve', 'bun: one request, then listen', 13],
    ['node: check', 'node: one request', 2.5],
    ['node: preload', 'node: one request', 2.5],
    ['node: serve', 'node: one request, then listen', 3.5],
  ] as const
  return rows.map(([what, floor, max]) => ({ what, ratio: cpuOf(what) / cpuOf(floor), max }))
}
