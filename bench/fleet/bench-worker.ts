import { cpuMs, residentMb } from '../measure.ts'

/** `fleet serve` in a process of its own. */

export type BenchWorker = {
  readonly pid: number
  readonly url: string
  readonly isAlive: () => boolean
  /** All that it has printed. */
  readonly output: () => string
  readonly kill: () => Promise<void>
}

export async function startWorker(
  runtime: string,
  cli: string,
  env: Readonly<Record<string, string>>,
): Promise<BenchWorker> {
  const child = Bun.spawn([runtime, cli, 'fleet', 'serve', '--env-file', '/dev/null'], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  let output = ''
  const { promise, resolve, reject } = Promise.withResolvers<string>()
  const read = async (stream: ReadableStream<Uint8Array>) => {
    const decoder = new TextDecoder()
    for await (const chunk of stream) {
      output += decoder.decode(chunk, { stream: true })
      const port = /"event":"fleet.listening".*?"port":(\d+)/.exec(output)?.[1]
      if (port !== undefined) resolve(`http://127.0.0.1:${port}`)
    }
    reject(new Error(`it ended: ${output}`))
  }
  void read(child.stdout)
  void read(child.stderr)
  return {
    pid: child.pid,
    url: await promise,
    isAlive: () => child.exitCode === null && child.signalCode === null,
    output: () => output,
    kill: async () => {
      child.kill('SIGKILL')
      await child.exited
    },
  }
}

/** A process of PostgreSQL's may end while it is looked at. */
function cpuOf(pid: number, tries = 5): number {
  try {
    return cpuMs(pid)
  } catch (error) {
    if (tries === 0) throw error
    return cpuOf(pid, tries - 1)
  }
}

/** What processes use from now on. */
export function watch(workers: readonly BenchWorker[], postmaster: number) {
  const startMs = performance.now()
  const startCpu = new Map([...workers.map(({ pid }) => pid), postmaster].map((pid) => [pid, cpuOf(pid)]))
  const sizes: number[] = []
  const look = () => sizes.push(...workers.filter((worker) => worker.isAlive()).map(({ pid }) => residentMb(pid)))
  const timer = setInterval(look, 2_000)
  const shareOf = (pid: number) => ((cpuOf(pid) - (startCpu.get(pid) ?? NaN)) / (performance.now() - startMs)) * 100
  return {
    /** Percent of a core: of the busiest worker that lives, and of PostgreSQL. MB: all that were seen, each 2 s. */
    end: () => {
      clearInterval(timer)
      look()
      const shares = workers.filter((worker) => worker.isAlive()).map(({ pid }) => shareOf(pid))
      return { workerCpu: Math.max(...shares), postgresCpu: shareOf(postmaster), residentMb: sizes }
    },
  }
}
