import { readTextFile } from './files.ts'
import { isTerminal } from './tty.ts'

/** Which part of its terminal this process group has, if it has a terminal at all. */
type Place = 'foreground' | 'background' | 'none'

function place(): Place {
  const stat = readTextFile('/proc/self/stat', { maxBytes: 4096 })
  // Elsewhere than on Linux: a terminal is most often ours.
  if (!stat.ok) return ([0, 1, 2] as const).some(isTerminal) ? 'foreground' : 'none'
  // After the name, which may hold anything: state, parent, group, session, terminal, the terminal's group.
  const [, , group, , , foreground] = new TextDecoder().decode(stat.bytes).split(') ').at(-1)?.split(' ') ?? []
  return foreground === '-1' ? 'none' : foreground === group ? 'foreground' : 'background'
}

const placeAtStart = place()

/** Whether a signal that came was the terminal's: Ctrl-C and a closed window reach the whole process group. */
export function isFromTerminal(signal: NodeJS.Signals): boolean {
  if (signal === 'SIGHUP') return placeAtStart !== 'none' && place() === 'none'
  return ['SIGINT', 'SIGQUIT'].includes(signal) && place() === 'foreground'
}
