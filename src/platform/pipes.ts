import { closeSync, constants, openSync, readSync } from 'node:fs'
import type { Clock } from './clock.ts'
import { explain, readTextFile, refused, tooLarge, type ReadOptions, type TextFile } from './files.ts'
import { codeOf } from './system-error.ts'

/** FIFOs (named pipes), through which other programs pass secrets. Only this file knows how to read one. */

/** What was read from FIFOs, by their path. */
export type Pipes = ReadonlyMap<string, TextFile>

/** A FIFO to read. */
export type PipeToRead = { readonly path: string; readonly maxBytes: number }

/** The writer may first have to ask a person for permission. This is the time for all FIFOs together. */
export const PIPE_WAIT_MS = 30_000
/** A shorter wait is not reported. */
const REPORT_AFTER_MS = 1_000
const LOOK_MS = 20

/** As `readTextFile`. For a FIFO, returns the text that was read from it before, and does not open it. */
export function readTextFileOrPipe(path: string, options: ReadOptions, pipes: Pipes): TextFile {
  const file = readTextFile(path, options)
  // A FIFO may be removed once it has been read.
  const isPipe = !file.ok && (file.pipe !== undefined || file.missing)
  return isPipe ? (pipes.get(path) ?? file) : file
}

export type Waiting<Pipe> = {
  readonly clock: Clock
  readonly waitMs: number
  /** Called with the FIFOs that are still waited for after a second, once for each. */
  readonly onWait: (pipes: readonly Pipe[]) => void
}

/**
 * Reads FIFOs, all at the same time. `wanted` chooses them by the texts read so far: one may name others. Never throws;
 * a FIFO that could not be read has its problem in the result.
 */
export async function readPipes<Pipe extends PipeToRead>(
  wanted: (pipes: Pipes) => readonly Pipe[],
  { clock, waitMs, onWait }: Waiting<Pipe>,
): Promise<Pipes> {
  const read = new Map<string, TextFile>()
  const underWay = new Map<string, { readonly pipe: Pipe; readonly done: Promise<unknown> }>()
  const reported = new Set<string>()
  const report = () => {
    const unreported = [...underWay.values()].flatMap(({ pipe }) => (reported.has(pipe.path) ? [] : [pipe]))
    for (const { path } of unreported) reported.add(path)
    if (unreported.length > 0) onWait(unreported)
  }
  const ended = new AbortController()
  const endMs = clock.monotonicMs() + waitMs
  const begin = (pipe: Pipe) => {
    const done = readPipe(pipe, { clock, waitMs, endMs }).then((file) => {
      read.set(pipe.path, file)
      underWay.delete(pipe.path)
    })
    underWay.set(pipe.path, { pipe, done })
    void clock.sleep(REPORT_AFTER_MS, ended.signal).then((slept) => slept && report())
  }
  for (;;) {
    for (const pipe of wanted(read)) if (!read.has(pipe.path) && !underWay.has(pipe.path)) begin(pipe)
    if (underWay.size === 0) break
    await Promise.race([...underWay.values()].map(({ done }) => done))
  }
  ended.abort()
  return read
}

type Time = { readonly clock: Clock; readonly waitMs: number; endMs: number }

type PipeReading = { readonly time: Time; readonly done: Promise<TextFile> }

/** Two readers of one FIFO would get a part each, so they share one read, with the later deadline. */
const shared = new Map<string, PipeReading>()

function readPipe(pipe: PipeToRead, time: Time): Promise<TextFile> {
  const { path } = pipe
  const underWay = shared.get(path)
  if (underWay !== undefined) underWay.time.endMs = Math.max(underWay.time.endMs, time.endMs)
  const reading = underWay ?? { time, done: readToEnd(pipe, time).finally(() => shared.delete(path)) }
  shared.set(path, reading)
  return reading.done
}

async function readToEnd({ path, maxBytes }: PipeToRead, time: Time): Promise<TextFile> {
  const { clock, waitMs } = time
  let descriptor: number | undefined
  try {
    descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0))
    const buffer = new Uint8Array(maxBytes + 1)
    let length = 0
    let hasWriter = false
    for (;;) {
      const read = readNow(descriptor, buffer, length)
      hasWriter ||= read !== 0
      length += read ?? 0
      if (length > maxBytes) return refused(tooLarge(maxBytes))
      if (read === 0 && hasWriter) return { ok: true, bytes: buffer.slice(0, length), pipe: 'read' }
      if (read !== null && read > 0) continue
      const leftMs = time.endMs - clock.monotonicMs()
      if (leftMs <= 0) return hasWriter ? unended(waitMs) : silent(waitMs)
      await clock.sleep(Math.min(LOOK_MS, leftMs))
    }
  } catch (error) {
    return explain(error)
  } finally {
    if (descriptor !== undefined) closeSync(descriptor)
  }
}

/** The number of bytes read: 0 if no writer has the FIFO open, `null` if one has it open but has written nothing. */
function readNow(descriptor: number, buffer: Uint8Array, length: number): number | null {
  try {
    return readSync(descriptor, buffer, length, buffer.length - length, null)
  } catch (error) {
    if (codeOf(error) === 'EAGAIN') return null
    throw error
  }
}

function silent(waitMs: number): TextFile {
  return {
    ok: false,
    problem: `is a FIFO that no program wrote to within ${waitMs / 1000} s`,
    missing: false,
    pipe: 'silent',
  }
}

function unended(waitMs: number): TextFile {
  const problem = `is a FIFO whose writer was not done within ${waitMs / 1000} s`
  return { ok: false, problem, missing: false, pipe: 'unended' }
}
