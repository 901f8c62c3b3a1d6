import { readdirSync, readFileSync } from 'node:fs'

/** Measures processes: a running one by `/proc`, an ended one by its resource usage. */

/** The CPU time of a running process in milliseconds, summed over its threads. */
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
  readonly output: string
  readonly wallMs: number
  readonly stop: () => Promise<void>
}

/** Starts a command, and waits until its output matches `ready`. */
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
  let output = ''
  const decoder = new TextDecoder()
  for await (const chunk of child.stdout) {
    output += decoder.decode(chunk)
    if (ready.test(output)) break
  }
  if (!ready.test(output)) throw new Error(`${command.join(' ')} never printed ${String(ready)}: ${output}`)
  const wallMs = performance.now() - startedMs
  return {
    pid: child.pid,
    output,
    wallMs,
    stop: async () => {
      child.kill('SIGKILL')
      await child.exited
    },
  }
}

/** Measures the contenders in turn, so that a noisy minute affects all equally. */
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
