import { fstatSync, statSync } from 'node:fs'

/** On Bun `node:tty` costs a start 5 ms: it is asked only where there may be a terminal. */
export function isTerminal(fd: 0 | 1 | 2): boolean {
  return isDevice(fd) && process.getBuiltinModule('node:tty').isatty(fd)
}

function isDevice(fd: number): boolean {
  try {
    const { rdev } = fstatSync(fd)
    return rdev !== 0 && rdev !== statSync('/dev/null').rdev
  } catch {
    return false // closed, or no such system
  }
}
