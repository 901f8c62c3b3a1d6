import { cpus, release, totalmem } from 'node:os'
import { spawnSync } from 'node:child_process'
import { cpuOf, wallOf, type Goal } from './goals.ts'
import { median, spread } from './measure.ts'
import type { Memory } from './memory.ts'
import type { Load, Probe } from './probes.ts'
import type { Size } from './sizes.ts'
import type { Starts } from './starts.ts'
import { NODE } from './world.ts'

/** Results as Markdown. */

const n = (value: number, digits = 1) => value.toFixed(digits)

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, at) => (at === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')
}

export function machineText(): string {
  const version = (program: string, ...args: readonly string[]) =>
    String(spawnSync(program, args).stdout).split('\n')[0]
  const [cpu] = cpus()
  return [
    `${new Date().toISOString().slice(0, 10)}. ${cpus().length} × ${cpu?.model.trim()}, ${Math.round(totalmem() / 2 ** 30)} GiB, Linux ${release()}.`,
    `Bun ${Bun.version}, Node ${version(NODE, '--version')}, ${version('curl', '--version')?.split(' (')[0]}.`,
  ].join('\n')
}

export function probesText(load: Load, results: ReadonlyMap<string, readonly Probe[]>): string {
  const [floor = []] = results.values()
  const floorUs = median(floor.map(({ cpuUs }) => cpuUs))
  const rows = [...results].map(([name, probes]) => {
    const of = (pick: (probe: Probe) => number) => probes.map(pick)
    const cpu = of(({ cpuUs }) => cpuUs)
    return [
      name,
      `${n(median(cpu))} (±${n(spread(cpu), 0)} %)`,
      n(median(cpu) / floorUs, 2),
      String(Math.round(median(of(({ perSecond }) => perSecond)))),
      n(median(of(({ p50Ms }) => p50Ms)), 2),
      n(median(of(({ p99Ms }) => p99Ms)), 2),
    ]
  })
  const how = `${load.connections} connection${load.connections === 1 ? '' : 's'}, ${load.keepAlive ? 'keep-alive' : 'a new one for each request'}`
  return `#### ${how}\n\n${table(['', 'server CPU, µs a request', 'ratio', 'requests/s', 'p50 ms', 'p99 ms'], rows)}`
}

export function goalsText(goals: readonly Goal[]): string {
  const rows = goals.map(({ what, limit, measured, unit }) => [
    what.replace('|', '\\|'),
    `${limit} ${unit}`,
    `${n(measured, unit === 'times' ? 2 : 1)} ${unit}`,
    measured <= limit ? 'yes' : '**no**',
  ])
  return table(['', 'at most', 'measured', 'reached'], rows)
}

export function startsText(results: Starts): string {
  const floorOf = (name: string) => {
    if (!name.includes(':')) return null
    const isListening = /(serve|start|listen)$/.test(name)
    return cpuOf(results, `${name.split(':')[0]}: one request${isListening ? ', then listen' : ''}`)
  }
  const rows = [...results].map(([name, all]) => {
    const floor = floorOf(name)
    const cpu = all.map(({ cpuMs }) => cpuMs)
    return [
      name.replace('|', '\\|'),
      `${n(median(cpu))} (±${n(spread(cpu), 0)} %)`,
      floor === null ? '' : n(median(cpu) - floor),
      n(wallOf(results, name)),
    ]
  })
  return table(['', 'CPU ms', 'added', 'wall ms'], rows)
}

export function memoryText(results: ReadonlyMap<string, Memory>): string {
  const rows = [...results].map(([name, { idleMb, afterMb }]) => [name, n(idleMb), ...afterMb.map((mb) => n(mb))])
  return table(['', 'idle MB', ...[1, 2, 3, 4, 5].map((share) => `${share}/5`)], rows)
}

export function sizesText(installs: ReadonlyMap<string, Size>, bundle: ReadonlyMap<string, number>): string {
  const rows = [...installs].map(([name, { packages, kilobytes }]) => [name, String(packages), String(kilobytes)])
  return [
    table(['production install', 'packages', 'KB on disk'], rows),
    table(
      ['', 'KB'],
      [...bundle].map(([name, kilobytes]) => [name, String(kilobytes)]),
    ),
  ].join('\n\n')
}
