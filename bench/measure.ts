import { readdirSync, readFileSync } from 'node:fs'

/** Numbers, and where they come from: `/proc` for a process that runs, its own account for one that has ended. */

/** CPU of a running process in milliseconds: what its threads have had. */
export function cpuMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`)
  const ns = threads.map((id) => Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]))
  return ns.reduce((sum, each) => sum + each, 0) / 1e6
}

/** Resident size in MB. */
export function residentMb(pid: number): number {
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? (sorted[middle] ?? NaN) : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2
}

/** Half the distance between the quartiles, in percent of the median. */
export function spread(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (part: number) => sorted[Math.round((sorted.length - 1) * part)] ?? NaN
  return ((at(0.75) - at(0.25)) / 2 / median(values)) * 100
}

export type Ended = { readonly wallMs: number; readonly cpuMs: number }

/** Runs a command to its end. */
export async function ended(command: readonly string[], env: Record<string, string>, expected = 0): Promise<Ended> {
  const startedMs = performance.now()
  const child = Bun.spawn([...command], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const code = await child.exited
  const wallMs = performance.now() - startedMs
  if (code !== expected)
    throw new Error(`${command.join(' ')}: exit ${code}: ${await new Response(child.stderr).text()}`)
  return { wallMs, cpuMs: Number(child.resourceUsage()?.cpuTime.total ?? 0) / 1000 }
}

export type Running = {
  readonly pid: number
  readonly said: string
  readonly wallMs: number
  readonly stop: () => Promise<void>
}

/** Starts a command, and waits until it says what it is to say. */
export async function started(
  command: readonly string[],
  env: Record<string, string>,
  ready: RegExp,
): Promise<Running> {
  const startedMs = performance.now()
  const child = Bun.spawn([...command], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdout: 'pipe',
    stderr: 'ignore',
  })
  let said = ''
  const decoder = new TextDecoder()
  for await (const chunk of child.stdout) {
    said += decoder.decode(chunk)
    if (ready.test(said)) break
  }
  if (!ready.test(said)) throw new Error(`${command.join(' ')} never said ${String(ready)}: ${said}`)
  const wallMs = performance.now() - startedMs
  return {
    pid: child.pid,
    said,
    wallMs,
    stop: async () => {
      child.kill('SIGKILL')
      await child.exited
    },
  }
}

/** Takes turns, so that a noisy minute hits everybody alike. */
export async function interleaved<T>(
  rounds: number,
  contenders: readonly string[],
  measure: (contender: string) => Promise<T>,
): Promise<ReadonlyMap<string, readonly T[]>> {
  const results = new Map<string, T[]>(contenders.map((name) => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const name of contenders) results.get(name)?.push(await measure(name))
  return results
}
