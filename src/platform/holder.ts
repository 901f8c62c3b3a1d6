import { readlinkSync } from 'node:fs'
import { hostname } from 'node:os'
import { processOf } from './ancestors.ts'
import { readTextFile } from './files.ts'
import { codeOf } from './system-error.ts'

/** Which process holds something, in words that another run can compare with what it sees. */
export type Holder = {
  readonly pid: number
  readonly host: string
  /** When it began, in ticks since the machine started: a process id is used again. */
  readonly startedAt: string | null
  /** Of which start of which machine. */
  readonly boot: string | null
  /** Among which processes its id counts: each container numbers its own. */
  readonly space: string | null
  /** When it took hold, for people. */
  readonly since: string
}

/** `unknown`: it cannot be seen from here. It runs in another container or on another host, or this system shows none. */
export type Life = 'alive' | 'dead' | 'unknown'

export function thisHolder(nowMs: number): Holder {
  return {
    pid: process.pid,
    host: hostname(),
    startedAt: processOf(process.pid)?.startedAt ?? null,
    boot: textOf('/proc/sys/kernel/random/boot_id'),
    space: linkOf('/proc/self/ns/pid'),
    since: new Date(nowMs).toISOString(),
  }
}

export function lifeOf(holder: Holder, self: Holder): Life {
  const isSeen = holder.boot !== null && holder.boot === self.boot && holder.space === self.space
  if (self.space === null ? holder.host !== self.host || holder.boot !== self.boot : !isSeen) return 'unknown'
  if (!exists(holder.pid)) return 'dead'
  const seen = processOf(holder.pid)
  if (seen === null || holder.startedAt === null) return 'unknown'
  return seen.hasEnded || seen.startedAt !== holder.startedAt ? 'dead' : 'alive'
}

export function writeHolder(holder: Holder, mark: string): string {
  return `${JSON.stringify({ ...holder, mark })}\n`
}

/** `null` where the text is none: it was cut off, or another program wrote it. */
export function readHolder(text: string): Holder | null {
  try {
    const read: unknown = JSON.parse(text)
    return isHolder(read) ? read : null
  } catch {
    return null
  }
}

function isHolder(read: unknown): read is Holder {
  const { pid, host, since, startedAt, boot, space } = (read ?? {}) as Partial<Record<keyof Holder, unknown>>
  const isTextOrNull = (each: unknown) => each === null || typeof each === 'string'
  return (
    typeof pid === 'number' &&
    Number.isInteger(pid) &&
    pid > 0 &&
    typeof host === 'string' &&
    typeof since === 'string' &&
    [startedAt, boot, space].every(isTextOrNull)
  )
}

/** The signal 0 does nothing; the system says whether a signal could be sent. */
function exists(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) !== 'ESRCH'
  }
}

function textOf(path: string): string | null {
  const read = readTextFile(path, { maxBytes: 4096 })
  return read.ok ? new TextDecoder().decode(read.bytes).trim() : null
}

function linkOf(path: string): string | null {
  try {
    return readlinkSync(path)
  } catch {
    return null
  }
}
