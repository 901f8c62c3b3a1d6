import { median } from './measure.ts'
import type { Memory } from './memory.ts'
import type { Starts } from './starts.ts'

/** What the project promises of its starts and its memory. */

export type Goal = { readonly what: string; readonly limit: number; readonly measured: number; readonly unit: string }

export const cpuOf = (starts: Starts, name: string) => median(starts.get(name)?.map(({ cpuMs }) => cpuMs) ?? [])
export const wallOf = (starts: Starts, name: string) => median(starts.get(name)?.map(({ wallMs }) => wallMs) ?? [])

export function goals(starts: Starts, memory: ReadonlyMap<string, Memory>): readonly Goal[] {
  const cpuMs = (name: string) => cpuOf(starts, name)
  const overCurl = (name: string) => wallOf(starts, name) / wallOf(starts, 'curl | jq')
  const residentMb = (name: string) => median(memory.get(name)?.afterMb ?? [])
  return [
    {
      what: '`bun run start`: CPU, more than a bare `bun run` that makes the same request and listens',
      limit: 60,
      measured: cpuMs('bun run: start') - cpuMs('bun run: one request, then listen'),
      unit: 'ms',
    },
    { what: '`check` on Bun: time, over `curl | jq`', limit: 1.5, measured: overCurl('bun: check'), unit: 'times' },
    {
      what: '`check`, compiled: time, over `curl | jq`',
      limit: 1.1,
      measured: overCurl('bun: check, compiled'),
      unit: 'times',
    },
    {
      what: '`serve` on Bun: resident under probes, more than a bare server',
      limit: 23,
      measured: residentMb('token-guard-bun') - residentMb('bun-static'),
      unit: 'MB',
    },
    {
      what: '`serve` on Node: resident under probes, more than a bare server',
      limit: 20,
      measured: residentMb('token-guard-node') - residentMb('node-http'),
      unit: 'MB',
    },
  ]
}
