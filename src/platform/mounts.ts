import { readTextFile } from './files.ts'

/** Whether something is mounted at the path itself. `false` where the system does not show it. */
export function isMountPoint(path: string): boolean {
  const read = readTextFile('/proc/self/mountinfo', { maxBytes: 8 * 1024 * 1024 })
  return read.ok && mountPoints(new TextDecoder().decode(read.bytes)).has(path)
}

/** PURE. The fifth field of each line, see proc_pid_mountinfo(5); blanks in it are written as octal numbers. */
export function mountPoints(text: string): ReadonlySet<string> {
  return new Set(text.split('\n').map((line) => unescaped(line.split(' ')[4] ?? '')))
}

function unescaped(path: string): string {
  return path.replaceAll(/\\([0-7]{3})/g, (_all, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)))
}
