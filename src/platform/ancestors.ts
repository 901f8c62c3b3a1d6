import { readTextFile } from './files.ts'

/** A process as Linux shows it. */
export type ProcessEntry = {
  readonly pid: number
  readonly parent: number
  /** In ticks since the machine started. With the id it names one process. */
  readonly startedAt: string
  /** It is dead, and its parent has not taken note yet. */
  readonly hasEnded: boolean
}

/** Between a process and its child there may be a shell, npm and a shell of npm's, or a loader's own process. */
const STEPS_MAX = 6

/**
 * The processes above this one, the parent first, as far as they can be read. Where there is no `/proc`, or it hides
 * other users' processes, there are none.
 */
export function* ancestors(): Generator<ProcessEntry> {
  let below = thisProcess()
  for (let step = 0; step < STEPS_MAX && below !== null; step += 1) {
    below = processOf(below.parent)
    if (below !== null) yield below
  }
}

/** `null` where it cannot be read, or where `/proc` is another namespace's and numbers processes otherwise. */
export function thisProcess(): ProcessEntry | null {
  const self = processOf('self')
  return self?.pid === process.pid ? self : null
}

/** `null` where there is no such process, no `/proc`, or where it hides the processes of other users. */
export function processOf(name: number | 'self'): ProcessEntry | null {
  const file = readTextFile(`/proc/${name}/stat`, { maxBytes: 4096 })
  return file.ok ? readStat(new TextDecoder().decode(file.bytes)) : null
}

/** `PID (NAME) STATE PPID …`, see proc_pid_stat(5). A name may hold blanks, brackets and line ends: the last bracket ends it. */
export function readStat(text: string): ProcessEntry | null {
  const end = text.lastIndexOf(') ')
  const pid = /^(\d+) \(/.exec(text)?.[1]
  // From the third field on.
  const fields = text.slice(end + 2).split(' ')
  const [state = '', parent = '', startedAt = ''] = [fields[0], fields[1], fields[19]]
  if (end === -1 || pid === undefined || !/^\d+$/.test(parent) || !/^\d+$/.test(startedAt)) return null
  return { pid: Number(pid), parent: Number(parent), startedAt, hasEnded: state === 'Z' || state === 'X' }
}
