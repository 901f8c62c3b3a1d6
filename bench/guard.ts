import { cpuOf, wallOf } from './goals.ts'
import { median } from './measure.ts'
import { CONTENDERS, measureProbes, type Probe } from './probes.ts'
import { measureStarts } from './starts.ts'
import type { World } from './world.ts'

/** Finds regressions: limits for what is measured next to its floor in the same minute, with a margin to today's. */

type Limit = { readonly what: string; readonly measured: number; readonly max: number; readonly unit: string }

const TIMES = 'times the floor'
const MORE = 'MB more than the floor'

export async function judge(world: World, say: (text: string) => void): Promise<boolean> {
  const limits = [...(await serverLimits(world)), ...(await startLimits(world))]
  for (const { what, measured, max, unit } of limits)
    say(`${measured <= max ? 'ok  ' : 'FAIL'} ${what}: ${measured.toFixed(2)} ${unit} (at most ${max})`)
  return limits.every(({ measured, max }) => measured <= max)
}

/** A probe's CPU time, and the memory of the server after as many probes. */
async function serverLimits(world: World): Promise<readonly Limit[]> {
  const limits: Limit[] = []
  for (const [runtime, moreMb] of [
    ['bun', 36],
    ['node', 40],
  ] as const) {
    const wanted = [...CONTENDERS[runtime]].filter(([name]) => /static|node-http|ready|token$/.test(name))
    const load = { connections: 32, keepAlive: true }
    const results = await measureProbes(new Map(wanted), load, { rounds: 2, seconds: 1, world })
    const [[, floor = []] = [], ...ours] = results
    const cpuUs = (probes: readonly Probe[]) => median(probes.map((probe) => probe.cpuUs))
    limits.push(
      ...ours.map(([what, probes]) => ({ what, measured: cpuUs(probes) / cpuUs(floor), max: 1.7, unit: TIMES })),
    )
    // After the first round of the first route: its server answers the others too, and grows with each probe.
    const residentMb = (probes: readonly Probe[] = []) => probes[0]?.residentMb ?? NaN
    const measured = residentMb(ours[0]?.[1]) - residentMb(floor)
    limits.push({ what: `token-guard-${runtime}, resident`, measured, max: moreMb, unit: MORE })
  }
  return limits
}

/** These are high because Bun itself starts in almost no time. */
const CPU_LIMITS = [
  ['bun: check', 'bun: one request', 12],
  ['bun: preload', 'bun: one request', 13],
  ['bun: serve', 'bun: one request, then listen', 16],
  ['bun run: start', 'bun run: one request, then listen', 11],
  ['node: check', 'node: one request', 2.5],
  ['node: preload', 'node: one request', 2.5],
  ['node: serve', 'node: one request, then listen', 3.5],
] as const

const TIME_LIMITS = [
  ['bun: check', 'curl | jq', 4],
  ['bun: check, compiled', 'curl | jq', 2],
] as const

async function startLimits(world: World): Promise<readonly Limit[]> {
  const names = new Set([...CPU_LIMITS, ...TIME_LIMITS].flatMap(([what, floor]) => [what, floor]))
  const starts = await measureStarts(world, 7, [...names])
  const ratios = (limits: typeof CPU_LIMITS | typeof TIME_LIMITS, unit: string, of: typeof cpuOf) =>
    limits.map(([what, floor, max]) => ({ what, measured: of(starts, what) / of(starts, floor), max, unit }))
  return [...ratios(CPU_LIMITS, `${TIMES}, CPU`, cpuOf), ...ratios(TIME_LIMITS, 'times curl | jq', wallOf)]
}
