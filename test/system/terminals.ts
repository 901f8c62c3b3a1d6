import { spawn } from 'node:child_process'

/** A pseudo-terminal of util-linux' `script`, on which one types. */
export function terminal(line: string, env: Readonly<Record<string, string>>) {
  const child = spawn('script', ['-qec', line, '/dev/null'], {
    env: { PATH: process.env['PATH'] ?? '', TERM: 'xterm', ...env },
    stdio: ['pipe', 'pipe', 'pipe'],
  })
  let printed = ''
  child.stdout.on('data', (data) => (printed += String(data)))
  const exit = new Promise<number | null>((resolve) => child.once('close', resolve))
  return {
    type: (text: string) => child.stdin.write(text),
    printed: () => printed,
    exit,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGKILL')
      await exit
    },
  }
}
