import { sha256 } from '../platform/digest.ts'

/** What the preload leaves in the environment of a process that has passed. Its children judge it. */
export type Mark = {
  readonly pid: number
  /** When the process started, as its system counts: another process with the same id has another one. */
  readonly startedAt: string
  /** When it passed, by the wall clock. */
  readonly passedAtMs: number
  /** Its check interval: a verdict is good for so long. */
  readonly intervalMs: number
}

export type RunningProcess = Pick<Mark, 'pid' | 'startedAt'>

/** What a mark is judged by. */
export type MarkEvidence = {
  /** The processes above this one, the parent first. */
  readonly ancestors: Iterable<RunningProcess>
  readonly nowMs: number
  /** All that a verdict depends on (judged.ts). */
  readonly judged: string
}

const FORM = /^(\d{1,10})\.(\d{1,20})\.(\d{1,15})\.(\d{1,10})\.[0-9a-f]{64}$/

/** `PID.STARTED.PASSED.INTERVAL.DIGEST`. The digest's key is what was judged: no other token goes with it. */
export function writeMark({ pid, startedAt, passedAtMs, intervalMs }: Mark, judged: string): string {
  const fields = [pid, startedAt, passedAtMs, intervalMs].join('.')
  return `${fields}.${sha256(fields, judged)}`
}

/** `null` for what is no mark. */
export function readMark(text: string): Mark | null {
  const [, pid, startedAt, passedAtMs, intervalMs] = FORM.exec(text) ?? []
  if (startedAt === undefined) return null
  return { pid: Number(pid), startedAt, passedAtMs: Number(passedAtMs), intervalMs: Number(intervalMs) }
}

/** Whether a living ancestor has passed with the same token, no longer ago than its check interval. */
export function provesPassing(text: string, { ancestors, nowMs, judged }: MarkEvidence): boolean {
  const mark = readMark(text)
  if (mark === null) return false
  const ageMs = nowMs - mark.passedAtMs
  if (ageMs < 0 || ageMs > mark.intervalMs || text !== writeMark(mark, judged)) return false
  for (const { pid, startedAt } of ancestors) if (pid === mark.pid) return startedAt === mark.startedAt
  return false
}
