import { spawn } from 'node:child_process'
import { EventEmitter, once } from 'node:events'

/** A pseudo-terminal of util-linux' `script`, on which a test types. */
export function terminal(line: string, env: Readonly<Record<string, string>>) {
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let printed = ''
  const printing = new EventEmitter()
  child.stdout.on('data', (data) => {
    printed += String(data)
    printing.emit('more')
  })
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  return {
    type: (text: string) => child.stdin.write(text),
    printed: () => printed,
    until: async (text: string) => {
      while (!printed.includes(text)) await once(printing, 'more')
    },
    exit,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await exit
    },
  }
}
