import { readdirSync, readFileSync } from 'node:fs'

/** Measures processes: a running one by `/proc`, an ended one by its resource usage. */

/** The unit of `/proc/<pid>/stat`. Linux shows hundredths of a second, whatever the machine. */
const TICK_MS = 10

/** The CPU time of a running process and of all that it started, in milliseconds. */
export function cpuMs(pid: number): number {
  return treeOf(pid).reduce((sum, each) => sum + threadsMs(each) + endedChildrenMs(each), 0)
}

/** A process and its descendants that run. */
function treeOf(pid: number): readonly number[] {
  const children = readdirSync(`/proc/${pid}/task`).flatMap(
    (id) => readFileSync(`/proc/${pid}/task/${id}/children`, 'utf8').match(/\d+/g) ?? [],
  )
  return [pid, ...children.flatMap((child) => treeOf(Number(child)))]
}

function threadsMs(pid: number): number {
  const threads = readdirSync(`/proc/${pid}/task`)
  const ns = threads.map((id) => Number(readFileSync(`/proc/${pid}/task/${id}/schedstat`, 'utf8').split(' ')[0]))
  return ns.reduce((sum, each) => sum + each, 0) / 1e6
}

/** What the children used that have ended. The name before these fields may hold spaces. */
function endedChildrenMs(pid: number): number {
  const [userTicks = 0, systemTicks = 0] = readFileSync(`/proc/${pid}/stat`, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ')
    .slice(13, 15)
    .map(Number)
  return (userTicks + systemTicks) * TICK_MS
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

/** Its script is looked up in the folder that it runs in. */
export type Command = { readonly argv: readonly string[]; readonly cwd?: string }

/** Runs a command to its end. Its CPU time includes that of what it started and waited for. */
export async function ended({ argv, cwd }: Command, env: Record<string, string>): Promise<Ended> {
  const startedMs = performance.now()
  const child = Bun.spawn([...argv], {
    ...(cwd === undefined ? {} : { cwd }),
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  const code = await child.exited
  const wallMs = performance.now() - startedMs
  if (code !== 0) throw new Error(`${argv.join(' ')}: exit ${code}: ${await new Response(child.stderr).text()}`)
  return { wallMs, cpuMs: Number(child.resourceUsage()?.cpuTime.total ?? 0) / 1000 }
}

export type Running = {
  readonly pid: number
  readonly output: string
  readonly wallMs: number
  readonly stop: () => Promise<void>
}

/** Starts a command, and waits until its output matches `ready`. */
export async function started({ argv, cwd }: Command, env: Record<string, string>, ready: RegExp): Promise<Running> {
  const startedMs = performance.now()
  const child = Bun.spawn([...argv], {
    ...(cwd === undefined ? {} : { cwd }),
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
  if (!ready.test(output)) throw new Error(`${argv.join(' ')} never printed ${String(ready)}: ${output}`)
  const wallMs = performance.now() - startedMs
  return {
    pid: child.pid,
    output,
    wallMs,
    stop: async () => {
      // The last first: what ended already would be an error.
      for (const pid of treeOf(child.pid).toReversed()) process.kill(pid, 'SIGKILL')
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
